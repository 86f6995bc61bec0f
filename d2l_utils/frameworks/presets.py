"""How a call of a framework becomes a call of ours: the machinery of ``like_torch`` and its kin.

A preset is declared with the framework's whole signature, as its documentation prints it, above a function of
those arguments that are used here. `Framework.preset` binds a call by that signature. An argument that
changes no step is let pass, any other must have its neutral value, and a refusal says what to do instead.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any

import numpy as np

from d2l_utils._engine import checks
from d2l_utils._engine.names import near
from d2l_utils.optimizers.around import ScaledGradient
from d2l_utils.optimizers.base import Optimizer
from d2l_utils.optimizers.weight_decay import WeightDecay

__all__ = ["Framework", "Preset", "decayed", "given", "pair", "scaled"]

Bind = Callable[[tuple[Any, ...], dict[str, Any]], tuple[Any, ...]]


@dataclass(frozen=True)
class Framework:
    """A framework and what its arguments are here.

    Attributes
    ----------
    title : str
        Its name and version.
    prefix : str
        How its users write what stands before an optimizer's name.
    names : dict of str to str
        What it calls our settings: its name -> ours, or several of ours.
    free : dict of str to str
        Arguments that change no step, and why; any value will do.
    instead : dict of str to str
        Arguments that are refused unless neutral, and what to do instead.
    neutral : dict of str to callable
        For some of these whether a value, beside the others of the call, changes no step either; their
        default never does.
    methods : dict of str to str
        What its optimizers have and ours have not, and what to do instead.
    rarely : dict of str to str
        The same for what is rarer, and for functions of its module.
    reads : dict of str to callable
        What its name of a setting, when read, makes of the optimizer.
    sets : dict of str to callable
        What is made, beside the optimizer, of what such a name is set to.
    first : callable, optional
        What becomes of positional arguments before they are bound.
    """

    title: str
    prefix: str
    names: Mapping[str, Any] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    neutral: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    rarely: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, Callable[[Optimizer], Any]] = field(default_factory=dict)
    sets: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    first: Bind | None = None

    def preset(
        self, signature: str, *, also: Mapping[str, Any] | None = None, **names: Any
    ) -> Callable[[Callable[..., Optimizer]], Preset]:
        """Declare a preset: a decorator for a function of the arguments that are used.

        Parameters
        ----------
        signature : str
            The framework's, whole and in order: ``"learning_rate, momentum=None, nesterov=False"``.
        also : dict, optional
            What the framework prints among the settings though its signature lacks it, and the only value
            that passes.
        **names
            What this optimizer calls our settings otherwise than the framework's others; a function of the
            arguments where it depends on them. None fixes a setting, be the name theirs or ours.
        """
        # the text stands in this package; it is not a reader's
        declared = inspect.signature(eval(f"lambda {signature}: None"))
        beyond = dict(also or {})

        def declare(make: Callable[..., Optimizer]) -> Preset:
            used = inspect.signature(make).parameters
            unknown = set(used) - set(declared.parameters)
            unexplained = set(declared.parameters) - set(used) - set(self.free) - set(self.instead)
            if unknown or unexplained:
                raise TypeError(f"{make.__name__}: {sorted(unknown or unexplained)} must be declared")
            called = f"{self.prefix}{make.__name__}"
            ours = {**self.names, **names}
            elsewhere = {**self.instead, **self.rarely, **self.methods}

            def bound(*args: Any, **settings: Any) -> Optimizer:
                for name in beyond.keys() & settings.keys():
                    self._check_neutral(called, name, settings.pop(name), beyond[name], {})
                if self.first is not None:
                    args = self.first(args, settings)
                try:
                    taken = declared.bind(*args, **settings)
                except TypeError as error:
                    meant = near(settings, declared.parameters)
                    raise TypeError(f"{called}: {error}; it takes {declared}{meant}") from None
                taken.apply_defaults()
                for name, value in taken.arguments.items():
                    if name not in used:
                        default = declared.parameters[name].default
                        self._check_neutral(called, name, value, default, taken.arguments)
                    elif isinstance(declared.parameters[name].default, bool):
                        taken.arguments[name] = checks.switch(name, value)
                    elif value is None and type(declared.parameters[name].default) in (int, float):
                        self._check_none(called, name)
                chosen = {name: taken.arguments[name] for name in used}
                named = ((name, ours.get(name)) for name in dict.fromkeys([*used, *names]))
                aliases = {name: our(chosen) if callable(our) else our for name, our in named}
                try:
                    made = make(**chosen)
                except (TypeError, ValueError) as error:
                    words = {name: our or self.names.get(name) for name, our in aliases.items()}
                    raise type(error)(_in_their_words(str(error), words)) from None
                made._aliases, made._elsewhere, made._reads = aliases, elsewhere, self.reads
                made._called, made._sets = called, self.sets
                return made

            made = Preset(make, bound, called, elsewhere)
            made.__signature__ = declared
            made.__doc__ = self._documented(
                make.__doc__ or "", [n for n in declared.parameters if n not in used]
            )
            return made

        return declare

    def _check_neutral(
        self, called: str, name: str, value: Any, neutral: Any, call: Mapping[str, Any]
    ) -> None:
        """Raise a TypeError if an argument that is not offered would change a step."""
        simple = isinstance(value, bool | int | float | str | np.generic)
        if name in self.free or value is neutral or (simple and value == neutral):
            return
        number = simple and not isinstance(value, str)
        if number and name in self.neutral and self.neutral[name](value, call):
            return
        instead = self.instead.get(name, f"{name}={neutral!r} is what it is")
        raise TypeError(f"{called}({name}={value!r}) is not offered: {instead}")

    def _check_none(self, called: str, name: str) -> None:
        """Raise a ValueError for None in place of a number but MXNet's rate or Keras' rms_rate."""
        if name not in ("learning_rate", "rms_rate"):
            raise ValueError(f"{called}: {name} must be a number, as in {self.title}; got None")

    def missing(self, name: str, offered: list[str]) -> AttributeError:
        """Return the error of an optimizer, or anything else of its module, that is not here."""
        if name in self.rarely:
            return AttributeError(f"{self.prefix}{name} is not offered: {self.rarely[name]}")
        return AttributeError(
            f"{self.prefix}{name} is not offered: of {self.title} there are the rules of this book, "
            f"{', '.join(offered)}; a rule of your own goes into a subclass of Optimizer"
        )

    def _documented(self, text: str, rest: list[str]) -> str:
        """Return a docstring that also lists what is not offered, from the declaration."""
        refused = [f"``{name}``: {self.instead[name]}" for name in rest if name in self.instead]
        passing = ", ".join(f"``{name}`` ({self.free[name]})" for name in rest if name in self.free)
        told = [f"Not offered. {'; '.join(refused)}."] if refused else []
        told += [f"Without effect: {passing}."] if passing else []
        wrapped = "\n\n".join(textwrap.fill(each, 105, break_long_words=False) for each in told)
        return f"{inspect.cleandoc(text)}\n\nNotes\n-----\n{wrapped}\n" if told else inspect.cleandoc(text)


class Preset:
    """A framework's optimizer as a function, though there it is a class: it says where that shows.

    Parameters
    ----------
    make : callable
        The function of the arguments that are used, whose name and place it takes.
    bound : callable
        The function of the framework's whole signature.
    called : str
        What the framework's users write for it.
    elsewhere : dict of str to str
        What the class has and a function has not, and what to do instead.

    Examples
    --------
    >>> from d2l_utils.frameworks import like_torch
    >>> isinstance(like_torch.SGD(lr=0.1), like_torch.SGD), isinstance(like_torch.Adam(), like_torch.SGD)
    (True, False)
    """

    __name__: str
    __qualname__: str
    __signature__: inspect.Signature

    def __init__(
        self,
        make: Callable[..., Optimizer],
        bound: Callable[..., Optimizer],
        called: str,
        elsewhere: Mapping[str, str],
    ) -> None:
        update_wrapper(self, make)
        self._bound, self._called, self._elsewhere = bound, called, elsewhere

    def __call__(self, *args: Any, **settings: Any) -> Optimizer:
        return self._bound(*args, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name[0] != "_":
            raise AttributeError(
                f"{self._called} is a function of its settings here: call it, "
                f"and set {name!r} of the optimizer that it returns"
            )
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{self._called}, as a function of its settings>"

    def __reduce__(self) -> str:
        return self.__qualname__

    def __get__(self, owner: Any, kind: type | None = None) -> Preset:
        """Be a routine for those who list a module's functions; it is never bound."""
        return self

    def __instancecheck__(self, optimizer: Any) -> bool:
        return getattr(optimizer, "_called", "") == self._called

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        raise TypeError(
            f"{self._called} is a function here, and nothing can be its subclass: "
            "make a subclass of d2l_utils.Optimizer, or of the class that it returns"
        )

    def __getattr__(self, name: str) -> Any:
        told = self.__dict__.get("_elsewhere", {}).get(name, "it is a function of its settings")
        raise AttributeError(f"{self.__dict__.get('_called')} has no attribute {name!r} here: {told}")


def _in_their_words(message: str, aliases: Mapping[str, Any]) -> str:
    """Return the message of a refused setting, which begins with its name here, with the framework's name."""
    setting, must, rest = message.partition(" must be ")
    for name, ours in aliases.items():
        if isinstance(ours, tuple) and setting in ours:
            return f"{name}[{ours.index(setting)}]{must}{rest}"
        if ours == setting:
            return f"{name}{must}{rest}"
    return message


def given(name: str, value: Any) -> bool:
    """Return whether a number, or any number of an array, is there and not 0.

    Examples
    --------
    >>> given("momentum", None), given("momentum", 0.0), given("momentum", [0.0, 0.9])
    (False, False, True)
    """
    return value is not None and bool(np.any(checks.real(name, value)))


def pair(name: str, value: Any) -> tuple[Any, Any]:
    """Return two settings that come as a tuple, or say what came.

    Raises
    ------
    TypeError, ValueError
        If it is no sequence, or not of length 2.
    """
    if not checks.is_sequence(value):
        raise TypeError(f"{name} must be two numbers, such as (0.9, 0.999); got {value!r}")
    if len(value) != 2:
        raise ValueError(f"{name} must be two numbers, such as (0.9, 0.999); got {len(value)}: {value!r}")
    return value[0], value[1]


def decayed(optimizer: Optimizer, weight_decay: Any, *, decoupled: bool = False) -> Optimizer:
    """Return the optimizer with this weight decay, or as it is if that is 0 or None."""
    if not given("weight_decay", weight_decay):
        return optimizer
    return WeightDecay(optimizer, weight_decay, decoupled=decoupled)


def scaled(optimizer: Optimizer, scale: Any) -> Optimizer:
    """Return the optimizer with its gradients multiplied, or as it is if that is by 1."""
    return optimizer if np.all(checks.real("scale", scale) == 1) else ScaledGradient(optimizer, scale)
