"""Two optimizers side by side: one for some of the parameters, one for the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import arrays, checks
from d2l_utils.aliases import Grads, Params
from d2l_utils.optimizers.attributes import in_turn
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.settings import Fixed, Strict

__all__ = ["Split", "is_matrix"]


def is_matrix(name: str, p: np.ndarray) -> bool:
    """Return whether a parameter has two axes or more."""
    return p.ndim >= 2


def _part(name: str, value: Any) -> Any:
    if not isinstance(value, Optimizer | Split):
        raise TypeError(f"{name} must be an optimizer of d2l_utils; got {value!r}")
    return value


def _question(name: str, value: Any) -> Any:
    if not callable(value):
        raise TypeError(f"{name} must be a function of a name and an array; got {value!r}")
    return value


class Split(Strict):
    """Two optimizers that share the parameters: the first takes those that are its own, the second the rest.

    `fit` takes it as it takes an optimizer. Each keeps its own settings, schedule and state, and one that has
    no parameters yet waits. Settings are set of ``first`` and of ``rest``.

    Parameters
    ----------
    first, rest : Optimizer or Split
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

    offered = ("first", "rest", "which")
    advice = "; settings are set of each of the two"
    first, rest, which = Fixed(_part), Fixed(_part), Fixed(_question)
    _t = 0

    def __init__(
        self,
        first: Optimizer | Split,
        rest: Optimizer | Split,
        *,
        which: Callable[[str, np.ndarray], bool] = is_matrix,
    ) -> None:
        self.first, self.rest, self.which = first, rest, which
        ours = self._optimizers()
        if len({id(each) for each in ours}) < len(ours):
            raise ValueError("two parts are one optimizer; make two, for each keeps its own state")

    def _optimizers(self) -> list[Optimizer]:
        """Return the optimizers of all parts, those of another `Split` too."""
        found: list[Optimizer] = []
        for part in (self.first, self.rest):
            found += part._optimizers() if isinstance(part, Split) else [part]
        return found

    def _hold(self, refused: bool) -> None:
        for each in self._optimizers():
            each._hold(refused)

    @in_turn
    def __copy__(self) -> Split:
        """Copy the two as well, so that each copy goes on by itself."""
        made = type(self).__new__(type(self))
        parts = {"first": copy.copy(self.first), "rest": copy.copy(self.rest)}
        made.__dict__.update(self.__getstate__() | parts)
        return made

    @in_turn
    def __deepcopy__(self, copies: dict[int, Any]) -> Split:
        """Copy both while neither moves."""
        made = copies[id(self)] = type(self).__new__(type(self))
        made.__dict__.update(copy.deepcopy(self.__getstate__(), copies))
        return made

    @property
    def t(self) -> int:
        """How many updates have been made."""
        return self._t

    def __repr__(self) -> str:
        return f"Split({self.first!r}, {self.rest!r})"

    @in_turn
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
        grads = arrays.Known.of(params, grads, None, ()).apart(grads)
        mine = {key: self._is_first(key, p) for key, p in params.items()}
        parts = [
            [{key: each[key] for key in params if mine[key] is chosen} for each in (params, grads)]
            for chosen in (True, False)
        ]
        before = self.first.state_dict()
        with arrays.restored(list(parts[0][0].values())):
            _update(self.first, parts[0], check_finite)
            try:
                _update(self.rest, parts[1], check_finite)
            except BaseException:
                self.first.load_state_dict(before)
                self.first._hold(True)
                raise
        self._t += 1

    @in_turn
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

    @in_turn
    def state_dict(self) -> dict[str, Any]:
        """Return a copy of both states: ``{"t": int, "first": ..., "rest": ...}``."""
        return {"t": self.t, "first": self.first.state_dict(), "rest": self.rest.state_dict()}

    @in_turn
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
        if further := sorted(map(str, saved.keys() - {"t", "first", "rest"})):
            raise ValueError(
                f"a saved state holds 't', 'first' and 'rest', and nothing of {', '.join(further)}; settings "
                "are attributes of the two optimizers: set them there"
            )
        before = self.first.state_dict()
        self.first.load_state_dict(first)
        try:
            self.rest.load_state_dict(rest)
        except ValueError:
            self.first.load_state_dict(before)
            raise
        self._t = t


def _update(optimizer: Optimizer | Split, part: list[dict[str, Any]], check_finite: bool) -> None:
    """Update a part, but do not let one that has never had parameters count steps that it did not take."""
    params, grads = part
    if params or optimizer.t:
        optimizer.update(params, grads, check_finite=check_finite)
