"""What a scheduler keeps cannot be broken from outside, and a descent leaves a schedule as it was."""

import numpy as np
import pytest

from d2l_utils import BFGS, LBFGS, SGD, Adam, Newton, StepDecay, bowl, descend
from d2l_utils.frameworks import like_mxnet, like_torch
from d2l_utils.schedules.stepping import Stepper

S = like_torch.lr_scheduler


class Halving:
    """A scheduler as MXNet's: it remembers its last answer, and is asked for the rate of update 1, 2, ..."""

    def __init__(self, base_lr):
        self.base_lr = base_lr

    def __call__(self, num_update):
        self.base_lr *= 0.5 ** (num_update > 1)
        return self.base_lr


def test_a_descent_leaves_a_scheduler_that_remembers_as_it_was():
    optimizer = like_mxnet.SGD(lr_scheduler=Halving(0.5))
    first, second = (descend(optimizer, bowl, num_steps=4) for _ in "ab")
    assert np.array_equal(first.points, second.points)
    w = np.ones(1)
    optimizer.update(w, np.ones(1))
    assert w[0] == 0.5


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (lambda t: np.full(2 + t, 0.1), r"shape \(2,\) on the first step and \(3,\) on step 2"),
        (
            lambda t: 0.1 if t < 2 else np.array([0.1, 0.2]),
            r"shape \(\) on the first step and \(2,\) on step 3",
        ),
    ],
)
def test_a_schedule_whose_answer_changes_its_shape_is_refused_by_descend(rate, message):
    with pytest.raises(ValueError, match=message):
        descend(SGD(rate), bowl, num_steps=5)
    assert descend(SGD(lambda t: np.full(2, 0.1)), bowl, num_steps=3).points.shape == (4, 2, 2)


def test_base_lrs_of_a_cycle_after_another_scheduler_is_its_base_lr():
    optimizer = like_torch.SGD(lr=0.5, momentum=0.9)
    S.ExponentialLR(optimizer, 0.5)
    assert S.CyclicLR(optimizer, 0.02, 0.1).base_lrs == [0.02]


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.append(3),
        lambda x: x.extend([3]),
        lambda x: x.pop(),
        lambda x: x.clear(),
        lambda x: x.sort(),
    ],
)
def test_base_lrs_cannot_be_changed(change):
    with pytest.raises(TypeError, match="base_lrs are fixed"):
        change(S.ExponentialLR(SGD(0.1), 0.5).base_lrs)


def test_the_step_is_kept_as_a_number():
    scheduler, epoch = S.ExponentialLR(SGD(0.5), 0.5), np.array(2)
    scheduler.step(epoch)
    epoch += 5
    assert scheduler.t == 2
    scheduler.load_state_dict({**scheduler.state_dict(), "last_epoch": (epoch := np.array(3))})
    epoch += 5
    assert (scheduler.t, scheduler.optimizer.lr) == (3, 0.0625)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("t", "3", "t must be a number"),
        ("t", -1, "t must be finite and at least 0"),
        ("optimizer", 3, "optimizer must be one of d2l_utils; got 3"),
        ("schedule", 3, "schedule must be a function; got 3"),
        ("schedule", lambda: 3, "schedule must be a function of one number"),
    ],
)
def test_what_a_stepper_is_set_to_is_checked(name, value, message):
    stepper = Stepper(SGD(0.5), StepDecay(0.5, 0.5, 2))
    with pytest.raises((TypeError, ValueError), match=message):
        setattr(stepper, name, value)
    stepper.step()
    assert (stepper.t, stepper.optimizer.lr) == (1, 0.5)


def test_a_schedule_that_the_optimizer_was_given_meanwhile_is_not_overwritten():
    optimizer = SGD(0.5)
    scheduler = S.LambdaLR(optimizer, lambda t: 0.5**t)
    optimizer.lr = schedule = StepDecay(0.5, 0.5, 2)
    with pytest.raises(TypeError, match="the optimizer already follows a schedule"):
        scheduler.step()
    assert optimizer.lr is schedule


@pytest.mark.parametrize("make", [Adam, lambda: like_mxnet.Adam(begin_num_update=3)])
def test_a_count_that_no_float_holds_is_refused(make):
    optimizer = make()
    before = optimizer.t
    with pytest.raises(ValueError, match="t counts updates, 9007199254740992 at most"):
        optimizer.t = 10**400
    assert optimizer.t == before
    with pytest.raises(ValueError, match="t counts updates"):
        like_mxnet.Adam(begin_num_update=10**400)


@pytest.mark.parametrize("method", [BFGS, LBFGS, Newton])
@pytest.mark.parametrize("rate", [np.array([0.1, 0.2]), lambda t: np.array([0.1, 0.2])])
def test_a_rule_of_whole_vectors_is_not_swept_by_a_descent_either(method, rate):
    with pytest.raises(ValueError, match=f"the settings of {method.__name__} cannot be swept"):
        descend(method(rate), bowl, num_steps=3)


class Rising:
    """A schedule that moves the momentum, to a rate that 32 bits do not hold."""

    def __call__(self, t):
        return 0.5 if t < 1 else 1e39

    def momentum(self, t):
        return 0.5 + 0.25 * t


def test_a_rate_that_is_refused_leaves_the_momentum_too():
    optimizer = like_mxnet.SGD(learning_rate=0.5, momentum=0.25)
    stepper = Stepper(optimizer, Rising())
    with pytest.raises(ValueError, match="32 bits"):
        stepper.step()
    assert (optimizer.lr, optimizer.momentum, stepper.t) == (0.5, 0.5, 0)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"lr": -1.0}, "lr must be"),
        ({"_last_lr": []}, "a list of one rate"),
        ({"_last_lr": 0.5}, "a list of"),
    ],
)
def test_a_saved_scheduler_that_is_refused_changes_nothing(changed, error):
    optimizer = SGD(lr=0.5)
    for scheduler, moved in (
        (S.StepLR(optimizer, 1), {"last_epoch": 3}),
        (S.ReduceLROnPlateau(optimizer), {"best": 0.25, "lr": 0.25}),
    ):
        before = scheduler.state_dict()
        with pytest.raises(ValueError, match=error):
            scheduler.load_state_dict(before | moved | changed)
        assert scheduler.state_dict() == before


def test_a_metric_that_comes_while_there_is_no_one_rate_is_not_counted():
    optimizer = SGD(lr=0.5)
    scheduler = S.ReduceLROnPlateau(optimizer, patience=0)
    scheduler.step(1.0)
    before, optimizer.lr = scheduler.state_dict(), StepDecay(0.5)
    with pytest.raises(TypeError, match="already follows a schedule"):
        scheduler.step(2.0)
    optimizer.lr = 0.5
    assert scheduler.state_dict() == before


class Times:
    """A function that holds others, made anew wherever it is needed."""

    def __init__(self, *inner):
        self.inner = inner

    def __call__(self, t):
        return np.prod([each(t) for each in self.inner]).item()


def test_a_function_that_holds_others_is_known_again():
    """Its parts lie elsewhere in another program, and are the same."""

    def made():
        def fall(t):
            return 0.5**t

        optimizer = SGD(lr=1.0)
        return optimizer, S.LambdaLR(optimizer, Times(fall, Times(fall)))

    (_, scheduler), (other, later) = made(), made()
    scheduler.step()
    later.load_state_dict(scheduler.state_dict())
    assert other.lr == 0.25
