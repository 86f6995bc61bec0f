"""Two schedulers on one optimizer, and a rate set between steps: the numbers are PyTorch 2.13's."""

import pytest

from d2l_utils import SGD
from d2l_utils.frameworks.like_torch import lr_scheduler


def rates(optimizer, schedulers, steps, by_hand=None):
    """Return the rate of each step; ``by_hand`` sets one after a step."""
    found = []
    for i in range(steps):
        found.append(optimizer.lr)
        for each in schedulers:
            each.step(*((1.0,) if isinstance(each, lr_scheduler.ReduceLROnPlateau) else ()))
        optimizer.lr = (by_hand or {}).get(i, optimizer.lr)
    return found


def test_two_schedulers_back_to_back_as_in_pytorch_s_documentation():
    optimizer = SGD(0.1)
    both = lr_scheduler.ExponentialLR(optimizer, 0.9), lr_scheduler.MultiStepLR(optimizer, [3, 5], 0.1)
    expected = [0.1, 0.09, 0.081, 0.00729, 0.006561, 0.00059049]
    assert rates(optimizer, both, 6) == pytest.approx(expected)


def test_a_rate_set_by_hand_is_kept_and_multiplied():
    optimizer = SGD(0.1)
    steps = [lr_scheduler.StepLR(optimizer, 3)]
    assert rates(optimizer, steps, 7, {1: 0.05}) == pytest.approx([0.1, 0.1, 0.05] + [0.005] * 3 + [0.0005])


def test_a_plateau_is_not_undone():
    optimizer = SGD(0.1)
    both = [
        lr_scheduler.ExponentialLR(optimizer, 0.9),
        lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.5),
    ]
    assert rates(optimizer, both, 4) == pytest.approx([0.1, 0.09, 0.0405, 0.018225])


def test_a_sequence_refuses_a_rate_that_is_not_its_own():
    optimizer = SGD(0.1)
    two = [lr_scheduler.ConstantLR(optimizer), lr_scheduler.StepLR(optimizer, 2)]
    scheduler = lr_scheduler.SequentialLR(optimizer, two, [3])
    optimizer.lr = 0.5
    with pytest.raises(ValueError, match="make a new scheduler after you have set a rate"):
        scheduler.step()
    assert (scheduler.t, optimizer.lr) == (0, 0.5)


def test_a_rate_set_by_hand_is_saved():
    optimizer = SGD(0.1)
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.lr = 0.4
    again = SGD(0.1)
    resumed = lr_scheduler.ExponentialLR(again, 0.5)
    resumed.load_state_dict(scheduler.state_dict())
    resumed.step()
    assert again.lr == pytest.approx(0.2)


def test_a_plateau_remembers_no_initial_rate():
    """In PyTorch the next scheduler's initial rate is the one that it finds."""
    optimizer = SGD(0.5)
    plateau = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
    with pytest.raises(ValueError, match="what was the optimizer's initial rate"):
        lr_scheduler.StepLR(optimizer, 3, last_epoch=2)
    assert rates(optimizer, [plateau], 3) == [0.5, 0.5, 0.25]
    optimizer.lr = 0.2
    again = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 5)
    assert rates(optimizer, [again], 6) == pytest.approx(
        [0.2, 0.18090169944, 0.13090169944, 0.06909830056, 0.01909830056, 0.2]
    )


@pytest.mark.parametrize(
    ("last_epoch", "expected"),
    [(-1, [0.5, 0.4625, 0.875, 0.6, 0.325, 0.05]), (0, [0.6875, 0.875, 0.6, 0.325, 0.05])],
)
def test_a_triangle_after_another_scheduler_begins_at_the_initial_rate(last_epoch, expected):
    optimizer = SGD(0.5)
    lr_scheduler.StepLR(optimizer, 3)
    triangle = lr_scheduler.CyclicLR(
        optimizer, 0.05, 0.875, 2, step_size_down=3, cycle_momentum=False, last_epoch=last_epoch
    )
    assert rates(optimizer, [triangle], len(expected)) == pytest.approx(expected)
