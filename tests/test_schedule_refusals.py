"""A schedule that cannot be meant is refused, with what was given and what was expected."""

import numpy as np
import pytest

from d2l_utils import SGD, Constant, CosineRestarts, Momentum, Warmup, WarmupStableDecay
from d2l_utils.frameworks import like_keras_schedules as keras
from d2l_utils.frameworks import like_mxnet_schedules as mxnet
from d2l_utils.frameworks import like_optax_schedules as optax
from d2l_utils.frameworks import like_torch_schedules as torch
from d2l_utils.frameworks.chained import Chained
from d2l_utils.schedules.cycles import Interpolated
from d2l_utils.schedules.parts import Clipped, Joined, Scaled
from d2l_utils.schedules.stepping import Stepper

REFUSED = [
    (lambda: torch.StepLR("0.1", 3), TypeError, "give one of our optimizers, or the initial rate; got '0.1'"),
    (lambda: torch.StepLR(None, 3), TypeError, "or the initial rate; got None"),
    (lambda: torch.StepLR(SGD(Constant(1.0)), 3), TypeError, "the optimizer already follows a schedule"),
    (lambda: torch.StepLR(SGD([0.1, 0.2]), 3), TypeError, "lr must be one number; got an array"),
    (lambda: torch.StepLR(SGD(), 0), ValueError, "step_size must be at least 1; got 0"),
    (lambda: torch.StepLR(SGD(), 3, -0.5), ValueError, "^gamma must be finite and at least 0; got -0.5"),
    (lambda: torch.StepLR(SGD(), 3, None), TypeError, "^gamma must be a number"),
    (lambda: torch.ExponentialLR(SGD(), "0.9"), TypeError, "^gamma must be a number"),
    (lambda: torch.CosineAnnealingLR(SGD(), 9, -0.1), ValueError, "^eta_min must be .* at least 0; got -0.1"),
    (
        lambda: torch.CosineAnnealingWarmRestarts(SGD(), 9, eta_min=[0.0]),
        TypeError,
        "^eta_min must be one num",
    ),
    (lambda: torch.StepLR(SGD(), 3, last_epoch=5), ValueError, "what was the optimizer's initial rate"),
    (lambda: torch.LambdaLR(0.5, [abs, abs]), ValueError, "lr_lambda must be one function"),
    (lambda: torch.LambdaLR(0.5, 3), TypeError, "^lr_lambda must be a function; got 3"),
    (lambda: torch.LambdaLR(SGD(), lambda: 0.1), TypeError, r"^lr_lambda must be .* takes \(\)"),
    (lambda: torch.LambdaLR(SGD(), lambda a, b: 0.1), TypeError, r"^lr_lambda must be .* takes \(a, b\)"),
    (lambda: torch.LambdaLR(SGD(), lambda t: None), TypeError, "returns must be a number .*; got None"),
    (
        lambda: torch.LambdaLR(SGD(), lambda t: np.ones(2)),
        TypeError,
        "returns must be one number; got an array",
    ),
    (lambda: torch.MultiStepLR(0.5, [-1]), ValueError, "milestones must be at least 0; got -1"),
    (lambda: torch.MultiStepLR(0.5, 30), TypeError, "milestones must be a list of whole numbers; got 30"),
    (lambda: torch.MultiStepLR(0.5, [30, "80"]), TypeError, "milestones must be a whole number; got '80'"),
    (lambda: torch.ConstantLR(0.5, 2.0), ValueError, "factor must be from 0 to 1; got 2.0"),
    (lambda: torch.LinearLR(0.5, 0.0), ValueError, "start_factor must be above 0"),
    (lambda: torch.CyclicLR(None, 0.1, 0.5, mode="sine"), ValueError, "mode must be one of 'triangular', "),
    (lambda: torch.CyclicLR(None, 0.1, 0.5, 0), ValueError, "^step_size_up must be above 0; got 0"),
    (lambda: torch.CyclicLR(None, 0.1, 0.5, 4, 0), ValueError, "^step_size_down must be above 0; got 0"),
    (lambda: torch.CyclicLR(None, 0.1, 0.5, gamma="1"), TypeError, "^gamma must be a number"),
    (lambda: torch.CyclicLR(None, 0.1, 0.5, scale_fn=1), TypeError, "^scale_fn must be a function; got 1"),
    (
        lambda: torch.CyclicLR(None, 0.1, 0.5, scale_fn=abs, scale_mode="x"),
        ValueError,
        "'cycle', 'iterations'",
    ),
    (
        lambda: torch.CyclicLR(None, 0.1, 0.5, scale_fn=lambda x: None)(0),
        TypeError,
        "what scale returns must be a number .*; got None",
    ),
    (lambda: torch.OneCycleLR(None, 0.5), ValueError, "give total_steps, or epochs and steps_per_epoch"),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, pct_start=1.5),
        ValueError,
        "pct_start must be from 0 to 1; got 1.5",
    ),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, anneal_strategy="cosine"),
        ValueError,
        "one of 'cos', 'linear'; got",
    ),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, div_factor=0),
        ValueError,
        "div_factor and final_div_factor divide",
    ),
    (lambda: torch.SequentialLR(0.5, [], []), ValueError, "schedulers must hold at least one"),
    (
        lambda: torch.SequentialLR(0.5, torch.StepLR(0.5, 3), []),
        TypeError,
        "schedulers must be a list; got Geo",
    ),
    (
        lambda: torch.SequentialLR(0.5, [abs, abs], 3),
        TypeError,
        "milestones must be a list of whole .*; got 3",
    ),
    (
        lambda: torch.ChainedScheduler(torch.StepLR(SGD(), 3)),
        TypeError,
        "schedulers must be a list; got Step",
    ),
    (
        lambda: torch.SequentialLR(0.5, [Constant(1.0)], [3]),
        ValueError,
        "one fewer than schedulers; got 1 and 1",
    ),
    (
        lambda: torch.SequentialLR(0.5, [Constant(1.0)] * 3, [5, 3]),
        ValueError,
        r"must never fall; got \(5, 3\)",
    ),
    (lambda: torch.SequentialLR(SGD(), [Constant(1.0)], []), TypeError, "both here and to every scheduler"),
    (
        lambda: torch.SequentialLR(SGD(), [torch.StepLR(SGD(), 3)], []),
        ValueError,
        "must belong to the optimizer",
    ),
    (
        lambda: torch.SequentialLR(0.5, [Joined([abs], [])], []),
        ValueError,
        "PyTorch miscounts one inside another",
    ),
    (lambda: torch.SequentialLR(0.5, [torch.OneCycleLR(None, 1, 9)], []), ValueError, "cycle_momentum=False"),
    (lambda: torch.ChainedScheduler([torch.ReduceLROnPlateau(SGD())], SGD()), TypeError, "needs a metric"),
    (
        lambda: torch.ChainedScheduler([torch.LambdaLR(0.5, abs)], 0.5),
        ValueError,
        "^LambdaLR sets the rate anew",
    ),
    (lambda: torch.ChainedScheduler([torch.CosineAnnealingLR(1, 9, 0.1)], 1), ValueError, "eta_min=0 only"),
    (
        lambda: torch.ChainedScheduler([torch.CosineAnnealingLR(1, 9)], 1)(10),
        ValueError,
        "for its T_max = 9 steps",
    ),
    (lambda: torch.ReduceLROnPlateau(SGD(), factor=1.0), ValueError, "factor must be below 1"),
    (lambda: torch.ReduceLROnPlateau(SGD()).step(None), TypeError, "metrics must be one number; got None"),
    (lambda: torch.ReduceLROnPlateau(SGD()).step("a"), TypeError, "metrics must be one number; got 'a'"),
    (
        lambda: torch.ReduceLROnPlateau(SGD()).step(np.ones(2)),
        TypeError,
        "metrics must be one number; got arr",
    ),
    (lambda: torch.StepLR(SGD(), 3).step("3"), TypeError, "epoch must be a number .*; got '3'"),
    (lambda: torch.StepLR(SGD(), 3).step(-1), ValueError, "epoch must be .* at least 0; got -1"),
    (lambda: torch.ReduceLROnPlateau(SGD(), "minimum"), ValueError, "mode must be one of 'min', 'max'"),
    (lambda: torch.ReduceLROnPlateau(SGD(), min_lr=[0, 0]), ValueError, "there are no groups here"),
    (lambda: torch.ReduceLROnPlateau(SGD(Constant(1.0))), TypeError, "already follows a schedule"),
    (lambda: torch.ReduceLROnPlateau(0.5), TypeError, "optimizer must be one of d2l_utils; got 0.5"),
    (
        lambda: torch.ReduceLROnPlateau(SGD()).load_state_dict({"best": 1}),
        ValueError,
        "holds num_bad_epochs, ",
    ),
    (
        lambda: Stepper(SGD(), Constant(1.0)).load_state_dict({}),
        ValueError,
        "a saved state holds 'last_epoch'",
    ),
    (
        lambda: torch.CyclicLR(None, [0.1, 0.2], 0.5),
        ValueError,
        r"base_lr must be one .* groups here; got \[0",
    ),
    (lambda: torch.CyclicLR(None, 0.1, "0.5"), TypeError, "^max_lr must be a number"),
    (lambda: torch.CyclicLR(None, 0.1, None), TypeError, "^max_lr must be a number .*; got None"),
    (
        lambda: torch.CyclicLR(None, 0.1, 0.5, max_momentum=(0.8, 0.9)),
        ValueError,
        "max_momentum must be one n",
    ),
    (lambda: torch.OneCycleLR(None, [0.1, 0.2], 9), ValueError, "max_lr must be one number: there are no gr"),
    (
        lambda: torch.OneCycleLR(None, 0.5, 9, base_momentum=-1),
        ValueError,
        "^base_momentum must be .* least 0",
    ),
    (
        lambda: torch.OneCycleLR(Momentum(), 0.5, 9, max_momentum=22),
        ValueError,
        "^momentum must .* below 1; got 2",
    ),
    (
        lambda: torch.LRScheduler,
        AttributeError,
        "LRScheduler is not offered: of PyTorch 2.13 there are .*StepLR",
    ),
    (lambda: torch._LRScheduler, AttributeError, "own schedule is a function .* LambdaLR"),
    (lambda: torch.SWALR, AttributeError, "SWALR is not offered"),
    (lambda: torch.MultiplicativeLR, AttributeError, r"MultiplicativeLR is not offered: .*LambdaLR"),
    (lambda: keras.CosineDecay(0.1, 0), ValueError, "decay_steps must be above 0; got 0"),
    (lambda: keras.PiecewiseConstantDecay([1], [0.1]), ValueError, "got 1 values and 1 boundaries"),
    (lambda: keras.CosineDecayRestarts(0.1, 9, 0.5), ValueError, "t_mul must be at least 1; got 0.5"),
    (lambda: optax.cosine_decay_schedule(1.0, 0), ValueError, "decay_steps must be above 0; got 0"),
    (
        lambda: optax.piecewise_constant_schedule(1, {3: -1}),
        ValueError,
        "^the scale at 3 must be .* at least 0; got -1",
    ),
    (lambda: optax.piecewise_interpolate_schedule("sine", 1), ValueError, "interpolate_type must be"),
    (lambda: optax.join_schedules([abs, abs], []), ValueError, "got 2 schedules and 0 boundaries"),
    (lambda: optax.linear_onecycle_schedule(0, 1.0), ValueError, "transition_steps must be above"),
    (lambda: mxnet.FactorScheduler(3, 1.5), ValueError, "factor must be at most 1"),
    (lambda: mxnet.FactorScheduler(3, base_lr=1e-9), ValueError, "would raise the rate"),
    (lambda: mxnet.MultiFactorScheduler([3, 3]), ValueError, "step must be an increasing list"),
    (lambda: mxnet.PolyScheduler(5, warmup_steps=6), ValueError, "at least warmup_steps; got 5 and 6"),
    (lambda: mxnet.CosineScheduler(9, 0.1, 0, 3, 0.5), ValueError, "at most base_lr; got 0.5 and 0.1"),
    (lambda: mxnet.CosineScheduler(9, warmup_mode="sine"), ValueError, "warmup_mode must be one of"),
    (lambda: mxnet.FactorScheduler(3, base_lr=None), TypeError, "base_lr must be a number"),
    (lambda: mxnet.FactorScheduler(3, stop_factor_lr="1e-8"), TypeError, "stop_factor_lr must be a number"),
    (lambda: mxnet.MultiFactorScheduler(3), ValueError, "step must be an increasing list .*; got 3"),
    (
        lambda: mxnet.MultiFactorScheduler([3], base_lr=-1),
        ValueError,
        "base_lr must be .* at least 0; got -1",
    ),
    (
        lambda: mxnet.PolyScheduler(9, base_lr=[0.1, 0.2]),
        TypeError,
        "base_lr must be one number; got an array",
    ),
    (lambda: mxnet.PolyScheduler(9, pwr=None), TypeError, "pwr must be a number"),
    (lambda: mxnet.CosineScheduler(9, final_lr=-0.1), ValueError, "final_lr must be .* at least 0; got -0.1"),
    (lambda: mxnet.LRScheduler, AttributeError, "LRScheduler is not offered: any callable is a scheduler"),
    (lambda: mxnet.Nothing, AttributeError, "has no attribute 'Nothing'"),
    (lambda: Warmup(0.5, 3), TypeError, "schedule must be a schedule"),
    (lambda: Warmup(Constant(0.5), -1), ValueError, "steps must be at least 0; got -1"),
    (lambda: WarmupStableDecay(0.5, 9, 5, 5), ValueError, r"must fit into steps; got 5 \+ 5 > 9"),
    (lambda: WarmupStableDecay(0.5, 9, -1), ValueError, "warmup must be at least 0; got -1"),
    (lambda: WarmupStableDecay(0.5, 9, 0, 2.5), TypeError, "decay must be a whole number"),
    (lambda: WarmupStableDecay(0.5, 9, shape="cosine"), ValueError, "shape must be one of"),
    (lambda: Interpolated(((3, 0.1), (3, 0.2))), ValueError, "each later than the one before"),
    (lambda: CosineRestarts(0.1, 0), ValueError, "period must be above 0"),
    (lambda: Clipped(Constant(1.0), 2.0, 1.0), ValueError, "high no less; got 2.0 and 1.0"),
    (lambda: Scaled(0.5, (3,)), TypeError, "called with the updates made; got 3"),
    (lambda: Chained(0.5, (abs,)), ValueError, "cannot be chained"),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED)
def test_what_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_after_a_rate_that_is_refused_nothing_has_moved():
    optimizer = Momentum(0.5, momentum=0.25)
    falling = type("Falling", (), {"__call__": lambda _, t: 0.5 - t, "momentum": lambda _, t: 0.25 + t / 2})
    stepper = Stepper(optimizer, falling())
    with pytest.raises(ValueError, match=r"lr must be finite and at least 0; got -0\.5"):
        stepper.step()
    assert (optimizer.lr, optimizer.momentum, stepper.t) == (0.5, 0.25, 0)
    going_on = torch.LinearLR(optimizer, start_factor=1.0, end_factor=0.5, total_iters=1)
    optimizer.lr = 1.0
    before = optimizer.lr, going_on.t
    going_on._rate_from = lambda found, expected: -1.0
    with pytest.raises(ValueError, match=r"lr must be finite and at least 0; got -1\.0"):
        going_on.step()
    assert (optimizer.lr, going_on.t) == before
