"""What a scheduler keeps cannot be broken from outside, and a descent leaves a schedule as it was."""

import numpy as np
import pytest

from d2l_utils import SGD, Adam, StepDecay, bowl, descend
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
