"""Averages of the parameters, beside any optimizer: what is evaluated and saved, and never trained.

Call ``average.update(params)`` after each ``optimizer.update(params, grads)``. The optimizer goes on from the
parameters themselves, which an average does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from d2l_utils import rules
from d2l_utils._engine import arrays, checks
from d2l_utils.aliases import Params
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.settings import Fixed, Strict

__all__ = ["Average", "ExponentialAverage"]

HELD = ("t", "method", "mean", "dtype")


class _Averaged(Strict):
    """What both share: all but the share of a new place in the average.

    An update makes new arrays, so that a copy, however shallow, and an update that fails change nothing here.
    """

    t: int = 0
    _bare = False

    def __init__(self) -> None:
        self._mean: dict[str, np.ndarray] = {}
        self._dtypes: dict[str, np.dtype] = {}

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.offered)
        return f"{type(self).__name__}({told})"

    def _share(self, t: int) -> float:
        raise NotImplementedError

    @property
    @in_turn
    def params(self) -> Any:
        """The average, in new arrays of the parameters' names, shapes and dtypes.

        Raises
        ------
        ValueError
            Before the first update, when there is nothing to average.
        """
        if not self.t:
            raise ValueError("nothing is averaged yet; call update(params) after a step of the optimizer")
        return self._as_given({key: mean.astype(self._dtypes[key]) for key, mean in self._mean.items()})

    @in_turn
    def update(self, params: Params) -> None:
        """Take the parameters, as they are now, into the average.

        Parameters
        ----------
        params : dict of str to ndarray, or ndarray
            Floating-point arrays of any shape. They are copied; the average of float16 is kept in float32.

        Raises
        ------
        TypeError
            If something is not an array, or not of floating point.
        ValueError
            If names, shapes or dtypes are not those of the updates before. Nothing has changed then.
        """
        places = {key: p.copy() if isinstance(p, np.ndarray) else p for key, p in _named(params).items()}
        arrays.check(places, places)
        dtypes = {key: p.dtype for key, p in places.items()}
        if self.t:
            self._check_same(places)
        share = self._share(self.t + 1)
        for key, p in places.items():
            places[key] = p = p.astype(arrays.computed_in(p.dtype), copy=False)
            if share != 1:
                places[key] = rules.average(self._mean[key].copy(), p, share)
        self.__dict__.update(
            t=self.t + 1, _mean=places, _dtypes=dtypes, _bare=not isinstance(params, Mapping)
        )

    @in_turn
    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the state: the updates made, the settings, the average, the dtypes to give."""
        mean = {key: mean.copy() for key, mean in self._mean.items()}
        dtypes = {key: dtype.str for key, dtype in self._dtypes.items()}
        return {
            "t": self.t,
            "method": repr(self),
            "mean": self._as_given(mean),
            "dtype": self._as_given(dtypes),
        }

    @in_turn
    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from a state that `state_dict` returned; it is copied.

        Raises
        ------
        ValueError
            If it is not the state of such an average with these settings. Nothing has changed then.
        """
        given = sorted(map(str, saved)) if isinstance(saved, Mapping) else type(saved).__name__
        if given != sorted(HELD):
            raise ValueError(f"the saved state of an average holds {', '.join(HELD)}; got {given}")
        if saved["method"] != repr(self):
            raise ValueError(f"the saved state is of {saved['method']}; this is {self!r}")
        t = checks.whole_number("t", saved["t"])
        if any(isinstance(value, np.ma.MaskedArray) for value in _named(saved["mean"]).values()):
            raise ValueError("the saved average is a masked array, whose mask would be lost")
        mean = {key: np.array(value) for key, value in _named(saved["mean"]).items()}
        dtypes = {key: np.dtype(each) for key, each in _named(saved["dtype"]).items()}
        kept = {key: value.dtype for key, value in mean.items()}
        wanted = {key: arrays.computed_in(dtype) for key, dtype in dtypes.items()}
        if kept != wanted or bool(t) != bool(kept):
            raise ValueError(f"after {t} updates of parameters of {dtypes}, the saved average has {kept}")
        self.__dict__.update(t=t, _mean=mean, _dtypes=dtypes, _bare=not isinstance(saved["mean"], Mapping))

    def _check_same(self, places: Mapping[str, np.ndarray]) -> None:
        """Raise a ValueError if these are not the parameters of the updates before."""
        if places.keys() != self._mean.keys():
            raise ValueError(
                f"params has entries {sorted(map(str, places))}; this average is of "
                f"{sorted(map(str, self._mean))}. Make another for other parameters"
            )
        for key, p in places.items():
            before = self._mean[key].shape, self._dtypes[key]
            if (p.shape, p.dtype) != before:
                raise ValueError(
                    f"params[{key!r}] has shape {p.shape} and dtype {p.dtype}; this average is of shape "
                    f"{before[0]} and dtype {before[1]}. Make another for other parameters"
                )

    def _as_given(self, found: dict[str, Any]) -> Any:
        return found["params"] if self._bare else found


class Average(_Averaged):
    """The mean of the places of a walk, each with the same weight: Polyak's and Ruppert's average.

    ``mean ← mean + (p − mean) / t``. It takes the noise out of a walk that has arrived, and lags behind one
    that is on its way: let it begin late.

    Parameters
    ----------
    start : int
        Updates that do not count; until the one after them the average is the last place.

    References
    ----------
    Ruppert 1988; Polyak & Juditsky 1992; Izmailov et al. 2018, who take in a place once an epoch, late in the
    training.

    Examples
    --------
    >>> import numpy as np
    >>> from d2l_utils import SGD
    >>> w, optimizer, average = np.array([1.0]), SGD(lr=1.0), Average()
    >>> for g in (0.0, 2.0, -1.0):
    ...     optimizer.update(w, np.array([g]))
    ...     average.update(w)
    >>> print(w, average.params)  # the places are 1, −1 and 0
    [0.] [0.]
    """

    start = Fixed(checks.whole_number)
    offered = ("start",)

    def __init__(self, start: int = 0) -> None:
        super().__init__()
        self.start = start

    def _share(self, t: int) -> float:
        return 1 / max(t - self.start, 1)


def _fraction(name: str, value: Any) -> float:
    return float(checks.real(name, checks.number(name, value), 0.0, 1.0))


class ExponentialAverage(_Averaged):
    """An average of the places of a walk that forgets: each step, the share ρ of it stays.

    ``mean ← ρ mean + (1 − ρ) p``, over about the last 1 / (1 − ρ) places.

    Parameters
    ----------
    rho : float
        ρ, in [0, 1): the decay of PyTorch and Optax, Keras' ``ema_momentum``, 1 − Optax' ``step_size``.
    bias_correction : bool
        What comes first. False copies the first place (PyTorch, Keras), whose weight after t updates is ρᵗ⁻¹,
        for long more than any other's. True starts at 0 and divides by the weight 1 − ρᵗ of what was
        seen, as Adam does (``optax.ema``): a new place has the share (1 − ρ) / (1 − ρᵗ), and at first
        all weigh nearly alike.

    References
    ----------
    Kingma & Ba 2015, Section 7.2, with the correction.

    Examples
    --------
    >>> import numpy as np
    >>> for corrected in (False, True):
    ...     average = ExponentialAverage(0.5, bias_correction=corrected)
    ...     for weight_of in np.eye(3):
    ...         average.update(weight_of)
    ...     print(average.params.round(3))
    [0.25 0.25 0.5 ]
    [0.143 0.286 0.571]
    """

    rho = Fixed(_fraction)
    bias_correction = Fixed()
    offered = ("rho", "bias_correction")

    def __init__(self, rho: float = 0.999, *, bias_correction: bool = False) -> None:
        super().__init__()
        self.rho = rho
        self.bias_correction = bias_correction

    def _share(self, t: int) -> float:
        if self.bias_correction:
            return (1 - self.rho) / (1 - self.rho**t)
        return 1 - self.rho if t > 1 else 1.0


def _named(params: Any) -> Mapping[str, Any]:
    return params if isinstance(params, Mapping) else {"params": params}
