"""Two optimizers side by side: one for some of the parameters, one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import arrays, checks
from d2l_utils.aliases import Grads, Params
from d2l_utils.optimizers.base import Optimizer

__all__ = ["Split", "is_matrix"]


def is_matrix(name: str, p: np.ndarray) -> bool:
    """Return whether a parameter has two axes or more."""
    return p.ndim >= 2


class Split:
    """Two optimizers that share the parameters: the first takes those that are its own, the second the rest.

    `fit` takes it as it takes an optimizer. Each keeps its own settings, schedule and state.

    Parameters
    ----------
    first, rest : Optimizer
        ``rest`` may be another `Split`.
    which : callable
        ``which(name, array)`` says whether a parameter goes to ``first``; matrices and kernels do by default.

    Attributes
    ----------
    t : int
        Updates made so far.

    Examples
    --------
    Muon for the weights, Adam for the biases:

    >>> import numpy as np
    >>> from d2l_utils import Adam, Muon
    >>> params = {"W": np.zeros((2, 2)), "b": np.zeros(2)}
    >>> grads = {"W": np.diag([3.0, 0.1]), "b": np.array([3.0, 0.1])}
    >>> optimizer = Split(Muon(lr=0.5, exact=True), Adam(lr=0.1))
    >>> optimizer.update(params, grads)
    >>> print(params["W"].diagonal(), params["b"].round(3))
    [-0.5 -0.5] [-0.1 -0.1]

    A matrix that is an embedding goes to Adam too, by its name:

    >>> hidden = lambda name, p: p.ndim == 2 and name != "embedding"
    >>> optimizer = Split(Muon(lr=0.02), Adam(lr=0.001), which=hidden)
    """

    def __init__(
        self,
        first: Optimizer,
        rest: Optimizer | Split,
        *,
        which: Callable[[str, np.ndarray], bool] = is_matrix,
    ) -> None:
        if not isinstance(first, Optimizer) or not isinstance(rest, Optimizer | Split):
            raise TypeError(f"first and rest must be optimizers of d2l_utils; got {first!r} and {rest!r}")
        if first is rest:
            raise ValueError("first and rest are one optimizer; make two, for each keeps its own state")
        if not callable(which):
            raise TypeError(f"which must be a function of a name and an array; got {which!r}")
        self.first, self.rest, self.which = first, rest, which
        self.t = 0

    def __repr__(self) -> str:
        return f"Split({self.first!r}, {self.rest!r})"

    def update(self, params: Params, grads: Grads, *, check_finite: bool = False) -> None:
        """Take one step of each: change ``params`` in place, against ``grads``.

        Nothing has changed after an error, whichever of the two it comes from.

        Parameters
        ----------
        params, grads, check_finite
            As in `Optimizer.update`.

        Raises
        ------
        TypeError, ValueError, FloatingPointError
            As in `Optimizer.update`; a TypeError too if ``which`` answers with something else than a bool.
        """
        params, grads = arrays.as_dicts(params, grads)
        arrays.check(params, grads)
        mine = {key: self._is_first(key, p) for key, p in params.items()}
        parts = [
            [{key: each[key] for key in params if mine[key] is chosen} for each in (params, grads)]
            for chosen in (True, False)
        ]
        before = self.first.state_dict()
        with arrays.restored(list(parts[0][0].values())):
            self.first.update(*parts[0], check_finite=check_finite)
            try:
                self.rest.update(*parts[1], check_finite=check_finite)
            except BaseException:
                self.first.load_state_dict(before)
                self.first._hold(True)
                raise
        self.t += 1

    def averaged(self, params: Params) -> Any:
        """Return the parameters to evaluate: a copy, with the average of what a schedule-free one takes.

        Parameters
        ----------
        params : dict of str to ndarray, or ndarray
            Those that `update` changes; they are left alone.
        """
        given, _ = arrays.as_dicts(params, params)
        found = {key: p.copy() for key, p in given.items()}
        for optimizer, chosen in ((self.first, True), (self.rest, False)):
            part = {key: p for key, p in given.items() if self._is_first(key, p) is chosen}
            if part and hasattr(optimizer, "averaged"):
                found |= optimizer.averaged(part)
        return found if isinstance(params, Mapping) else found["params"]

    def _is_first(self, key: str, p: np.ndarray) -> bool:
        answer = self.which(key, p)
        if not isinstance(answer, bool | np.bool_):
            raise TypeError(f"which({key!r}, ...) must be True or False; got {answer!r}")
        return bool(answer)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of both states: ``{"t": int, "first": ..., "rest": ...}``."""
        return {"t": self.t, "first": self.first.state_dict(), "rest": self.rest.state_dict()}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from a state that `state_dict` returned; it is copied.

        Raises
        ------
        ValueError
            If it is not the state of two such optimizers. Nothing has changed then.
        """
        try:
            t, first, rest = checks.whole_number("t", saved["t"]), saved["first"], saved["rest"]
        except (TypeError, KeyError) as error:
            raise ValueError(
                f"a saved state holds 't', 'first' and 'rest', as state_dict() returns; got {saved!r}"
            ) from error
        before = self.first.state_dict()
        self.first.load_state_dict(first)
        try:
            self.rest.load_state_dict(rest)
        except ValueError:
            self.first.load_state_dict(before)
            raise
        self.t = t
