"""A call that names what is not there is told which names there are, and which is near."""

import inspect
import pickle

import pytest

from d2l_utils import SGD, Adam, CosineDecay, Momentum, OneCycle, StepDecay, Warmup, bowl, descend
from d2l_utils.frameworks import like_keras, like_mxnet, like_optax, like_torch
from d2l_utils.schedules.parts import Clipped
from d2l_utils.schedules.stepping import Stepper

S, M = like_torch.lr_scheduler, like_mxnet.lr_scheduler
CALLS = [
    (
        lambda: S.StepLR(0.1, step=3),
        "StepLR: .*; it takes optimizer, step_size, gamma, last_epoch; did you mean 'step_size'",
    ),
    (lambda: S.StepLR(0.1), "StepLR: missing a required .*'step_size'; it takes optimizer, step_size"),
    (lambda: S.OneCycleLR(None, 0.1, total_step=9), "did you mean 'total_steps'"),
    (lambda: S.SequentialLR(0.1, [], milestone=[]), "did you mean 'milestones'"),
    (
        lambda: M.FactorScheduler(3, lr=0.1),
        "FactorScheduler: .*'lr'; it takes step, factor, stop_factor_lr, base_lr",
    ),
    (lambda: M.FactorScheduler(), "FactorScheduler: missing a required .*'step'"),
    (lambda: SGD(learning_rate=0.1), "SGD: got an unexpected .*'learning_rate'; it takes lr"),
    (lambda: SGD(0.1, 0.9), "SGD: too many positional arguments; it takes lr"),
    (lambda: Momentum(momentun=0.1), "Momentum: .*; it takes lr, momentum.*; did you mean 'momentum'"),
    (lambda: Adam(beta_1=0.9), "Adam has no setting 'beta_1'; it has lr, beta1, .*; did you mean 'beta1'"),
    (
        lambda: descend(SGD(), bowl, num_step=3),
        "descend: .*; it takes optimizer, .*; did you mean 'num_steps'",
    ),
    (
        lambda: StepDecay(0.1, gamma=0.5),
        "StepDecay: got an unexpected .*'gamma'; it takes lr, factor, every$",
    ),
    (lambda: OneCycle(0.1), "OneCycle: missing a required argument: 'steps'; it takes lr, steps, pct_start"),
    (
        lambda: CosineDecay(0.1, step=3),
        "CosineDecay: .*; it takes lr, steps, end, power; did you mean 'steps'",
    ),
    (
        lambda: Clipped(StepDecay(1.0), lower=0.1),
        "Clipped: .*; it takes schedule, low, high; did you mean 'low'",
    ),
    (lambda: Warmup(StepDecay(1.0), 3, 4), "Warmup: too many positional arguments; it takes schedule, steps"),
    (
        lambda: S.ReduceLROnPlateau(SGD(), patence=3),
        "ReduceLROnPlateau: .*'patence'; it takes optimizer, mode, .*; did you mean 'patience'",
    ),
    (
        lambda: Stepper(SGD(), schedul=StepDecay(1.0)),
        "Stepper: .*; it takes optimizer, schedule, t; did you m",
    ),
    (
        lambda: S.ReduceLROnPlateau(SGD()).step(metric=1.0),
        "step: .*; it takes metrics, epoch; did you mean 'met",
    ),
    (lambda: S.StepLR(SGD(), 3).step(epochs=1), "step: .*'epochs'; it takes epoch; did you mean 'epoch'"),
    (lambda: like_torch.SGD(momentun=0.1), "did you mean 'momentum'"),
    (lambda: like_keras.SGD(learningrate=0.1), "did you mean 'learning_rate'"),
    (lambda: like_optax.schedules.cosine_decay_schedule(0.1, decay_step=3), "did you mean 'decay_steps'"),
]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_an_unknown_name_is_answered_with_those_there_are(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_a_class_of_one_s_own_is_told_of_too_and_keeps_its_signature():
    class Mine(SGD):
        def __init__(self, lr=0.1, warm=3):
            super().__init__(lr)

    assert list(inspect.signature(Mine).parameters) == ["lr", "warm"]
    with pytest.raises(TypeError, match=r"^Mine: .*'worm'; it takes lr, warm; did you mean 'warm'"):
        Mine(worm=3)
    assert pickle.loads(pickle.dumps(SGD(0.5))).lr == 0.5
