"""The settings of an optimizer: attributes that check what they are set to, or are fixed."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import RLock
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.names import named
from d2l_utils._engine.swept import handed_out

__all__ = ["Fixed", "Hyperparameter", "Strict", "Told", "epsilon", "fraction"]


class Hyperparameter:
    """A number in [low, below), or an array of such numbers: an attribute that checks what it is set to.

    Parameters
    ----------
    symbol : str
        How a figure and the notation page write it.
    low, below : float
        It is at least ``low`` and less than ``below``.
    schedulable : bool
        It may also be a callable.
    in_rule : bool
        False: it is no argument of the rule, but changes one that `Optimizer.arguments` hands to it.
    rare : bool
        Figures leave it out while it is 0.
    slider : (float, float)
        The decades that a slider offers beside 0; a share, below 1, has a slider from 0 to 1.
    trial : float
        Its value where a reader's rule is compared with the book's.
    """

    def __init__(
        self,
        symbol: str,
        low: float = 0.0,
        below: float = math.inf,
        schedulable: bool = False,
        in_rule: bool = True,
        rare: bool = False,
        slider: tuple[float, float] = (1e-3, 10.0),
        trial: float = 0.25,
    ) -> None:
        self.symbol, self.low, self.below = symbol, low, below
        self.schedulable, self.in_rule = schedulable, in_rule
        self.rare, self.slider, self.trial = rare, slider, trial

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: Any, owner: type | None = None) -> Any:
        if optimizer is None:
            return self
        if optimizer._aliases and optimizer._aliases.get(self.name, self.name) not in (self.name, None):
            raise another(self.name, optimizer._aliases[self.name], "read")
        value = optimizer.__dict__[self.name]
        return handed_out(value) if value.__class__ is np.ndarray else value

    def __set__(self, optimizer: Any, value: Any) -> None:
        if self.in_rule and self.name not in optimizer.__dict__.get("_names", (self.name,)):
            raise made_without(optimizer, self.name)
        if self.schedulable and (callable(value) or hasattr(value, "get_last_lr")):
            checks.schedule(self.name, value)
        else:
            value = self.check(value)
        if self.name in optimizer._watch:
            optimizer._watch[self.name](optimizer, value)
        value = value if optimizer._rounded is None else optimizer._rounded(value)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        with optimizer._lock:
            optimizer.__dict__[self.name] = value
            optimizer.__dict__["_settings"] = optimizer.__dict__["_swept"] = None

    def check(self, value: Any) -> Any:
        """Return ``value`` as a float or float array, or say what is wrong with it."""
        if isinstance(value, float) and self.low <= value < self.below and value > -math.inf:
            return float(value)
        return checks.real(self.name, value, self.low, self.below)


def fraction(symbol: str, trial: float = 0.9) -> Hyperparameter:
    """Declare a hyper-parameter in [0, 1), such as a decay rate."""
    return Hyperparameter(symbol, below=1.0, trial=trial)


def epsilon(*, rare: bool = False) -> Hyperparameter:
    """Declare an ε, which is added against a division by zero; one that is rare is 0 unless it is asked for.

    Its trial is large, so that it shows where ε stands.
    """
    return Hyperparameter("ε", rare=rare, slider=(1e-12, 1.0), trial=0.0 if rare else 0.05)


class Fixed:
    """A setting that is fixed when the optimizer is made, because the rule or its state depends on it.

    Parameters
    ----------
    check : callable, optional
        ``check(name, value)`` returns the value or raises an error; a switch, True or False, by default.
    """

    def __init__(self, check: Callable[[str, Any], Any] = checks.switch) -> None:
        self.check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: Any, owner: type | None = None) -> Any:
        return self if optimizer is None else optimizer.__dict__[self.name]

    def __set__(self, optimizer: Any, value: Any) -> None:
        if self.name in optimizer.__dict__:
            kind = type(optimizer).__name__
            raise AttributeError(
                f"{self.name} is fixed when {kind} is made; make another, {kind}({self.name}={value!r})"
            )
        optimizer.__dict__[self.name] = fixed = self.check(self.name, value)
        if isinstance(fixed, np.ndarray):
            fixed.flags.writeable = False


class Told(dict[str, Any]):
    """Settings by name, for those who read them; a copy is a plain dict."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("settings are attributes of the optimizer: set them there, as `optimizer.lr = 0.1`")

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class Strict:
    """An object that has the attributes it names, and refuses one that would do nothing.

    A class of your own may keep further attributes.

    Attributes
    ----------
    offered : tuple of str
        What can be set.
    advice : str
        What to do instead of setting or reading anything else.
    """

    offered: tuple[str, ...] = ()
    advice = ""

    def __init_subclass__(cls) -> None:
        for name in {"__init__", "step"} & vars(cls).keys():
            setattr(cls, name, named(vars(cls)[name]))

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Give each its own lock: threads that share it take turns."""
        made = super().__new__(cls)
        made.__dict__["_lock"] = RLock()
        return made

    def __getstate__(self) -> dict[str, Any]:
        """Leave the lock out of a copy, which has its own."""
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setattr__(self, name: str, value: Any) -> None:
        is_ours = type(self).__module__.partition(".")[0] == __name__.partition(".")[0]
        if is_ours and name[0] != "_" and name not in self.offered:
            raise self._without(f"{name!r} to set")
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        raise self._without(f"attribute {name!r}")

    def _without(self, what: str) -> AttributeError:
        kind = type(self).__name__
        return AttributeError(f"this {kind} has no {what}; it has {', '.join(self.offered)}{self.advice}")


def made_without(optimizer: Any, name: str) -> AttributeError:
    """Return the error of a setting that this rule does not take."""
    while "optimizer" in optimizer.__dict__:
        optimizer = optimizer.__dict__["optimizer"]
    kind = type(optimizer).__name__
    return AttributeError(f"this {kind} was made without {name}; make another that has it from the start")


def another(name: str, ours: str, verb: str) -> AttributeError:
    """Return the error of a framework's name of one setting that is our name of another."""
    return AttributeError(
        f"{name} is the framework's name of {ours}, and another setting here; {verb} {ours}"
    )


def why_not(optimizer: Any, name: str) -> str:
    """Return what to say of an attribute that an optimizer has not, after its name."""
    if name in optimizer._elsewhere:
        return f": {optimizer._elsewhere[name]}"
    if name not in optimizer._aliases:
        return ""
    if optimizer._aliases[name] is None:
        return ": it was fixed when the optimizer was made"
    return ": the optimizer was made without; make another that has it from the start"


def declared(kind: type) -> list[str]:
    """Return the names of a class's hyper-parameters, in the order in which they are declared."""
    names = dict.fromkeys(name for base in reversed(kind.__mro__) for name in vars(base))
    return [name for name in names if isinstance(getattr(kind, name, None), Hyperparameter)]
