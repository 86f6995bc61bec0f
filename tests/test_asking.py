"""A schedule is asked once for each update that is accepted, and for no other; so is it by a walk."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, WeightDecay, bowl, descend
from d2l_utils.frameworks import like_torch
from tests.rules import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


class Counting:
    """A schedule that remembers what it was asked."""

    def __init__(self, lr=0.1):
        self.lr, self.asked = lr, []

    def __call__(self, t):
        self.asked.append(t)
        return self.lr / (1 + t)


class FactorScheduler:
    """The schedule of Dive into Deep Learning: its rate changes whenever it is asked."""

    def __init__(self, factor=1, stop_factor_lr=1e-7, base_lr=0.1):
        self.factor, self.stop_factor_lr, self.base_lr = factor, stop_factor_lr, base_lr

    def __call__(self, num_update):
        self.base_lr = max(self.stop_factor_lr, self.base_lr * self.factor)
        return self.base_lr


def test_the_scheduler_of_d2l_gives_the_path_of_its_own_rates():
    x, y = bowl.start
    path = [(x, y)]
    for t in range(1, 6):
        slope_x, slope_y = bowl.gradient(x, y)
        x, y = x - 2.0 * 0.9**t * slope_x, y - 2.0 * 0.9**t * slope_y
        path.append((x, y))
    walked = descend(SGD(FactorScheduler(0.9, base_lr=2.0)), bowl, num_steps=5).points
    np.testing.assert_allclose(walked, path, rtol=1e-12)
    p, optimizer = np.array(bowl.start), SGD(FactorScheduler(0.9, base_lr=2.0))
    for point in path[1:]:
        with pytest.raises(ValueError, match="shape"):
            optimizer.update(p, np.ones(3))
        optimizer.update(p, np.array(bowl.gradient(*p)))
        np.testing.assert_allclose(p, point, rtol=1e-12)


@pytest.mark.parametrize("momentum", [0.9, np.array([0.5, 0.9])], ids=["floats", "sweep"])
@pytest.mark.parametrize("steps", [0, 1, 7])
@pytest.mark.parametrize("decayed", [False, True])
def test_a_walk_asks_once_for_each_step(steps, momentum, decayed):
    schedule = Counting()
    optimizer = Momentum(schedule, momentum)
    optimizer = WeightDecay(optimizer, 0.1) if decayed else optimizer
    assert descend(optimizer, bowl, num_steps=steps).points.shape[2:] == np.shape(momentum)
    assert schedule.asked == list(range(steps))
    descend(optimizer, bowl, num_steps=steps)
    assert schedule.asked == 2 * list(range(steps))


@every_optimizer
def test_an_update_asks_once_if_it_is_accepted_and_else_not_at_all(make):
    schedule = Counting()
    optimizer, params = make(lr=schedule), {"a": np.ones(3), "b": np.ones((2, 2))}
    grads = {key: np.ones_like(p) for key, p in params.items()}
    for t in range(4):
        for wrong in ({"a": grads["a"]}, grads | {"a": np.ones(2)}, grads | {"b": np.ones((2, 2), int)}):
            with pytest.raises((TypeError, ValueError)):
                optimizer.update(params, wrong)
        with pytest.raises(ValueError, match="NaN or infinite"):
            optimizer.update(params, grads | {"b": np.full((2, 2), np.nan)}, check_finite=True)
        with pytest.raises(TypeError, match="two dicts"):
            optimizer.update(params, None)
        assert schedule.asked == list(range(t))
        optimizer.update(params, grads)
        assert schedule.asked == list(range(t + 1))
        assert optimizer.t == t + 1


@every_optimizer
def test_an_answer_is_kept_for_the_next_try_if_the_update_fails_after_it(make):
    schedule = Counting(10.0)
    optimizer, p, twin, plain = make(lr=schedule), np.ones(3), np.ones(3), make(lr=Counting(10.0))
    bad = np.array([1.0, 1.7e308, 3e-320])
    with np.errstate(all="raise"):
        for t in range(3):
            for _ in range(2):
                with pytest.raises(FloatingPointError):
                    optimizer.update(p, bad)
                assert schedule.asked == list(range(t + 1))
            optimizer.update(p, np.ones(3))
            plain.update(twin, np.ones(3))
            assert schedule.asked == list(range(t + 1))
    assert np.array_equal(p, twin)


def test_a_new_schedule_and_a_new_setting_count_at_the_next_try():
    first, second = Counting(), Counting(0.5)
    inner = Momentum(first, 0.9)
    optimizer, p = WeightDecay(inner, 0.0), np.zeros(2)
    optimizer.update(p, np.ones(2))
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        optimizer.update(p, np.full(2, 1e-320))
    inner.momentum, optimizer.lr = 0.5, second
    optimizer.update(p, np.ones(2))
    assert (first.asked, second.asked) == ([0, 1], [1])
    np.testing.assert_allclose(p, -0.1 - (0.05 + 0.25))


def test_a_kept_answer_is_used_up_by_one_update():
    schedule = Counting()
    optimizer, p = SGD(schedule), np.zeros(2)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        optimizer.update(p, np.full(2, 1e-320))
    optimizer.update(p, np.ones(2))
    optimizer.load_state_dict(SGD().state_dict())
    optimizer.update(p, np.ones(2))
    assert schedule.asked == [0, 0]


def test_who_looks_at_an_optimizer_uses_up_nothing():
    schedule = Counting()
    optimizer, p = SGD(schedule), np.zeros(2)
    descend(optimizer, bowl, num_steps=1)
    optimizer.arguments(1)
    asked = len(schedule.asked)
    optimizer.update(p, np.ones(2))
    assert schedule.asked[asked:] == [0]
    twin = pickle.loads(pickle.dumps(copy.deepcopy(optimizer)))
    twin.update(p, np.ones(2))
    assert twin.lr.asked[-1] == 1


def two(a, b):
    return a + b


@pytest.mark.parametrize("schedule", [lambda: 0.1, two, lambda *, t: 0.1, type("Empty", (), {})])
@pytest.mark.parametrize(
    "make",
    [SGD, Adam, like_torch.SGD, lambda lr: WeightDecay(SGD(lr), 0.1), lambda lr: setattr(SGD(), "lr", lr)],
)
def test_a_callable_that_takes_no_number_of_updates_is_refused_at_once(make, schedule):
    with pytest.raises(
        TypeError, match=r"lr must be .* called with the number of updates made.*; got .*takes"
    ):
        make(lr=schedule)


def test_any_callable_of_one_number_is_a_schedule():
    for schedule in (
        lambda t: 0.1,
        lambda t, warm=3: 0.1,
        lambda *args: 0.1,
        {0: 0.1}.get,
        {0: 0.1}.__getitem__,
    ):
        p = np.ones(1)
        SGD(schedule).update(p, np.ones(1))
        assert p == 0.9
