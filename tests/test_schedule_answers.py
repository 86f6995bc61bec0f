"""What schedules are asked, what they answer, and what is said where either is no number."""

import math
from decimal import Decimal

import numpy as np
import pytest

from d2l_utils import SGD, AdamW, Constant, PiecewiseConstant, StepDecay, Warmup
from d2l_utils.frameworks import like_keras
from d2l_utils.frameworks import like_keras_schedules as keras
from d2l_utils.frameworks import like_mxnet_schedules as mxnet
from d2l_utils.frameworks import like_optax_schedules as optax
from d2l_utils.frameworks import like_torch_schedules as torch
from d2l_utils.schedules.parts import Clipped

GROWING = [
    torch.ExponentialLR(0.1, 1.1),
    torch.StepLR(0.1, 1, 1.1),
    keras.ExponentialDecay(0.1, 1, 1.1),
    keras.CosineDecayRestarts(0.1, 1, t_mul=1.0, m_mul=1.1),
    optax.exponential_decay(0.1, 1, 1.1),
]


@pytest.mark.parametrize("schedule", GROWING, ids=range(len(GROWING)))
def test_a_rate_that_no_float_holds_is_infinite_and_refused_in_an_update(schedule):
    assert schedule(10_001) == math.inf
    optimizer, w = SGD(lr=schedule), np.ones(1)
    optimizer.t = 10_001
    with pytest.raises(ValueError, match="lr must be finite and at least 0; got inf"):
        optimizer.update(w, w)


def test_a_rate_of_0_grows_to_nothing():
    assert torch.ExponentialLR(0.0, 1.1)(10_000) == 0.0


class Seven:
    """A number of another library, such as a tensor."""

    def __float__(self):
        return 7.0

    def __ge__(self, other):
        return other <= 7.0

    def __lt__(self, other):
        return other > 7.0


@pytest.mark.parametrize("t", [Decimal(7), np.int8(7), np.float32(7), np.array(7.0), np.array(7), Seven()])
def test_any_number_counts_the_updates(t):
    for schedule in (
        StepDecay(0.5, every=3),
        keras.ExponentialDecay(0.1, 2, 0.5),
        torch.CyclicLR(None, 0.1, 0.5, 3),
        torch.CosineAnnealingLR(0.1, 5),
    ):
        assert schedule(t) == schedule(7)


@pytest.mark.parametrize(
    ("t", "error", "message"),
    [
        (math.inf, ValueError, "0 or more; got inf"),
        (math.nan, ValueError, "0 or more; got nan"),
        (np.array([7]), TypeError, "t must be one number"),
        ("7", TypeError, "t must be one number"),
    ],
)
def test_what_counts_no_updates_is_told(t, error, message):
    for schedule in (
        torch.CosineAnnealingLR(0.1, 5),
        torch.CosineAnnealingWarmRestarts(0.1, 5),
        Constant(0.1),
    ):
        with pytest.raises(error, match=message):
            schedule(t)


NOTHING, TEXT = (lambda t: None), (lambda t: "0.1")
REFUSED = [
    (
        lambda: optax.join_schedules([lambda: 0.1, abs], [3]),
        TypeError,
        r"^a schedule must be .* which takes \(\)",
    ),
    (
        lambda: optax.join_schedules([NOTHING, abs], [3])(0),
        TypeError,
        "^what a schedule returns must be .* None",
    ),
    (
        lambda: optax.join_schedules([TEXT, abs], [3])(0),
        TypeError,
        "^what a schedule returns must be .*'0.1'",
    ),
    (lambda: Clipped(NOTHING)(0), TypeError, "^what a schedule returns must be"),
    (lambda: Warmup(NOTHING, 3)(0), TypeError, "^what a schedule returns must be"),
    (lambda: Warmup(lambda: 0.1, 3), TypeError, r"^schedule must be .* which takes \(\)"),
    (
        lambda: optax.piecewise_constant_schedule(1.0, {1: 0.5, "2": 0.5}),
        TypeError,
        "^boundaries must be .*'2'",
    ),
    (
        lambda: optax.piecewise_constant_schedule(1.0, {1: "0.5"}),
        TypeError,
        "^the scale at 1 must be .*'0.5'",
    ),
    (
        lambda: optax.piecewise_interpolate_schedule("linear", 1.0, {1: None}),
        TypeError,
        "^the scale at 1 must be .*None",
    ),
    (
        lambda: optax.piecewise_constant_schedule(1.0, {1: np.ones(2)}),
        TypeError,
        "^the scale at 1 must be one number",
    ),
    (lambda: optax.sgdr_schedule([3]), TypeError, r"^cosine_kwargs must hold dicts.* got \[3\]"),
    (lambda: optax.sgdr_schedule([]), TypeError, r"^cosine_kwargs must hold dicts, at least one.* got \[\]"),
    (
        lambda: optax.join_schedules([abs, abs], [1.5]),
        TypeError,
        "^boundaries must be a whole number; got 1.5",
    ),
    (
        lambda: keras.PiecewiseConstantDecay([100, 50], [0.1, 0.2, 0.3]),
        ValueError,
        r"^boundaries must never fall; got \[100, 50\]",
    ),
    (lambda: PiecewiseConstant(0.1, (3,)), TypeError, "^values must be a sequence of numbers; got 0.1"),
    (lambda: PiecewiseConstant((0.1, 0.2), 3), TypeError, "^boundaries must be a sequence of numbers; got 3"),
    (lambda: AdamW.from_paper(0.1, 0.1, lambda: 1.0), TypeError, r"^multiplier must be .* which takes \(\)"),
    (
        lambda: AdamW.from_paper(0.1, 0.1, NOTHING).lr(0),
        TypeError,
        "^what multiplier returns must be .* None",
    ),
    (lambda: like_keras.SGD(NOTHING).learning_rate, TypeError, "^learning_rate must be a number .* None"),
    (lambda: like_keras.SGD(TEXT).learning_rate, TypeError, "^learning_rate must be a number .*'0.1'"),
    (lambda: like_keras.SGD(lambda t: -1).learning_rate, ValueError, "^learning_rate must be .* at least 0"),
    (lambda: mxnet.MultiFactorScheduler([1, [2]]), TypeError, r"^step must be a whole number; got \[2\]"),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, anneal_strategy=np.array(["cos", "linear"])),
        ValueError,
        "^anneal_strategy must be one of 'cos', 'linear'",
    ),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, cycle_momentum="no"),
        TypeError,
        "^cycle_momentum must be True or F",
    ),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, three_phase=[0]),
        TypeError,
        "^three_phase must be True or False",
    ),
    (
        lambda: torch.CyclicLR(None, 0.1, 0.5, cycle_momentum=np.ones(2)),
        TypeError,
        "^cycle_momentum must be True",
    ),
    (
        lambda: torch.ChainedScheduler([torch.CosineAnnealingWarmRestarts(0.5, 3)], 0.5),
        ValueError,
        "^CosineAnnealingWarmRestarts sets the rate anew",
    ),
    (
        lambda: torch.ChainedScheduler([torch.CyclicLR(None, 0.1, 0.5)], 0.5),
        ValueError,
        "^CyclicLR sets the rate",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_a_refusal_says_what_was_given_and_what_was_expected(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_optax_takes_boundaries_with_a_point():
    join = optax.join_schedules([lambda t: 0.5, lambda t: 0.25], [10.0])
    assert (join(9), join(10)) == (0.5, 0.25)
    steps = optax.piecewise_constant_schedule(1.0, {1.5: 0.5, 3.0: 0.5})
    assert [steps(t) for t in range(5)] == [1.0, 1.0, 0.5, 0.25, 0.25]
    cycle = {"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 2, "decay_steps": 10.0}
    assert optax.sgdr_schedule([cycle, cycle])(12) == 1.0
    assert optax.linear_onecycle_schedule(np.array(100), 1.0)(30) == optax.linear_onecycle_schedule(100, 1.0)(
        30
    )
    assert torch.OneCycleLR(None, 0.5, 9, cycle_momentum=0).momentum is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("best", None),
        ("best", math.nan),
        ("cooldown_counter", "2"),
        ("last_epoch", None),
        ("num_bad_epochs", 1.5),
    ],
)
def test_the_memory_of_a_plateau_is_checked(name, value):
    plateau = torch.ReduceLROnPlateau(SGD(0.1))
    before = plateau.state_dict()
    with pytest.raises(TypeError, match=f"^{name} must be "):
        setattr(plateau, name, value)
    with pytest.raises(TypeError, match=f"^{name} must be "):
        plateau.load_state_dict(before | {name: value})
    assert plateau.state_dict() == before
    plateau.best = -math.inf
