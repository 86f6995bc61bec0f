"""A scheduler of PyTorch's on one of our optimizers: where it may stand, what it has, what it leaves."""

import copy
import pickle

import pytest

from d2l_utils import SGD, Constant
from d2l_utils.frameworks import like_torch
from d2l_utils.frameworks import like_torch_schedules as torch
from d2l_utils.schedules.stepping import Stepper


def test_a_list_for_the_one_group_is_its_number():
    for make in (
        lambda one: torch.CyclicLR(
            None, one(0.1), one(0.5), 4, base_momentum=one(0.5), max_momentum=one(0.75)
        ),
        lambda one: torch.OneCycleLR(None, one(0.5), 9, base_momentum=one(0.5), max_momentum=one(0.75)),
    ):
        assert make(lambda number: [number]) == make(lambda number: number)


class Stepping:
    """A scheduler of another library: not called, but stepped."""

    def get_last_lr(self):
        return [0.1]


@pytest.mark.parametrize("scheduler", [Stepping(), torch.StepLR(SGD(), 3), torch.ReduceLROnPlateau(SGD())])
def test_a_scheduler_is_no_rate(scheduler):
    optimizer = SGD()
    with pytest.raises(TypeError, match="is made from the optimizer: make that with a number first"):
        optimizer.lr = scheduler
    with pytest.raises(TypeError, match="make that with a number first"):
        like_torch.Adam(scheduler)


def test_a_scheduler_that_was_refused_leaves_no_initial_rate():
    for wrong in (
        lambda optimizer: torch.OneCycleLR(optimizer, 0.5, 9),  # it has no momentum
        lambda optimizer: torch.ExponentialLR(optimizer, -0.9),
        lambda optimizer: torch.LambdaLR(optimizer, lambda t: -1.0),
    ):
        optimizer = SGD(0.5)
        with pytest.raises(ValueError, match=r"no momentum|gamma must be|lr must be"):
            wrong(optimizer)
        optimizer.lr = 0.25
        torch.LambdaLR(optimizer, lambda t: 1.0)
        assert optimizer.lr == 0.25


SET = [
    (lambda o: torch.StepLR(o, 3), "gamma", "no 'gamma' to set; .* is fixed, so make another"),
    (lambda o: torch.CosineAnnealingWarmRestarts(o, 4), "T_cur", "no 'T_cur' to set"),
    (lambda o: torch.StepLR(o, 3), "base_lrs", "no 'base_lrs' to set"),
    (lambda o: torch.StepLR(o, 3), "last_epoch", r"`step\(t\)` goes to t"),
    (torch.ReduceLROnPlateau, "min_lrs", "'min_lrs' to set; it has optimizer, mode, factor, .*min_lr"),
]


@pytest.mark.parametrize(("make", "name", "message"), SET)
def test_an_attribute_that_would_do_nothing_is_refused(make, name, message):
    scheduler = make(SGD(0.5))
    with pytest.raises(AttributeError, match=message):
        setattr(scheduler, name, 5)


@pytest.mark.parametrize("name", ["gamma", "get_lr", "_last_lr"])
def test_what_a_scheduler_has_not_is_told(name):
    with pytest.raises(AttributeError, match=rf"no attribute {name!r}; it has .*`get_last_lr\(\)` tells"):
        getattr(torch.StepLR(SGD(0.5), 3), name)


def test_a_scheduler_of_your_own_may_keep_more():
    class Counting(Stepper):
        steps = 0

        def step(self, t=None):
            super().step(t)
            self.steps += 1
            self.last = self.get_last_lr()

    scheduler = Counting(SGD(), Constant(0.5))
    scheduler.step()
    assert (scheduler.steps, scheduler.last) == (1, [0.5])


def test_an_epoch_may_be_named():
    """PyTorch's deprecated argument, of both kinds of schedulers."""
    optimizer = SGD(0.5)
    torch.StepLR(optimizer, 3, 0.5).step(epoch=6)
    assert optimizer.lr == 0.125
    plateau = torch.ReduceLROnPlateau(optimizer)
    plateau.step(1.0, 7)
    assert plateau.last_epoch == 7
    plateau.step(1.0)
    assert plateau.last_epoch == 8


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda optimizer: pickle.loads(pickle.dumps(optimizer))])
def test_a_copy_of_an_optimizer_keeps_its_initial_rate(copied):
    """As in PyTorch 2.13, whose copy has its ``initial_lr``: 0.5 again, and 0.125 after a state is loaded."""
    optimizer = SGD(0.5)
    scheduler = torch.StepLR(optimizer, 1, 0.5)
    scheduler.step()
    scheduler.step()
    first, second = copied(optimizer), copied(optimizer)
    torch.LambdaLR(first, lambda epoch: 1.0)
    torch.StepLR(second, 1, 0.5).load_state_dict(scheduler.state_dict())
    assert (first.lr, second.lr, optimizer.lr) == (0.5, 0.125, 0.125)


@pytest.mark.parametrize("rate", [[0.1, 0.2], lambda t: 0.1])
def test_a_rate_that_is_no_number_cannot_be_multiplied(rate):
    optimizer, lowered = SGD(0.5), SGD(0.5)
    scheduler, plateau = torch.StepLR(optimizer, 3), torch.ReduceLROnPlateau(lowered, patience=0)
    plateau.step(1.0)
    optimizer.lr = lowered.lr = rate
    message = r"lr must be one number; got an array|already follows a schedule"
    with pytest.raises(TypeError, match=message):
        scheduler.step()
    with pytest.raises(TypeError, match=message):
        plateau.step(1.0)


SETTINGS = [
    ("mode", "x", ValueError, "mode must be one of 'min', 'max'; got 'x'"),
    ("threshold_mode", "x", ValueError, "threshold_mode must be one of 'rel', 'abs'"),
    ("patience", "3", TypeError, "patience must be a whole number; got '3'"),
    ("cooldown", -1, ValueError, "cooldown must be at least 0; got -1"),
    ("factor", 2.0, ValueError, "factor must be below 1"),
    ("eps", None, TypeError, "eps must be a number"),
    ("min_lr", [0.0, 0.1], ValueError, "min_lr must be one number"),
]


@pytest.mark.parametrize(("name", "value", "error", "message"), SETTINGS)
def test_a_setting_of_a_plateau_is_checked_when_it_is_set(name, value, error, message):
    plateau = torch.ReduceLROnPlateau(SGD(0.5))
    before = plateau.state_dict()
    with pytest.raises(error, match=message):
        setattr(plateau, name, value)
    with pytest.raises(error, match=message):
        plateau.load_state_dict(before | {name: value})
    assert plateau.state_dict() == before


STATES = [
    (None, ValueError, "a saved state holds 'last_epoch', .*; got None"),
    ({"last_epoch": "3"}, TypeError, "last_epoch must be a number .*; got '3'"),
    ({"last_epoch": None}, TypeError, "last_epoch must be a number .*; got None"),
    ({"last_epoch": -1}, ValueError, "last_epoch must be .* at least 0; got -1"),
]


@pytest.mark.parametrize(("saved", "error", "message"), STATES)
def test_what_is_no_state_is_told(saved, error, message):
    with pytest.raises(error, match=message):
        torch.StepLR(SGD(0.5), 3).load_state_dict(saved)
    with pytest.raises(ValueError, match="a saved state holds best, "):
        torch.ReduceLROnPlateau(SGD(0.5)).load_state_dict(None)
    plateau = torch.ReduceLROnPlateau(SGD(0.5))
    with pytest.raises(ValueError, match="is none of ours, for it holds mode_worse; make the scheduler with"):
        plateau.load_state_dict(plateau.state_dict() | {"mode_worse": 1.0})


def test_a_base_rate_is_not_set_in_its_list():
    scheduler = torch.StepLR(SGD(0.5), 3)
    assert scheduler.base_lrs == [0.5]
    with pytest.raises(TypeError, match="base_lrs are fixed when a scheduler is made; make another"):
        scheduler.base_lrs[0] = 0.1


@pytest.mark.parametrize(
    "combine",
    [lambda o, a, b: torch.ChainedScheduler([a, b]), lambda o, a, b: torch.SequentialLR(o, [a, b], [3])],
)
def test_schedulers_that_have_made_steps_are_not_combined(combine):
    """PyTorch's go on from where they are, which no schedule of the steps tells."""
    optimizer = SGD(0.1)
    pair = torch.ConstantLR(optimizer, 0.5, 3), torch.ExponentialLR(optimizer, 0.5)
    combine(optimizer, *pair)
    pair[1].step()
    with pytest.raises(
        ValueError, match="schedulers must be combined before any makes a step; got one at t = 1"
    ):
        combine(optimizer, *pair)
