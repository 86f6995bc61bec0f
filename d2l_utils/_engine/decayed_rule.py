"""A rule with something around it: what `WeightDecay`, `ScaledGradient` and a resting velocity apply."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from d2l_utils import rules

__all__ = ["AROUND", "DecayedRule", "RestingRule", "ScaledRule"]

POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD


@dataclass(frozen=True)
class DecayedRule:
    """A rule with weight decay before it, which takes λ after the rule's own arguments.

    Parameters
    ----------
    inner : callable
        The rule.
    decoupled : bool
        The form of the decay, as in `WeightDecay`.
    """

    inner: Callable[..., Any]
    decoupled: bool

    @property
    def __name__(self) -> str:
        return f"{self.inner.__name__} with weight decay"

    @property
    def __signature__(self) -> inspect.Signature:
        return _with_argument(self.inner, "weight_decay")

    def __call__(self, p: Any, g: Any, *state_and_arguments: Any) -> Any:
        """Apply the decay and then the rule."""
        *rest, weight_decay = state_and_arguments
        if self.decoupled:
            p = rules.shrink(p, rest[_place_of_lr(self.inner)], weight_decay)
        else:
            g = rules.l2(p, g, weight_decay)
        return self.inner(p, g, *rest)


@dataclass(frozen=True)
class ScaledRule:
    """A rule whose gradient is multiplied first, by what it takes after the rule's own arguments.

    Parameters
    ----------
    inner : callable
        The rule.
    """

    inner: Callable[..., Any]

    @property
    def __name__(self) -> str:
        return f"{self.inner.__name__} with a scaled gradient"

    @property
    def __signature__(self) -> inspect.Signature:
        return _with_argument(self.inner, "scale")

    def __call__(self, p: Any, g: Any, *state_and_arguments: Any) -> Any:
        """Scale the gradient and apply the rule."""
        *rest, scale = state_and_arguments
        return self.inner(p, scale * g, *rest)


@dataclass(frozen=True)
class RestingRule:
    """A rule with momentum while that is 0: it steps as from no velocity, and leaves the velocity as it is.

    Parameters
    ----------
    inner : callable
        The rule, with a velocity ``v`` in its state.
    """

    inner: Callable[..., Any]

    @property
    def __name__(self) -> str:
        return f"{self.inner.__name__} with its velocity at rest"

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self.inner)

    def __call__(self, p: Any, g: Any, *state_and_arguments: Any) -> Any:
        """Apply the rule to everything but the velocity."""
        rest, place = list(state_and_arguments), _place_of("v", self.inner)
        velocity, rest[place] = rest[place], 0.0
        p, *state = self.inner(p, g, *rest)
        state[place] = velocity
        return (p, *state)


AROUND = (DecayedRule, ScaledRule, RestingRule)


def _with_argument(rule: Callable[..., Any], name: str) -> inspect.Signature:
    """Return a rule's signature with one argument more, of a name that it does not have yet."""
    parameters = inspect.signature(rule).parameters
    while name in parameters:
        name += "_"
    return inspect.Signature([*parameters.values(), inspect.Parameter(name, POSITIONAL)])


@lru_cache(maxsize=256)
def _place_of(name: str, rule: Callable[..., Any]) -> int:
    """Return where an argument stands among those after p and g."""
    names = list(inspect.signature(rule).parameters)
    if name not in names:
        raise TypeError(
            f"what is put around a rule looks for its argument {name!r}; "
            f"{rule.__name__} takes {', '.join(names)}"
        )
    return names.index(name) - 2


_place_of_lr = partial(_place_of, "lr")
