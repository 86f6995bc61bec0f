"""Optax' schedules: ``optax.schedules.x(…)``, or ``optax.x(…)``, becomes ``schedules.x(…)``.

They are ``like_optax.schedules``. Each function has the arguments and defaults of
Optax 0.2.8's function of that name. What it returns is called with the number of updates made, as Optax calls
its own, and goes to an optimizer as ``learning_rate``.

As in Optax, a transition of 0 steps or fewer never happens: the value stays at ``init_value``, for
`warmup_constant_schedule` too. Refused are negative boundaries and values. Not offered:
``inject_hyperparams``; set an optimizer's attribute instead, ``optimizer.momentum = schedule(t)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from d2l_utils._engine import checks
from d2l_utils.frameworks.calls import Positive, Signed, no_schedule, told, whole
from d2l_utils.frameworks.like_optax_pieces import (
    cosine_onecycle_schedule,
    linear_onecycle_schedule,
    piecewise_constant_schedule,
    piecewise_interpolate_schedule,
)
from d2l_utils.schedules import Constant, Schedule
from d2l_utils.schedules.parts import Clipped, Geometric, Joined, Shifted
from d2l_utils.schedules.transitions import CosineDecay, PolynomialDecay

__all__ = [
    "constant_schedule", "cosine_decay_schedule", "cosine_onecycle_schedule", "exponential_decay",
    "join_schedules", "linear_onecycle_schedule", "linear_schedule", "piecewise_constant_schedule",
    "piecewise_interpolate_schedule", "polynomial_schedule", "sgdr_schedule", "warmup_constant_schedule",
    "warmup_cosine_decay_schedule", "warmup_exponential_decay_schedule",
]  # fmt: skip


@told
def constant_schedule(value: float) -> Schedule:
    """Make `Constant`.

    Examples
    --------
    >>> constant_schedule(0.5)(100)
    0.5
    """
    return Constant(value)


@told
def polynomial_schedule(
    init_value: float, end_value: float, power: float, transition_steps: Signed, transition_begin: Signed = 0
) -> Schedule:
    """Make `PolynomialDecay`, which waits for ``transition_begin`` updates.

    Examples
    --------
    >>> schedule = polynomial_schedule(1.0, 0.0, power=2, transition_steps=10, transition_begin=5)
    >>> schedule(5), schedule(10), schedule(100)
    (1.0, 0.25, 0.0)
    """
    if transition_steps <= 0:
        return Constant(init_value)
    return _begin(PolynomialDecay(init_value, transition_steps, end_value, power), transition_begin)


@told
def linear_schedule(
    init_value: float, end_value: float, transition_steps: Signed, transition_begin: Signed = 0
) -> Schedule:
    """Make a line, which waits for ``transition_begin`` updates.

    Examples
    --------
    >>> linear_schedule(1.0, 0.0, transition_steps=100)(25)
    0.75
    """
    return polynomial_schedule(init_value, end_value, 1, transition_steps, transition_begin)


@told
def exponential_decay(
    init_value: float,
    transition_steps: Signed,
    decay_rate: float,
    transition_begin: Signed = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """Make a rate that ``transition_steps`` updates multiply by ``decay_rate``, until ``end_value``.

    As in Optax, a ``decay_rate`` of 0 means none.

    Examples
    --------
    >>> exponential_decay(1.0, transition_steps=10, decay_rate=0.25)(5)
    0.5
    """
    if transition_steps <= 0 or decay_rate == 0:
        return Constant(init_value)
    waiting = _begin(Geometric(init_value, decay_rate, transition_steps, bool(staircase)), transition_begin)
    if end_value is None:
        return waiting
    return Clipped(waiting, low=end_value) if decay_rate < 1 else Clipped(waiting, high=end_value)


@told
def cosine_decay_schedule(
    init_value: float, decay_steps: Positive, alpha: float = 0.0, exponent: float = 1.0
) -> Schedule:
    """Make half a cosine down to ``alpha`` times its start.

    Examples
    --------
    >>> round(cosine_decay_schedule(1.0, decay_steps=100, alpha=0.5)(50), 6)
    0.75
    """
    return CosineDecay(init_value, decay_steps, alpha * init_value, exponent)


@told
def warmup_constant_schedule(init_value: float, peak_value: float, warmup_steps: Signed) -> Schedule:
    """Make a line up to ``peak_value``, which then holds. As in Optax, 0 steps stay at ``init_value``.

    Examples
    --------
    >>> schedule = warmup_constant_schedule(0.0, 1.0, warmup_steps=4)
    >>> schedule(0), schedule(2), schedule(100)
    (0.0, 0.5, 1.0)
    """
    return linear_schedule(init_value, peak_value, warmup_steps)


@told
def warmup_cosine_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: int,
    decay_steps: float,
    end_value: Signed = 0.0,
    exponent: float = 1.0,
) -> Schedule:
    """Make a line up to ``peak_value`` and half a cosine down; ``decay_steps`` counts both, as in Optax.

    Examples
    --------
    >>> schedule = warmup_cosine_decay_schedule(0.0, 1.0, warmup_steps=10, decay_steps=110)
    >>> schedule(5), schedule(10), round(schedule(60), 6)
    (0.5, 1.0, 0.5)
    """
    if not decay_steps > warmup_steps:
        raise ValueError(
            "decay_steps counts the warm-up too, so it must be more than warmup_steps; "
            f"got {decay_steps} and {warmup_steps}"
        )
    if peak_value:
        checks.number("end_value", end_value, 0.0)
    alpha = end_value / peak_value if peak_value else 0.0
    fall = cosine_decay_schedule(peak_value, decay_steps - warmup_steps, alpha, exponent)
    return Joined((linear_schedule(init_value, peak_value, warmup_steps), fall), (warmup_steps,))


@told
def warmup_exponential_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: int,
    transition_steps: Signed,
    decay_rate: float,
    transition_begin: Signed = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """Make a line up to ``peak_value``, then `exponential_decay`.

    Examples
    --------
    >>> schedule = warmup_exponential_decay_schedule(0.0, 1.0, 10, transition_steps=10, decay_rate=0.25)
    >>> schedule(5), schedule(10), schedule(15)
    (0.5, 1.0, 0.5)
    """
    rise = linear_schedule(init_value, peak_value, warmup_steps)
    fall = exponential_decay(peak_value, transition_steps, decay_rate, transition_begin, staircase, end_value)
    return Joined((rise, fall), (warmup_steps,))


@told
def sgdr_schedule(cosine_kwargs: Iterable[Mapping[str, Any]]) -> Schedule:
    """Make one `warmup_cosine_decay_schedule` after the other, each for its ``decay_steps``.

    Examples
    --------
    >>> cycle = dict(init_value=0.0, peak_value=1.0, warmup_steps=2, decay_steps=10)
    >>> schedule = sgdr_schedule([cycle, cycle])
    >>> schedule(2), schedule(10), schedule(12)
    (1.0, 0.0, 1.0)
    """
    cycles = list(cosine_kwargs)
    if not cycles or not all(isinstance(each, Mapping) for each in cycles):
        raise TypeError(
            "cosine_kwargs must hold dicts, at least one, of what warmup_cosine_decay_schedule takes; "
            f"got {cycles!r}"
        )
    parts = tuple(warmup_cosine_decay_schedule(**each) for each in cycles)
    steps = [whole("decay_steps", each["decay_steps"]) for each in cycles]
    return Joined(parts, tuple(sum(steps[:i]) for i in range(1, len(steps))))


@told
def join_schedules(schedules: Sequence[Any], boundaries: Sequence[int]) -> Schedule:
    """Make `Joined`: one schedule after the other, each counting from 0 when its turn comes.

    Examples
    --------
    >>> join_schedules([lambda t: 0.5, lambda t: 0.5**t], [10])(12)
    0.25
    """
    return Joined(schedules, tuple(whole("boundaries", each) for each in boundaries))


def _begin(schedule: Schedule, begin: float) -> Schedule:
    """Return the schedule, begun after ``begin`` updates; a negative number means 0, as in Optax."""
    return Shifted(schedule, -begin) if begin > 0 else schedule


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not offered."""
    raise no_schedule("optax.schedules.", name, __all__)
