"""Our schedules give the numbers that the frameworks' own tests expect of theirs.

The numbers are from PyTorch's test/optim/test_lrscheduler.py (at 01f9ef32), Keras 3.15's
optimizers/schedules/learning_rate_schedule_test.py, Optax 0.2.8's schedules/_schedule_test.py and MXNet's
tests/python/unittest/test_optimizer.py. MXNet counts updates from 1, so its number n is our t = n − 1.
"""

from math import cos, pi

import pytest

from d2l_utils import SGD
from d2l_utils.frameworks import like_keras_schedules as keras
from d2l_utils.frameworks import like_mxnet_schedules as mxnet
from d2l_utils.frameworks import like_optax_schedules as optax
from d2l_utils.frameworks import like_torch_schedules as torch

LR = 0.05


def fall(start, end, done):
    return end + (start - end) / 2 * (cos(pi * done) + 1)


XS = [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0, 0.25, 0.5, 0.75, 1]
UP_AND_DOWN = [1, 2, 3, 4, 5, 13 / 3, 11 / 3, 9 / 3, 7 / 3, 5 / 3, 1]
SEVENTHS = [k / 7 for k in range(1, 7)]
TORCH = {
    "multi_step_lr": (
        torch.MultiStepLR(LR, gamma=0.1, milestones=[2, 5, 9]),
        [0.05] * 2 + [0.005] * 3 + [0.0005] * 4 + [0.00005] * 3,
    ),
    "constantlr": (torch.ConstantLR(LR, factor=1.0 / 2, total_iters=5), [0.025] * 5 + [0.05] * 5),
    "linearlr": (
        torch.LinearLR(LR, start_factor=1.0 / 2, total_iters=4),
        [0.025, 0.03125, 0.0375, 0.04375] + [0.05] * 6,
    ),
    "exp_lr": (torch.ExponentialLR(LR, gamma=0.9), [0.05 * 0.9**x for x in range(10)]),
    "poly_lr": (
        torch.PolynomialLR(LR, power=0.9, total_iters=5),
        [(1.0 - x / 5) ** 0.9 * 0.05 for x in range(5)] + [0.0] * 5,
    ),
    "cos_anneal_lr": (
        torch.CosineAnnealingLR(LR, T_max=10, eta_min=1e-10),
        [fall(0.05, 1e-10, x / 10) for x in range(10)],
    ),
    "sequentiallr1": (
        torch.SequentialLR(LR, [torch.ExponentialLR(LR, gamma=0.8), torch.StepLR(LR, 4, 0.1)], [3]),
        [0.05, 0.04, 0.032] + [0.05] * 4 + [0.005] * 4 + [0.0005] * 4 + [0.00005] * 4,
    ),
    "sequentiallr3": (
        torch.SequentialLR(
            LR, [torch.ConstantLR(LR, 0.1, 3), torch.ExponentialLR(LR, 0.8), torch.StepLR(LR, 2, 0.1)], [3, 6]
        ),
        [0.005] * 3 + [0.05, 0.04, 0.032] + [0.05, 0.05, 0.005, 0.005, 0.0005, 0.0005],
    ),
    "sequentiallr5": (
        torch.SequentialLR(
            LR,
            [
                torch.ChainedScheduler([torch.LinearLR(LR, 0.1), torch.ConstantLR(LR, 0.1)], LR),
                torch.ConstantLR(LR, 0.5),
            ],
            [5],
        ),
        [0.0005, 0.0014, 0.0023, 0.0032, 0.0041] + [0.025] * 5,
    ),
    "chained_lr3": (
        torch.ChainedScheduler([torch.LinearLR(LR, 0.4, 1.0, 3), torch.MultiStepLR(LR, [4, 8, 10])], LR),
        [0.02, 0.03, 0.04, 0.05] + [0.005] * 4 + [0.0005] * 2 + [0.00005] * 3,
    ),
    "chained_lr4": (
        torch.ChainedScheduler(
            [torch.ExponentialLR(LR, 0.9), torch.ConstantLR(LR, 0.2, 4), torch.StepLR(LR, 3)], LR
        ),
        [0.05 * 0.2 * 0.9**x for x in range(3)]
        + [0.05 * 0.2 * 0.9**3 * 0.1]
        + [0.05 * 0.9**x * 0.1 for x in range(4, 6)]
        + [0.05 * 0.9**x * 0.01 for x in range(6, 9)],
    ),
    "cycle_lr_exp_range_mode": (
        torch.CyclicLR(None, 1, 5, 4, mode="exp_range", gamma=0.9),
        [1 + x * 4 * 0.9**i for i, x in enumerate(XS)],
    ),
    "cycle_lr_triangular_mode_step_size_up_down": (torch.CyclicLR(None, 1, 5, 4, 6), UP_AND_DOWN),
    "the same, momentum": (
        torch.CyclicLR(None, 1, 5, 4, 6, base_momentum=1, max_momentum=5).momentum,
        [6 - x for x in UP_AND_DOWN],
    ),
    "onecycle_lr_linear_annealing": (
        torch.OneCycleLR(None, 25, 10, final_div_factor=2, anneal_strategy="linear"),
        [1, 13, 25, 21.5, 18, 14.5, 11, 7.5, 4, 0.5],
    ),
    "onecycle_lr_linear_annealing, momentum": (
        torch.OneCycleLR(
            None, 25, 10, base_momentum=1, max_momentum=22, final_div_factor=2, anneal_strategy="linear"
        ).momentum,
        [22, 11.5, 1, 4, 7, 10, 13, 16, 19, 22],
    ),
    "onecycle_lr_linear_annealing_three_phases": (
        torch.OneCycleLR(
            None, 25, 10, pct_start=0.4, anneal_strategy="linear", final_div_factor=4, three_phase=True
        ),
        [1, 9, 17, 25, 17, 9, 1, 0.75, 0.5, 0.25],
    ),
    "onecycle_lr_cosine_annealing": (
        torch.OneCycleLR(None, 25, 10, final_div_factor=2),
        [1, 13, 25, *(fall(25, 0.5, done) for done in SEVENTHS), 0.5],
    ),
}
OPTAX = {
    "piecewise constant": (
        optax.piecewise_constant_schedule(0.1, {3: 2.0, 6: 0.5}),
        [0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1],
    ),
    "linear piecewise": (
        optax.piecewise_interpolate_schedule("linear", 200.0, {5: 1.5, 10: 0.25}),
        [200, 220, 240, 260, 280, 300, 255, 210, 165, 120, 75, 75, 75],
    ),
    "cosine piecewise": (
        optax.piecewise_interpolate_schedule("cosine", 400.0, {5: 1.2, 3: 0.6, 7: 1.0}),
        [400, 360, 280, 240, 264, 288, 288, 288, 288],
    ),
    "piecewise of no points": (optax.piecewise_interpolate_schedule("linear", 13.0, {}), [13.0] * 5),
    "linear one cycle": (
        optax.linear_onecycle_schedule(10, 1000, 0.3, 0.7, 10.0, 100.0),
        [100, 400, 700, 1000, 775, 550, 325, 100, 67, 34, 1, 1],
    ),
    "cosine one cycle": (
        optax.cosine_onecycle_schedule(5, 1000.0, 0.4, 10.0, 100.0),
        [100, 550, 1000, 750.25, 250.75, 1, 1],
    ),
}


@pytest.mark.parametrize(("schedule", "values"), [*TORCH.values(), *OPTAX.values()], ids=[*TORCH, *OPTAX])
def test_values_in_order(schedule, values):
    assert [schedule(t) for t in range(len(values))] == pytest.approx(values, rel=1e-6, abs=1e-12)


def sgdr(peaks):
    rest = {"init_value": 0, "end_value": 0.0, "warmup_steps": 500}
    steps = (2000, 3000, 5000)
    return optax.sgdr_schedule(
        {"decay_steps": n, "peak_value": lr, **rest} for n, lr in zip(steps, peaks, strict=True)
    )


AT = {
    "optax SGDR": (sgdr((1.6, 0.8, 0.4)), {500: 1.6, 2500: 0.8, 5500: 0.4}),
    "optax empty interval": (
        optax.piecewise_interpolate_schedule("linear", 13.0, {0: 2.0, 5: 3.0}),
        {0: 26.0, 5: 78.0},
    ),
    "keras continuous": (keras.ExponentialDecay(0.05, 10, 0.96), {5: 0.05 * 0.96**0.5}),
    "keras staircase": (
        keras.ExponentialDecay(0.1, 3, 0.96, staircase=True),
        {1: 0.1, 2: 0.1, 100: 0.1 * 0.96 ** (100 // 3)},
    ),
    "keras piecewise": (
        keras.PiecewiseConstantDecay([100, 110, 120], [1.0, 0.1, 0.01, 0.001]),
        {100: 1.0, 105: 0.1, 110: 0.1, 120: 0.01, 999: 0.001},
    ),
    "keras boundaries": (
        keras.PiecewiseConstantDecay([1, 2, 3], [0.4, 0.5, 0.6, 0.7]),
        {0: 0.4, 1: 0.4, 2: 0.5, 3: 0.6, 4: 0.7},
    ),
    "keras linear": (keras.PolynomialDecay(0.05, 10, 0.001), {5: 0.051 * 0.5, 10: 0.001, 15: 0.001}),
    "keras cycle": (keras.PolynomialDecay(0.05, 10, 0.001, cycle=True), {15: 0.049 * 0.25 + 0.001}),
    "keras square root": (
        keras.PolynomialDecay(0.05, 10, 0.001, power=0.5),
        {5: 0.049 * 0.5**0.5 + 0.001, 10: 0.001},
    ),
    "keras inverse time": (
        keras.InverseTimeDecay(0.1, 10, 0.96),
        {i: 0.1 / (1 + i / 10 * 0.96) for i in range(11)},
    ),
    "keras inverse time, staircase": (
        keras.InverseTimeDecay(0.1, 10, 0.96, staircase=True),
        {i: 0.1 / (1 + 0.96 * (i // 10)) for i in range(11)},
    ),
    "keras warm-up": (
        keras.CosineDecay(0.0, 10, warmup_target=10.0, warmup_steps=1500),
        {step: 10.0 * step / 1500 for step in range(0, 1500, 250)},
    ),
    "keras restarts": (
        keras.CosineDecayRestarts(1.0, 1000, m_mul=0.9),
        {500: 0.5, 1000: 0.9, 1250: 0.9 * fall(1, 0, 1 / 8)},
    ),
    "mxnet factor": (
        mxnet.FactorScheduler(100, 0.1, 1e-4, 1, 20, 0.1, "constant"),
        {9: 0.1, 20: 1.0, 100: 0.1, 200: 0.01, 999: 1e-4},
    ),
    "mxnet multifactor": (
        mxnet.MultiFactorScheduler([15, 25], 0.1, 0.1, 10, 0.05),
        {4: 0.075, 14: 0.1, 15: 0.01, 19: 0.01, 25: 0.001, 99: 0.001},
    ),
    "mxnet poly": (mxnet.PolyScheduler(1000, 3, 2, 0, 100, 0), {49: 1.5, 99: 3, 999: 0}),
    "mxnet cosine": (mxnet.CosineScheduler(1000, 3, 0.1), {999: 0.1}),
}


@pytest.mark.parametrize(("schedule", "values"), AT.values(), ids=AT)
def test_values_at_some_steps(schedule, values):
    for t, value in values.items():
        assert schedule(t) == pytest.approx(value, rel=1e-6, abs=1e-12)


PLATEAUS = [
    (
        {"threshold_mode": "abs", "threshold": 0.01, "patience": 5, "cooldown": 5},
        [10 - i * 0.0167 for i in range(10)],
        [0.5] * 10,
    ),
    (
        {"patience": 5, "threshold_mode": "abs", "threshold": 0.1},
        [10 - i * 0.0165 for i in range(22)],
        [0.5] * 6 + [0.05] * 7 + [0.005] * 7 + [0.0005] * 2,
    ),
    (
        {"mode": "max", "patience": 5, "cooldown": 5, "threshold_mode": "abs"},
        [-0.8] * 2 + [-0.234] * 20,
        [0.5] * 8 + [0.05] * 11 + [0.005] * 3,
    ),
    (
        {"mode": "max", "patience": 3, "threshold": 0.1},
        [1.5 * 1.025**i for i in range(20)],
        [0.5] * 20,
    ),
    (
        {"mode": "max", "threshold": 0.1, "patience": 5, "cooldown": 5},
        [1.5 * 1.005**i for i in range(20)],
        [0.5] * 6 + [0.05] * 11 + [0.005] * 3,
    ),
    ({"threshold": 0.1}, [1.5 * 0.85**i for i in range(20)], [0.5] * 20),
    (
        {"threshold": 0.1, "patience": 5, "cooldown": 5},
        [1] * 7 + [0.6] + [0.5] * 12,
        [0.5] * 6 + [0.05] * 11 + [0.005] * 3,
    ),
    (
        {"mode": "max", "min_lr": [0.4], "threshold": 0.1, "patience": 5, "cooldown": 5},
        [1.5 * 1.005**i for i in range(20)],
        [0.5] * 6 + [0.4] * 14,
    ),
]


@pytest.mark.parametrize(("settings", "metrics", "rates"), PLATEAUS)
def test_reduce_lr_on_plateau(settings, metrics, rates):
    optimizer, found = SGD(0.5), []
    scheduler = torch.ReduceLROnPlateau(optimizer, **settings)
    for metric in metrics:
        scheduler.step(metric)
        found.append(optimizer.lr)
    assert found == pytest.approx(rates)
