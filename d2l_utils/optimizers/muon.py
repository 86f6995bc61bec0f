"""Muon: steps that are orthogonal matrices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import checks
from d2l_utils.aliases import Number, Rate
from d2l_utils.matrices import polar
from d2l_utils.optimizers.needs import choose
from d2l_utils.optimizers.settings import Fixed, Hyperparameter, fraction
from d2l_utils.optimizers.whole import MatrixMethod

__all__ = ["Muon", "NewtonSchulz"]

JORDAN = (3.4445, -4.7750, 2.0315)


@dataclass(frozen=True)
class NewtonSchulz:
    """Newton–Schulz with its settings, as `Muon` hands it to its rule.

    Parameters
    ----------
    coefficients : (float, float, float)
        a, b, c of a s + b s³ + c s⁵, which is done to each singular value s.
    steps : int
        How often.
    eps : float
        Added to the length by which the matrix is divided first.
    floor : bool
        True: a length below ``eps`` counts as ``eps``, and nothing is added (PyTorch).

    Examples
    --------
    >>> x = np.array([[3.0, 0.0], [0.0, 1.0]])
    >>> print(NewtonSchulz((1.5, -0.5, 0.0), steps=20, eps=0.0, floor=False)(x).round(6))
    [[1. 0.]
     [0. 1.]]
    """

    coefficients: tuple[float, float, float]
    steps: int
    eps: float
    floor: bool

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return a matrix whose singular values are near 1, with the singular vectors of ``x``."""
        eps = max(self.eps - float(np.linalg.norm(x)), 0.0) if self.floor else self.eps
        found: np.ndarray = rules.newton_schulz(x, self.coefficients, self.steps, eps)
        return found


def tall(p: np.ndarray) -> float:
    """Return the root of rows over columns, at least 1."""
    return float(max(1.0, p.shape[0] / max(1, p.shape[1])) ** 0.5)


def wide(p: np.ndarray) -> float:
    """Return the root of columns over rows, at least 1."""
    return tall(p.T)


def longer(p: np.ndarray) -> float:
    """Return the root of the longer side: an orthogonal matrix times it has entries of RMS 1."""
    return float(max(p.shape) ** 0.5)


def one(p: np.ndarray) -> float:
    """Return 1, whatever the shape."""
    return 1.0


FACTORS: dict[str, Callable[[np.ndarray], float]] = {
    "rows": tall, "columns": wide, "rms": longer, "none": one
}  # fmt: skip


def _factor(name: str, value: Any) -> str:
    checks.choice(name, value, tuple(FACTORS))
    return str(value)


def _coefficients(name: str, value: Any) -> tuple[float, ...]:
    if not checks.is_sequence(value) or len(value) != 3:
        raise ValueError(f"{name} must be three numbers, as {JORDAN} is; got {value!r}")
    return tuple(checks.number(f"{name}[{i}]", each) for i, each in enumerate(value))


class Muon(MatrixMethod):
    """Momentum whose step is made orthogonal: steepest descent in the spectral norm, with a memory.

    ``v ← β v + (1 − β) g; p ← (1 − η λ) p − η φ polar((1 − β) g + β v)``, where the polar factor is that of
    Newton–Schulz, nearly orthogonal, and φ a factor of the shape.

    It takes matrices, and kernels of a convolution with a row for each output channel. A vector is refused:
    biases, gains, and also embeddings and the last layer belong to an Adam beside it, as `Split` says.

    Parameters
    ----------
    lr : float or callable
        Learning rate η, 0 or more: the spectral norm of a step, but for φ.
    momentum : float
        Share β of the velocity that survives a step, 0 ≤ β < 1. With 0 and ``exact`` it is spectral descent.
    weight_decay : float
        λ, 0 or more, decoupled and times the rate.
    nesterov : bool
        False makes v itself orthogonal.
    factor : str
        "rows" (Jordan, PyTorch): √max(1, rows/columns), for weights of shape (outputs, inputs).
        "columns" (Optax): √max(1, columns/rows), for weights of shape (inputs, outputs), as those of
        :mod:`d2l_utils.models` are.
        "rms" (Moonshot): ``rms`` · √max(rows, columns), so that the entries of a step are as large as Adam's.
        "none": 1.
    rms : float
        Of the factor "rms".
    exact : bool
        Take the polar factor by singular values instead of Newton–Schulz.
    coefficients, steps, eps, eps_floor
        Of Newton–Schulz, as in `NewtonSchulz`.
    corrected : bool
        Correct v and g for the start of the average before they are added (Optax).
    kernels : bool
        False refuses kernels too, as PyTorch does; Keras and Optax hand them to an Adam.

    References
    ----------
    Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks; Liu et al. 2025,
    arXiv 2502.16982; Carlson et al. 2015 (spectral descent).

    Examples
    --------
    >>> import numpy as np
    >>> w = np.zeros((2, 2))
    >>> Muon(lr=0.5, exact=True).update(w, np.array([[3.0, 0.0], [0.0, -0.1]]))
    >>> print(w.diagonal())  # each singular direction moves by η
    [-0.5  0.5]
    """

    rule: Callable[..., Any] = staticmethod(rules.muon)
    slots = {"v": 0.0}
    momentum = fraction("β")
    weight_decay = Hyperparameter("λ")
    nesterov, exact, eps_floor, corrected, kernels = Fixed(), Fixed(), Fixed(), Fixed(), Fixed()
    factor, rms = Fixed(_factor), Fixed(partial(checks.number, low=0.0))
    coefficients = Fixed(_coefficients)
    steps, eps = Fixed(checks.whole_number), Fixed(partial(checks.number, low=0.0))

    def __init__(
        self,
        lr: Rate = 0.02,
        momentum: Number = 0.95,
        weight_decay: Number = 0.0,
        *,
        nesterov: bool = True,
        factor: str = "rows",
        rms: float = 0.2,
        exact: bool = False,
        coefficients: tuple[float, float, float] = JORDAN,
        steps: int = 5,
        eps: float = 1e-7,
        eps_floor: bool = False,
        corrected: bool = False,
        kernels: bool = True,
    ) -> None:
        super().__init__(lr=lr, momentum=momentum, weight_decay=weight_decay)
        self.nesterov, self.exact, self.corrected, self.kernels = nesterov, exact, corrected, kernels
        self.factor, self.rms = factor, rms
        self.coefficients, self.steps, self.eps, self.eps_floor = coefficients, steps, eps, eps_floor
        scale, pushed = FACTORS[self.factor], NewtonSchulz(self.coefficients, self.steps, self.eps, eps_floor)
        self.helpers = {
            "orthogonal": polar if exact else pushed,
            "factor": Times(self.rms, scale) if self.factor == "rms" else scale,
        }
        if corrected and not nesterov:
            raise ValueError("corrected=True goes with nesterov=True: the length of v alone changes no step")
        if corrected:
            self.clock = "t"
        if corrected or not nesterov:
            choose(self, rules.muon_corrected if corrected else rules.muon_plain)

    @property
    def factor_told(self) -> str:
        """The factor φ as a formula."""
        if self.factor == "rms":
            return f"{self.rms:g} √max(rows, columns)"
        sides = {"rows": "rows/columns", "columns": "columns/rows"}
        return f"√max(1, {sides[self.factor]})" if self.factor in sides else "1"


@dataclass(frozen=True)
class Times:
    """A factor of the shape, multiplied."""

    number: float
    factor: Callable[[np.ndarray], float]

    def __call__(self, p: np.ndarray) -> float:
        """Return the factor of this array."""
        return self.number * self.factor(p)
