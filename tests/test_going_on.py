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


def test_a_rate_set_by_hand_is_saved_where_the_next_step_sets_its_own():
    optimizer, again = SGD(0.1), SGD(0.1)
    scheduler, resumed = (lr_scheduler.CosineAnnealingWarmRestarts(each, 5) for each in (optimizer, again))
    optimizer.lr = 0.4
    resumed.load_state_dict(scheduler.state_dict())
    assert again.lr == 0.4
    scheduler.step()
    resumed.load_state_dict(scheduler.state_dict())
    assert again.lr == optimizer.lr < 0.1


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


SAVED = [
    (lambda o: lr_scheduler.StepLR(o, 3, 0.1), lambda o: lr_scheduler.StepLR(o, 1, 0.005)),
    (lambda o: lr_scheduler.MultiStepLR(o, [2, 5, 9]), lambda o: lr_scheduler.MultiStepLR(o, [1, 4, 6])),
    (lambda o: lr_scheduler.ExponentialLR(o, 0.1), lambda o: lr_scheduler.ExponentialLR(o, 0.01)),
    (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 10, 1e-10),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 5, 5e-11),
    ),
    (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 10, 2),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 100),
    ),
]


@pytest.mark.parametrize(("first", "second"), SAVED)
def test_a_state_of_other_settings_is_refused(first, second):
    """In PyTorch the saved settings come with the state: test_step_lr_state_dict and its kin."""
    scheduler, other = first(SGD(0.5)), second(SGD(0.5))
    scheduler.step()
    before = other.t, other.optimizer.lr
    with pytest.raises(ValueError, match="make it with the same settings, from the same initial rate"):
        other.load_state_dict(scheduler.state_dict())
    assert (other.t, other.optimizer.lr) == before
    with pytest.raises(ValueError, match="the same initial rate"):
        first(SGD(0.25)).load_state_dict(scheduler.state_dict())
    again = first(SGD(0.5))
    again.load_state_dict(scheduler.state_dict())
    assert again.optimizer.lr == scheduler.optimizer.lr


def test_functions_are_no_settings():
    scheduler, again = (lr_scheduler.LambdaLR(SGD(0.5), lambda t: 0.5**t) for _ in range(2))
    scheduler.step()
    again.load_state_dict(scheduler.state_dict())
    assert again.optimizer.lr == 0.25


class Times:
    """A function with a setting, as in PyTorch's test_lambda_lr_state_dict_obj."""

    def __init__(self, value):
        self.value = value

    def __call__(self, t):
        return self.value * t


@pytest.mark.parametrize(
    "make",
    [
        lambda value: lr_scheduler.LambdaLR(SGD(0.5), Times(value)),
        lambda value: lr_scheduler.CyclicLR(SGD(0.5), 0.1, 0.5, scale_fn=Times(value), cycle_momentum=False),
    ],
)
def test_what_an_object_holds_is_a_setting(make):
    scheduler = make(10)
    scheduler.step()
    make(10).load_state_dict(scheduler.state_dict())
    with pytest.raises(ValueError, match=r"'value': 10.*'value': 1}.*make it with the same settings"):
        make(1).load_state_dict(scheduler.state_dict())


def test_the_settings_of_a_plateau_come_with_its_state():
    """As in PyTorch's test_reduce_lr_on_plateau_state_dict; the rates are PyTorch's after that."""
    optimizer, other = SGD(0.5), SGD(0.5)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, "min", 0.1, patience=2)
    for score in (1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 5.0, 3.0, 2.0, 1.0):
        scheduler.step(score)
    again = lr_scheduler.ReduceLROnPlateau(other, "max", 0.5, patience=10)
    again.load_state_dict(scheduler.state_dict())
    assert again.state_dict() == scheduler.state_dict()
    for score in (2.0, 3.0, 4.0, 5.0, 6.0):
        again.step(score)
    assert other.lr == pytest.approx(5e-5)


def test_a_change_too_small_for_32_bits_is_not_lost():
    """As in PyTorch 2.13, which multiplies whatever rate it finds."""
    optimizer = SGD(0.1)
    scheduler = lr_scheduler.StepLR(optimizer, 10**6)
    for _ in range(2000):
        optimizer.lr *= 1 - 5e-7
        scheduler.step()
    assert optimizer.lr == pytest.approx(0.1 * (1 - 5e-7) ** 2000, rel=1e-12)
    optimizer = SGD(0.1)
    pair = [lr_scheduler.ExponentialLR(optimizer, 1 - 5e-7) for _ in range(2)]
    assert rates(optimizer, pair, 1001)[-1] == pytest.approx(0.1 * (1 - 5e-7) ** 2000, rel=1e-12)
    optimizer = SGD(0.1)
    lr_scheduler.ConstantLR(optimizer, 1.0)
    optimizer.lr *= 1 + 5e-7
    lr_scheduler.ConstantLR(optimizer, 0.5)
    assert optimizer.lr == 0.1 * (1 + 5e-7) * 0.5


@pytest.mark.parametrize(
    ("eta_min", "expected"),
    [
        (0.01, [0.1, 0.091406, 0.068906, 0.041094, 0.018594, 0.01, 0.01, 0.01]),
        (0.001, [0.1, 0.090547, 0.065797, 0.035203, 0.010453, 0.001, 0.001859, 0.004109]),
    ],
)
def test_a_cosine_goes_on_from_a_rate_set_by_hand(eta_min, expected):
    """With eta_min the initial rate, its own rate is eta_min at every step; the numbers are PyTorch's."""
    optimizer = SGD(0.01)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, 5, eta_min)
    optimizer.lr = 0.1
    assert rates(optimizer, [scheduler], 8) == pytest.approx(expected, rel=1e-3)


def test_the_last_rate_is_what_the_scheduler_set():
    """As in PyTorch; a second scheduler, or a hand, may have set another since."""
    optimizer = SGD(0.1)
    first, second = (lr_scheduler.ExponentialLR(optimizer, 0.5) for _ in range(2))
    plateau = lr_scheduler.ReduceLROnPlateau(optimizer)
    for scheduler in (first, second):
        scheduler.step()
    optimizer.lr = 0.9
    found = [*first.get_last_lr(), *second.get_last_lr(), *plateau.get_last_lr()]
    assert found == pytest.approx([0.05, 0.025, 0.1])
    for make, scheduler in (
        (lambda o: lr_scheduler.ExponentialLR(o, 0.5), second),
        (lr_scheduler.ReduceLROnPlateau, plateau),
    ):
        again = make(SGD(0.1))
        again.load_state_dict(scheduler.state_dict())
        assert (again.get_last_lr(), again.optimizer.lr) == (scheduler.get_last_lr(), 0.9)
        again.load_state_dict({k: v for k, v in scheduler.state_dict().items() if k != "_last_lr"})
        assert again.get_last_lr() == [0.9]


def test_a_second_scheduler_s_last_rate_is_what_it_found_times_its_factor():
    optimizer = SGD(0.1)
    lr_scheduler.ConstantLR(optimizer, 0.5)
    second = lr_scheduler.ConstantLR(optimizer, 0.5)
    assert optimizer.lr == pytest.approx(0.025)
    assert second.get_last_lr() == [optimizer.lr]
    cycle = lr_scheduler.CyclicLR(optimizer, 0.05, 0.5, 4, cycle_momentum=False)
    assert cycle.get_last_lr() == [optimizer.lr]


def test_a_state_of_pytorch_s_own_is_refused():
    """Its settings would be ignored."""
    theirs = {"step_size": 2, "gamma": 0.5, "base_lrs": [0.1], "last_epoch": 3, "_last_lr": [0.05]}
    scheduler = lr_scheduler.StepLR(SGD(0.1), 3, 0.9)
    with pytest.raises(ValueError, match=r"none of ours, for it holds base_lrs, gamma, step_size; make the"):
        scheduler.load_state_dict(theirs)
    assert (scheduler.t, scheduler.optimizer.lr) == (0, 0.1)


@pytest.mark.parametrize(
    ("whole", "point"),
    [
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 10, 0), lambda o: lr_scheduler.CosineAnnealingLR(o, 10)),
        (lambda o: lr_scheduler.StepLR(o, 3, 1), lambda o: lr_scheduler.StepLR(o, 3, 1.0)),
        (lambda o: lr_scheduler.PolynomialLR(o, 3, 2), lambda o: lr_scheduler.PolynomialLR(o, 3, 2.0)),
    ],
)
def test_a_setting_is_the_same_with_a_point(whole, point):
    for first, second in ((whole, point), (point, whole)):
        scheduler, again = first(SGD(0.5)), second(SGD(0.5))
        scheduler.step()
        again.load_state_dict(scheduler.state_dict())
        assert again.t == 1
    with pytest.raises(ValueError, match="the same settings"):
        lr_scheduler.StepLR(SGD(0.5), 3, 10).load_state_dict(lr_scheduler.StepLR(SGD(0.5), 3, 1).state_dict())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda o: lr_scheduler.PolynomialLR(o, 3), [0.5, 1 / 3, 1 / 6, 0, 0.1, 0.1, 0.2, 0.2]),
        (lambda o: lr_scheduler.LinearLR(o, 1.0, 0.0, 3), [0.5, 1 / 3, 1 / 6, 0, 0.1, 0.1, 0.2, 0.2]),
        (lambda o: lr_scheduler.LinearLR(o, 1.0, 0.5, 2), [0.5, 0.375, 0.25, 0.25, 0.1, 0.1, 0.2, 0.2]),
    ],
)
def test_a_rate_set_by_hand_after_the_end_is_kept(make, expected):
    """The rates are PyTorch 2.13's, though the line has ended at 0."""
    optimizer = SGD(0.5)
    found = rates(optimizer, [make(optimizer)], 8, {3: 0.1, 5: 0.2})
    assert found == pytest.approx(expected)
