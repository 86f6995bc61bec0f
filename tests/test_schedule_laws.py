"""Laws that hold for every schedule, and public bugs of others' schedules that ours do not have."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2l_utils import (
    SGD,
    Adam,
    Constant,
    CosineDecay,
    CosineRestarts,
    Momentum,
    OneCycle,
    PiecewiseConstant,
    PolynomialDecay,
    StepDecay,
    Warmup,
    WarmupStableDecay,
    WeightDecay,
    descend,
    parabola,
)
from d2l_utils.frameworks import like_keras_schedules, like_mxnet_schedules, like_optax_schedules
from d2l_utils.frameworks import like_torch_schedules as torch
from d2l_utils.schedules.cycles import Interpolated, Triangle
from d2l_utils.schedules.parts import Clipped, Geometric, Joined, Mirrored, Shifted, Stairs
from d2l_utils.schedules.plateau import ReduceLROnPlateau
from d2l_utils.schedules.stepping import initial_rate

quick = settings(max_examples=60, deadline=None, derandomize=True)
rate, steps, power = st.floats(1e-4, 10.0), st.integers(1, 60), st.floats(0.1, 4.0)
TRANSITIONS = st.one_of(
    st.builds(PolynomialDecay, rate, steps, rate, power), st.builds(CosineDecay, rate, steps, rate, power)
)
SIMPLE = st.one_of(
    TRANSITIONS,
    st.builds(Constant, rate),
    st.builds(StepDecay, rate, st.floats(0, 1), steps),
    st.builds(Geometric, rate, st.floats(0, 1.5), steps, st.booleans()),
    st.builds(CosineRestarts, rate, steps, st.floats(1, 3), st.floats(0, 2), rate),
    st.builds(Triangle, rate, rate, steps, steps),
    st.builds(OneCycle, rate, st.integers(60, 200), st.floats(0, 1), three_phase=st.booleans()),
)
SCHEDULES = st.one_of(
    SIMPLE,
    st.builds(Warmup, SIMPLE, st.integers(0, 30)),
    st.builds(
        WarmupStableDecay,
        rate,
        st.integers(40, 90),
        st.integers(0, 20),
        st.integers(0, 20),
        rate,
        st.sampled_from(["linear", "sqrt"]),
    ),
    st.builds(Joined, st.tuples(SIMPLE, SIMPLE), st.tuples(st.integers(0, 60))),
    st.builds(Mirrored, SIMPLE, st.integers(1, 30)),
    st.builds(Clipped, SIMPLE, st.floats(0, 1), st.floats(1, 2)),
    st.builds(Stairs, SIMPLE, steps),
)


@quick
@given(schedule=SCHEDULES)
def test_a_rate_is_finite_and_never_negative(schedule):
    rates = [schedule(t) for t in range(60)]
    assert all(type(rate) is float and 0 <= rate < math.inf for rate in rates)


@quick
@given(schedule=SCHEDULES, order=st.permutations(range(60)), k=st.integers(0, 59))
def test_a_schedule_remembers_nothing(schedule, order, k):
    """Asked in any order, from a copy, or begun in the middle: the same rates."""
    rates = [schedule(t) for t in range(60)]
    assert [schedule(t) for t in order] == [rates[t] for t in order]
    assert [pickle.loads(pickle.dumps(schedule))(t) for t in range(60)] == rates
    assert copy.copy(schedule) == schedule
    assert hash(schedule) == hash(copy.copy(schedule))
    assert [Shifted(schedule, k)(t) for t in range(60 - k)] == rates[k:]


@quick
@given(schedule=TRANSITIONS)
def test_a_transition_goes_from_its_start_to_its_end_and_no_further(schedule):
    rates = np.array([schedule(t) for t in range(int(schedule.steps) + 5)])
    assert rates[0] == pytest.approx(schedule.lr)
    assert rates[int(schedule.steps) :] == pytest.approx(schedule.end)
    steps = np.diff(rates) * np.sign(schedule.end - schedule.lr)
    assert np.all(steps >= -1e-12)


@quick
@given(
    peak=rate,
    end=rate,
    rise=st.integers(1, 30),
    fall=st.integers(1, 30),
    shape=st.sampled_from(["cosine", "linear"]),
)
def test_ways_meet_where_they_join(peak, end, rise, fall, shape):
    roof = Interpolated(((0, end), (rise, peak), (rise + fall, end)), shape)
    joined = Joined((PolynomialDecay(end, rise, peak), CosineDecay(peak, fall, end)), (rise,))
    for schedule in (roof, joined):
        assert schedule(rise) == pytest.approx(peak)
        assert schedule(rise - 1e-9) == pytest.approx(peak, rel=1e-4)
        assert schedule(rise + fall) == pytest.approx(end)
    warm = Warmup(CosineDecay(peak, fall), rise)
    assert warm(rise - 1) == warm(rise) == pytest.approx(peak)


@quick
@given(k=st.integers(0, 40), make=st.sampled_from(range(5)))
def test_a_scheduler_resumed_in_the_middle_goes_on_as_if_it_ran_through(k, make):
    def made(optimizer, **resume):
        return (
            lambda: torch.MultiStepLR(optimizer, [0, 7, 20], **resume),
            lambda: torch.CosineAnnealingLR(optimizer, 9, 0.125, **resume),
            lambda: torch.OneCycleLR(optimizer, 0.75, 60, **resume),
            lambda: torch.LinearLR(optimizer, total_iters=9, **resume),
            lambda: torch.CyclicLR(optimizer, 0.25, 0.75, 4, mode="exp_range", gamma=0.9, **resume),
        )[make]()

    first = Momentum(0.5)
    through = made(first)
    for _ in range(k):
        through.step()
    saved, pickled = through.state_dict(), pickle.loads(pickle.dumps(through))
    second = Momentum(0.5)
    loaded = made(second)
    loaded.load_state_dict(saved)
    pure = made(0.5, last_epoch=k - 1)
    third = Momentum(pure)
    for t in range(15):
        for stepper in (loaded, pickled):
            assert stepper.optimizer.lr == first.lr == third.lr(t)
            assert stepper.optimizer.momentum == first.momentum
            stepper.step()
        through.step()


@quick
@given(
    total=st.integers(1, 50),
    pct=st.floats(0, 1),
    shape=st.sampled_from(["cos", "linear"]),
    three=st.booleans(),
)
def test_one_cycle_stays_between_its_ends(total, pct, shape, three):
    """pytorch#91765: PyTorch's goes back up in the step after the last, and with lines below zero."""
    cycle = torch.OneCycleLR(None, 0.5, total, pct_start=pct, anneal_strategy=shape, three_phase=three)
    rates = np.array([cycle(t) for t in range(total + 1)])
    betas = np.array([cycle.momentum(t) for t in range(total + 1)])
    assert rates.min() >= 0.5 / 25 / 1e4 - 1e-12
    assert rates.max() <= 0.5 + 1e-12
    assert betas.min() >= 0.85 - 1e-12
    assert betas.max() <= 0.95 + 1e-12
    assert rates[total] == rates[total - 1]
    with pytest.raises(
        ValueError, match=f"this cycle lasts {total} updates; asked for what holds after {total + 1}"
    ):
        cycle(total + 1)


def test_one_cycle_whose_rise_is_over_before_it_begins():
    """PyTorch divides by zero where pct_start · total_steps is 1."""
    cycle = torch.OneCycleLR(None, 0.5, 10, pct_start=0.1)
    assert cycle(0) == 0.5
    assert cycle(9) == pytest.approx(2e-6)


def test_a_milestone_of_0_counts_from_the_start():
    """pytorch#185872"""
    assert torch.MultiStepLR(0.5, [0, 3])(0) == 0.05
    assert torch.SequentialLR(0.5, [torch.ConstantLR(0.5), torch.StepLR(0.5, 2)], [0])(0) == 0.5
    assert PiecewiseConstant((0.5, 0.25), (0,))(0) == 0.25
    assert like_optax_schedules.piecewise_constant_schedule(0.5, {0: 0.5})(0) == 0.25


def test_resumed_after_a_milestone():
    """pytorch#162591"""
    optimizer = SGD(0.5)
    torch.SequentialLR(optimizer, [torch.ConstantLR(optimizer), torch.StepLR(optimizer, 2)], [3])
    again = [torch.ConstantLR(optimizer), torch.StepLR(optimizer, 2)]
    scheduler = torch.SequentialLR(optimizer, again, [3], last_epoch=3)
    assert optimizer.lr == 0.5
    scheduler.step()
    assert optimizer.lr == pytest.approx(0.05)


def test_the_first_update_of_a_warm_up_is_not_wasted():
    """verl#3674: the first rate is 0. Ours begins with a share; the frameworks' own begin where they say."""
    assert Warmup(Constant(1.0), 4)(0) == 0.25
    assert like_optax_schedules.warmup_cosine_decay_schedule(0.0, 1.0, 4, 10)(0) == 0.0
    assert like_mxnet_schedules.CosineScheduler(10, 1.0, warmup_steps=4)(0) == 0.25  # its update 1


def test_a_warm_up_as_long_as_the_run():
    """transformers PR 47285: it divides by zero."""
    assert Warmup(CosineDecay(1.0, steps=0, end=0.5), 4)(3) == 0.5
    assert CosineDecay(1.0, steps=0, end=0.5)(0) == 0.5
    for make in (like_mxnet_schedules.CosineScheduler, like_mxnet_schedules.PolyScheduler):
        scheduler = make(10, base_lr=1.0, final_lr=0.25, warmup_steps=10)
        assert [scheduler(8), scheduler(9), scheduler(10)] == pytest.approx([0.9, 0.25, 0.25])
    with pytest.raises(ValueError, match="must be more than warmup_steps; got 10 and 10"):
        like_optax_schedules.warmup_cosine_decay_schedule(0.0, 1.0, 10, 10)


def test_a_warm_up_of_no_steps_is_none():
    fall = CosineDecay(1.0, 10)
    assert [Warmup(fall, 0)(t) for t in range(10)] == [fall(t) for t in range(10)]
    keras = like_keras_schedules.CosineDecay(0.1, 10, warmup_target=1.0, warmup_steps=0)
    assert [keras(t) for t in range(10)] == [fall(t) for t in range(10)]
    with pytest.raises(ValueError, match="total_iters must be at least 1; got 0"):
        torch.LinearLR(0.5, total_iters=0)  # PyTorch stays at a third of the rate for ever


@quick
@given(rise=st.integers(1, 20), stay=st.integers(0, 20), fall=st.integers(1, 20), end=st.floats(0, 1))
def test_rising_staying_and_cooling_down_is_what_optax_joins(rise, stay, fall, end):
    optax = like_optax_schedules
    first = optax.linear_schedule(1 / rise, 1.0, rise - 1) if rise > 1 else optax.constant_schedule(1.0)
    last = optax.linear_schedule(1.0, end, fall)
    theirs = optax.join_schedules((first, optax.constant_schedule(1.0), last), (rise, rise + stay))
    ours = WarmupStableDecay(1.0, rise + stay + fall, rise, fall, end)
    assert [ours(t) for t in range(70)] == pytest.approx([theirs(t) for t in range(70)])


def test_a_cooldown_wastes_no_update_and_ends_on_time():
    wsd = WarmupStableDecay(0.5, steps=100, decay=16, shape="sqrt")
    assert [wsd(t) for t in (83, 84, 88, 93)] == pytest.approx([0.5, 0.5, 0.25, 0.125])  # 1 - √(k/16)
    assert wsd(99) > 0 == wsd(100) == wsd(1000)
    assert WarmupStableDecay(0.5, steps=5)(4) == 0.5  # no cooldown
    assert WarmupStableDecay(0.5, steps=4, warmup=4)(3) == 0.5
    assert WarmupStableDecay(0.5, steps=3, decay=3)(0) == 0.5


def test_a_longer_run_differs_only_from_where_the_shorter_one_cools_down():
    short, long = (WarmupStableDecay(0.5, steps, 5, 20) for steps in (100, 200))
    assert [short(t) == long(t) for t in range(100)] == [True] * 81 + [False] * 19


def test_restarts_are_on_time():
    """A logarithm, log(243)/log(3) = 4.999..., would restart too late."""
    ends = np.cumsum([3**i for i in range(9)])
    restarts = CosineRestarts(1.0, 1, growth=3)
    assert [restarts(int(end)) for end in ends] == [1.0] * 9
    assert max(restarts(int(end) - 1) for end in ends[1:]) < 0.3


def test_a_training_under_a_schedule_can_be_cut_anywhere():
    schedule = Warmup(CosineDecay(0.5, 30), 5)
    through = descend(SGD(schedule), parabola, start=(1.0,), num_steps=20).points[-1]
    half = descend(SGD(schedule), parabola, start=(1.0,), num_steps=8).points[-1]
    rest = descend(SGD(Shifted(schedule, 8)), parabola, start=half, num_steps=12).points[-1]
    assert rest == pytest.approx(through, rel=1e-14)


def test_the_momentum_moves_inside_weight_decay_and_as_beta1():
    inside = Momentum(0.5)
    torch.OneCycleLR(WeightDecay(inside, 0.1), 0.5, 10)
    assert inside.momentum == 0.95
    adam = Adam(0.5)
    torch.CyclicLR(adam, 0.1, 0.5)
    assert adam.beta1 == 0.9
    with pytest.raises(ValueError, match="SGD has no momentum for the schedule to move"):
        torch.OneCycleLR(SGD(), 0.5, 10)
    torch.OneCycleLR(SGD(), 0.5, 10, cycle_momentum=False)


def test_a_second_scheduler_multiplies_the_rate_that_the_first_has_set():
    """PyTorch 2.13 leaves 0.25, too; the initial rate stays that of the optimizer."""
    optimizer = SGD(0.5)
    torch.ConstantLR(optimizer, 0.5)
    assert optimizer.lr == 0.25
    assert initial_rate(optimizer) == 0.5
    torch.StepLR(optimizer, 3)
    assert optimizer.lr == 0.25


def test_nothing_changes_when_a_step_is_refused():
    optimizer = Momentum(0.5)
    scheduler = torch.OneCycleLR(optimizer, 0.5, 2)
    scheduler.step()
    scheduler.step()
    before = optimizer.lr, optimizer.momentum, scheduler.t
    with pytest.raises(ValueError, match="this cycle lasts 2 updates"):
        scheduler.step()
    assert (optimizer.lr, optimizer.momentum, scheduler.t) == before


def test_a_plateau_can_be_saved_and_pickled():
    losses = [3.0, 2.0, 2.5, 2.4, 2.3, 2.2, 1.0, 1.1, 1.2, 1.3]
    first, second = SGD(0.5), SGD(0.25)
    through = ReduceLROnPlateau(first, patience=1, cooldown=1)
    for loss in losses[:5]:
        through.step(loss)
    resumed = ReduceLROnPlateau(second, patience=1, cooldown=1)
    resumed.load_state_dict(through.state_dict())
    pickled = pickle.loads(pickle.dumps(through))
    for loss in losses[5:]:
        for scheduler in (through, resumed, pickled):
            scheduler.step(loss)
        assert first.lr == second.lr == pickled.optimizer.lr
    assert first.lr < 0.05
