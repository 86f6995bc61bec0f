"""The rates and momenta that PyTorch's tests expect of its schedulers, beside those of test_schedule_golden.

pytorch/pytorch, test/optim/test_lrscheduler.py at 01f9ef32; a case has the name of its test. Where a test has
two groups of parameters, a case has one of them. Its five tests of a plateau beside another scheduler compare
with an empty list, so that they publish no number; its MultiplicativeLR and SWALR are refused here.
"""

from math import cos, pi

import pytest

from d2l_utils import SGD, Adam
from d2l_utils.frameworks.like_torch_schedules import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    SequentialLR,
    StepLR,
)

LR, ETA = 0.05, 1e-10
TRIANGLE = [1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3]
TRIANGLE2 = [1, 2, 3, 4, 5, 4, 3, 2, 1, 1.5, 2, 2.5, 3, 2.5, 2, 1.5, 1, 1.25, 1.5, 1.75, 2, 1.75]
SIXTHS = [6, 18, 30, 26, 22, 18, 14, 10, 6, 12, 18, 16, 14, 12, 10, 8, 6, 9, 12, 11, 10, 9, 8, 7]
UP_2_DOWN_6 = [each / 6 for each in SIXTHS]
QUARTERS = [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0, 0.25, 0.5, 0.75, 1]
HALF_AND_SIXTHS = [0, 0.5, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 0, 0.5, 1, 5 / 6, 4 / 6]
MULTI = {"milestones": [2, 5, 9], "gamma": 0.1}
TEN = {"total_steps": 10, "base_momentum": 1, "max_momentum": 22}


def fall(start, done, end=ETA):
    return end + (start - end) * (1 + cos(pi * done)) / 2


def cosines(peak=LR):
    return [fall(peak, x / 10) for x in range(10)]


def poly(peak):
    return [peak * (1 - x / 5) ** 0.9 for x in range(5)] + [0.0] * 5


def cycle(low, high, mode="triangular", up=4, down=None):
    """Return the schedule whose momentum has the same ends as its rate."""
    ends = {"base_momentum": low, "max_momentum": high}
    return CyclicLR(None, low, high, up, down, mode=mode, gamma=0.9, **ends)


def exponential(shares, low, high):
    return [low + x * (high - low) * 0.9**i for i, x in enumerate(shares)]


RATES = {
    "step_lr": (StepLR(LR, 3), [0.05] * 3 + [0.005] * 3 + [0.0005] * 3 + [0.00005]),
    "get_last_lr_step_lr": (StepLR(0.1, 3, gamma=0.1), [0.1] * 3 + [0.01] * 3 + [0.001] * 3 + [0.0001]),
    "get_last_lr_linearlr": (
        LinearLR(LR, 1 / 4, 3 / 5, total_iters=4),
        [LR * (1 / 4 + i * (3 / 5 - 1 / 4) / 4) for i in range(4)] + [0.03] * 6,
    ),
    "sequentiallr2": (
        SequentialLR(LR, [ConstantLR(LR, 0.1, 3), ExponentialLR(LR, 0.9)], [3]),
        [0.005] * 3 + [LR * 0.9**x for x in range(10)],
    ),
    "sequentiallr_does_not_alias_lr_and_initial_lr": (
        SequentialLR(2.0, [LinearLR(2.0, 0.1, 0.8, 4), LinearLR(2.0, 0.8, 0.1, 4)], [4]),
        [0.2, 0.55, 0.9, 1.25, 1.6, 1.25, 0.9, 0.55],
    ),
    "chained_lr1": (ChainedScheduler([StepLR(LR, 3)], LR), [0.05] * 3 + [0.005] * 3 + [0.0005] * 3 + [5e-5]),
    "chained_lr2": (
        ChainedScheduler([LinearLR(LR, 0.4, total_iters=3)], LR),
        [0.02, 0.03, 0.04] + [0.05] * 7,
    ),
    "chained_lr5": (
        ChainedScheduler([PolynomialLR(LR, 5, 0.9), ConstantLR(LR, 0.1)], LR),
        [0.1 * each for each in poly(0.05)],
    ),
    "chained_lr5, second group": (
        ChainedScheduler([PolynomialLR(0.5, 5, 0.9), ConstantLR(0.5, 0.1)], 0.5),
        [0.1 * each for each in poly(0.5)],
    ),
    "lambda_lr": (LambdaLR(0.05, [lambda x: 0.9**x]), [0.05 * 0.9**x for x in range(10)]),
    "lambda_lr, second group": (LambdaLR(0.4, [lambda x: 0.8**x]), [0.4 * 0.8**x for x in range(10)]),
    "onecycle_lr_linear_annealing_three_phases": (
        OneCycleLR(
            None, 25, pct_start=0.4, final_div_factor=4, anneal_strategy="linear", three_phase=True, **TEN
        ).momentum,
        [22, 15, 8, 1, 8, 15, 22, 22, 22, 22],
    ),
    "onecycle_lr_cosine_annealing": (
        OneCycleLR(None, 25, final_div_factor=2, **TEN).momentum,
        [22, 11.5, 1, *(fall(1, i / 7, 22) for i in range(1, 7)), 22],
    ),
}


@pytest.mark.parametrize(("schedule", "values"), RATES.values(), ids=RATES)
def test_numbers_of_a_schedule(schedule, values):
    assert [schedule(t) for t in range(len(values))] == pytest.approx(values, rel=1e-6, abs=1e-12)


CYCLES = {
    "triangular_mode_one_lr": (cycle(1, 5), TRIANGLE, 6),
    "triangular_mode": (cycle(2, 6), [x + 1 for x in TRIANGLE], 8),
    "triangular2_mode_one_lr": (cycle(1, 5, "triangular2"), TRIANGLE2, 6),
    "triangular2_mode": (cycle(3, 7, "triangular2"), [x + 2 for x in TRIANGLE2], 10),
    "exp_range_mode_one_lr": (cycle(1, 5, "exp_range"), exponential(QUARTERS, 1, 5), 6),
    "exp_range_mode": (cycle(5, 12, "exp_range"), exponential(QUARTERS, 5, 12), 17),
    "triangular2_mode_step_size_up_down": (cycle(1, 5, "triangular2", 2, 6), UP_2_DOWN_6, 6),
    "triangular2_mode_step_size_up_down, second group": (
        cycle(3, 7, "triangular2", 2, 6),
        [x + 2 for x in UP_2_DOWN_6],
        10,
    ),
    "exp_range_mode_step_size_up_down": (
        cycle(1, 5, "exp_range", 2, 6),
        exponential(HALF_AND_SIXTHS, 1, 5),
        6,
    ),
}


@pytest.mark.parametrize(("schedule", "values", "ends"), CYCLES.values(), ids=CYCLES)
def test_numbers_of_a_cycle_whose_momentum_mirrors_its_rate(schedule, values, ends):
    assert [schedule(t) for t in range(len(values))] == pytest.approx(values)
    momenta = [schedule.momentum(t) for t in range(len(values))]
    assert momenta == pytest.approx([ends - each for each in values])


def test_numbers_of_a_cycle_on_an_optimizer_whose_beta1_is_the_momentum():
    """test_cycle_lr_with_adam; its momenta from 1 to 22 as hundredths, for here β₁ is below 1."""
    optimizer, found = Adam(LR), []
    scheduler = OneCycleLR(
        optimizer, 25, 10, final_div_factor=2, base_momentum=0.01, max_momentum=0.22, anneal_strategy="linear"
    )
    for _ in range(10):
        found.append((optimizer.lr, 100 * optimizer.beta1))
        scheduler.step()
    rates, momenta = zip(*found, strict=True)
    assert rates == pytest.approx([1, 13, 25, 21.5, 18, 14.5, 11, 7.5, 4, 0.5])
    assert momenta == pytest.approx([22, 11.5, 1, 4, 7, 10, 13, 16, 19, 22])


COMPOUND = {
    "step_and_multistep_lr": (
        lambda o: [StepLR(o, 3), MultiStepLR(o, **MULTI)],
        [0.05, 0.05, 0.005, 5e-4, 5e-4, 5e-5, 5e-6, 5e-6, 5e-6, 5e-8],
    ),
    "step_and_exp_lr": (
        lambda o: [StepLR(o, 3), ExponentialLR(o, 0.9)],
        [LR * 0.1 ** (x // 3) * 0.9**x for x in range(10)],
    ),
    "exp_and_multistep_lr": (
        lambda o: [MultiStepLR(o, **MULTI), ExponentialLR(o, 0.9)],
        [each * 0.9**x for x, each in enumerate([0.05] * 2 + [0.005] * 3 + [0.0005] * 4 + [0.00005])],
    ),
    "exp_and_linearlr": (
        lambda o: [LinearLR(o, 0.4, 0.9, 4), ExponentialLR(o, 0.9)],
        [LR * 0.9**x * (0.4 + min(x, 4) / 4 * 0.5) for x in range(10)],
    ),
    "step_and_constantlr": (
        lambda o: [StepLR(o, 3), ConstantLR(o, 0.4, 4)],
        [0.02, 0.02, 0.02, 0.002, 0.005, 0.005, 0.0005, 0.0005, 0.0005, 0.00005],
    ),
    "linearlr_and_multistep_lr": (
        lambda o: [MultiStepLR(o, **MULTI), LinearLR(o, 0.4, total_iters=4)],
        [0.02, 0.0275, 0.0035, 0.00425, 0.005, 0.0005, 0.0005, 0.0005, 0.0005, 0.00005],
    ),
    "cosanneal_and_step_lr": (
        lambda o: [CosineAnnealingLR(o, 10, ETA), StepLR(o, 3)],
        [each * 0.1 ** (x // 3) for x, each in enumerate(cosines())],
    ),
    "cosanneal_and_multistep_lr": (
        lambda o: [CosineAnnealingLR(o, 10, ETA), MultiStepLR(o, **MULTI)],
        [x * y for x, y in zip(cosines(), [1] * 2 + [0.1] * 3 + [0.01] * 4 + [0.001], strict=True)],
    ),
    "cosanneal_and_linearlr": (
        lambda o: [LinearLR(o, 0.4, total_iters=4), CosineAnnealingLR(o, 10, ETA)],
        [each * (0.4 + min(x, 4) / 4 * 0.6) for x, each in enumerate(cosines())],
    ),
    "cosanneal_and_exp_lr": (
        lambda o: [CosineAnnealingLR(o, 10, ETA), ExponentialLR(o, 0.1)],
        [each * 0.1**x for x, each in enumerate(cosines())],
    ),
}


@pytest.mark.parametrize(("make", "values"), COMPOUND.values(), ids=COMPOUND)
def test_numbers_of_two_schedulers(make, values):
    optimizer, found = SGD(LR), []
    schedulers = make(optimizer)
    for _ in values:
        found.append(optimizer.lr)
        for each in schedulers:
            each.step()
    assert found == pytest.approx(values, rel=1e-6, abs=2 * ETA)


RESTARTS = [
    (1, [1, 2, 3, 4, 5, 12, 27, 3, 4, 5, 6, 13], [1, 2, 3, 4, 5, 2, 7, 3, 4, 5, 6, 3], [10] * 12),
    (
        2,
        [1, 2, 3, 4, 5, 25, 32, 33, 34, 80, 81, 3],
        [1, 2, 3, 4, 5, 15, 2, 3, 4, 10, 11, 3],
        [10] * 5 + [20] + [40] * 3 + [80] * 2 + [10],
    ),
    (
        3,
        [0.1, 0.2, 0.3, 1.3, 2.3, 17.5, 18.5, 19.5, 29.5, 30.5, 31.5, 50],
        [0.1, 0.2, 0.3, 1.3, 2.3, 7.5, 8.5, 9.5, 19.5, 20.5, 21.5, 10],
        [10] * 5 + [30] * 6 + [90],
    ),
]


@pytest.mark.parametrize(("t_mult", "epochs", "within", "lengths"), RESTARTS)
@pytest.mark.parametrize("peak", [0.05, 0.5])
def test_numbers_of_warm_restarts_at_epochs_in_any_order(peak, t_mult, epochs, within, lengths):
    optimizer = SGD(peak)
    scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=10, T_mult=t_mult, eta_min=ETA)
    for epoch, done, length in zip(epochs, within, lengths, strict=True):
        scheduler.step(epoch)
        assert optimizer.lr == pytest.approx(fall(peak, done / length))


@pytest.mark.parametrize("t_mult", [1, 2, 4])
@pytest.mark.parametrize(("every", "steps"), [(1, 100), (0.1, 300)])
def test_numbers_of_warm_restarts_step_by_step(t_mult, every, steps):
    schedule, done, length = CosineAnnealingWarmRestarts(LR, 10, t_mult, ETA), 0.0, 10
    for i in range(1, steps):
        done = round(done + every, 1)
        if done >= length:
            done, length = done - length, length * t_mult
        assert schedule(round(i * every, 1)) == pytest.approx(fall(LR, done / length), rel=1e-6, abs=1e-10)
