"""Strict attributes: a setting checks what it is set to, a fixed one says so, a stray name is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

from d2l_utils._engine import checks
from d2l_utils.optimizers.needs import check_rule, declares
from d2l_utils.optimizers.settings import (
    Fixed,
    Hyperparameter,
    another,
    made_without,
    why_not,
)

__all__ = ["Attributes", "in_turn"]

Result = TypeVar("Result")
Given = ParamSpec("Given")

MOST = 2**53


def in_turn(
    method: Callable[Concatenate[Any, Given], Result],
) -> Callable[Concatenate[Any, Given], Result]:
    """Let threads that share an optimizer wait for each other, so that each sees it whole."""

    @wraps(method)
    def turn(self: Any, /, *args: Given.args, **settings: Given.kwargs) -> Result:
        with self._lock:
            return method(self, *args, **settings)

    return turn


class Attributes:
    """What `Optimizer` does when an attribute is read or set: ours, or a framework's name of it."""

    _names: tuple[str, ...]
    _called = ""  # whose preset made it, as that framework's users write it
    _aliases: Mapping[str, Any] = {}  # what a framework calls our settings; None for what is fixed
    _elsewhere: Mapping[str, str] = {  # what this one has not, and what to do instead
        "rule": "a subclass names the function that it applies: rule = staticmethod(rules.sgd)"
    }
    _chosen: Any = None  # the rule, where a switch chose it
    _begun = 0  # where the count of the updates was begun
    _corrects_rate = False  # whether its rule gets another rate than η, which no decay should follow
    _reads: Mapping[str, Callable[[Any], Any]] = {}  # what a framework's name, when read, makes of us
    _sets: Mapping[str, Callable[[Any, Any], Any]] = {}  # what is made of what such a name is set to
    _rounded: Callable[[Any], Any] | None = None  # what settings pass through, such as 32 bits
    _watch: Mapping[str, Callable[[Any, Any], None]] = {}  # what is done before a setting is set, if it is

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Give each optimizer, a copy too, its own lock: threads that share it take turns."""
        made = super().__new__(cls)
        made.__dict__["_lock"] = RLock()
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "t":
            value = checks.whole_number("t", value)
            if value > MOST:
                raise ValueError(f"t counts updates, {MOST} at most, which a float can hold")
        elif name in ("kind", "clock", "slots"):
            value = declares(self, name, value)
        elif name == "rule":
            check_rule(self, value)
        if name[0] != "_" and self._aliases.get(name, name) != name:
            self._set_alias(name, value)
        elif name in self.__dict__ or hasattr(type(self), name) or name[0] == "_" or name == "rule":
            object.__setattr__(self, name, value)
        elif (owner := self._owner(name)) is not None:
            setattr(owner, name, value)
        elif name in self._aliases:
            raise made_without(self, name)
        elif type(self).__module__.partition(".")[0] == __name__.partition(".")[0]:
            offered = f"; it has {self._offered()}"
            raise AttributeError(
                f"{type(self).__name__} has no setting {name!r}{why_not(self, name) or offered}"
            )
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "t" or self._owner(name) is not None:
            raise AttributeError(f"{name} can be set and not deleted: an optimizer cannot do without")
        object.__delattr__(self, name)

    def __getattr__(self, name: str) -> Any:
        owner = None if name[0] == "_" else self._owner(name)
        if owner is not None and self._aliases.get(name, name) not in (name, None):
            raise another(name, self._aliases[name], "read")
        if owner is not None and owner is not self:
            return getattr(owner, name)
        if name in self._reads and name in self._aliases:
            return self._reads[name](self)
        ours = self._aliases.get(name)
        names = ours if isinstance(ours, tuple) else (ours,)
        if ours is None or ours == name or not all(hasattr(self, each) for each in names):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{why_not(self, name)}")
        return tuple(getattr(self, each) for each in ours) if isinstance(ours, tuple) else getattr(self, ours)

    def _owner(self, name: str) -> Any:
        """Return the optimizer that has a setting of this name: itself, or one that it is put around."""
        return self if isinstance(getattr(type(self), name, None), Hyperparameter | Fixed) else None

    def _set_alias(self, name: str, value: Any) -> None:
        """Set what a framework calls so, all of it or nothing."""
        ours = self._aliases[name]
        if ours is None:
            raise AttributeError(f"{name} is fixed when the optimizer is made; make another")
        if self._owner(name) is not None:
            raise another(name, ours, "set")
        if name in self._sets:
            value = self._sets[name](self, value)
        names, values, told = (ours,), (value,), [name]
        if isinstance(ours, tuple):
            if not checks.is_sequence(value):
                raise TypeError(f"{name} must be {len(ours)} numbers; got {value!r}")
            names, values, told = ours, tuple(value), [f"{name}[{i}]" for i in range(len(ours))]
        if len(names) != len(values):
            raise ValueError(f"{name} must be {len(names)} numbers; got {value!r}")
        if not all(hasattr(self, each) for each in names):
            raise made_without(self, name)
        if any(isinstance(getattr(type(self._owner(each)), each, None), Fixed) for each in names):
            raise AttributeError(
                f"{name} is fixed when the optimizer is made; make another, with {name}={value!r}"
            )
        before = [getattr(self, each) for each in names]
        for i, each in enumerate(names):
            try:
                setattr(self, each, values[i])
            except (TypeError, ValueError) as error:
                for changed, old in zip(names[:i], before, strict=False):
                    setattr(self, changed, old)
                setting, must, rest = str(error).partition(" must be ")
                raise type(error)(f"{told[i] if setting == each else setting}{must}{rest}") from None

    def _offered(self) -> str:
        """Return the names that can be set, of ours and of the framework's."""
        known = [name for name, ours in self._aliases.items() if ours is not None]
        return ", ".join(dict.fromkeys([*self._names, *known]))
