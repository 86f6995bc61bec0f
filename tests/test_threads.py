"""Threads that share an optimizer take turns: each update, each setting and each copy is whole."""

import copy
import pickle
import sys
import threading
import time

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, Split, WeightDecay
from d2l_utils.averages import Average
from d2l_utils.frameworks import like_torch
from d2l_utils.optimizers import VectorMethod
from d2l_utils.schedules import Stepper


@pytest.fixture(autouse=True)
def hurried():
    """Let threads change as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*tasks):
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "make",
    [
        Adam,
        lambda: WeightDecay(Momentum(lr=1e-3), 0.1),
        lambda: Momentum(lambda t: 1e-3),
        lambda: Split(Momentum(lr=1e-3), Adam(), which=lambda name, p: name == "a"),
    ],
)
def test_two_threads_take_the_steps_of_one(make):
    def steps(optimizer, params, number):
        grads = {key: np.ones_like(p) for key, p in params.items()}
        for _ in range(number):
            optimizer.update(params, grads)

    shared, alone = ({"a": np.zeros(10_000), "b": np.zeros((3, 2))} for _ in range(2))
    optimizer = make()
    at_once(*[lambda: steps(optimizer, shared, 150)] * 2)
    steps(make(), alone, 300)
    assert optimizer.t == 300
    assert all(np.array_equal(shared[key], p) for key, p in alone.items())


def test_what_one_thread_takes_back_another_keeps():
    begun = threading.Event()

    def rate(t):
        if begun.is_set():
            return 1.0
        begun.set()
        time.sleep(0.05)  # the other thread may come in
        raise ValueError("no rate yet")

    optimizer = Split(Momentum(lr=1.0), SGD(rate), which=lambda name, p: name == "a")
    params, grads = {"a": np.zeros(2), "b": np.zeros(2)}, {"a": np.ones(2), "b": np.ones(2)}

    def refused():
        with pytest.raises(ValueError, match="no rate yet"):
            optimizer.update(params, grads)

    def taken():
        begun.wait()
        optimizer.update(params, grads)

    at_once(refused, taken)
    assert (optimizer.t, optimizer.first.t, optimizer.rest.t) == (1, 1, 1)
    assert all((p == -1.0).all() for p in params.values())


def test_threads_that_share_an_average_weigh_alike():
    class Slow(Average):
        def _share(self, t):
            time.sleep(0.01)
            return super()._share(t)

    average = Slow()
    at_once(*[lambda place=place: average.update(np.full(3, place)) for place in (1.0, 2.0, 6.0)])
    assert average.t == 3
    np.testing.assert_allclose(average.params, 3.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda optimizer: Stepper(optimizer, lambda t: 1 + t),
        lambda optimizer: like_torch.lr_scheduler.ExponentialLR(optimizer, 0.999),
        lambda optimizer: like_torch.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.999),
    ],
)
def test_two_threads_step_as_one(make):
    def step(scheduler, number):
        for _ in range(number):
            scheduler.step(*[1.0] * hasattr(scheduler, "patience"))

    shared, alone = (make(SGD(lr=1.0)) for _ in range(2))
    at_once(*[lambda: step(shared, 300)] * 3)
    step(alone, 900)
    assert shared.last_epoch == alone.last_epoch == 900
    assert shared.optimizer.lr == alone.optimizer.lr


def test_a_setting_from_another_thread_stays():
    class Between(Momentum):
        """Another thread sets the rate while the settings are gathered."""

        other = None

        def _by_name(self):
            found = super()._by_name()
            if self.other is None:
                self.other = threading.Thread(target=setattr, args=(self, "lr", 0.5))
                self.other.start()
                self.other.join(0.2)  # it may have to wait for the gathering
            return found

    optimizer = Between(lr=0.1)
    assert optimizer.arguments(1)[0] == 0.1
    optimizer.other.join()
    assert optimizer.arguments(1)[0] == optimizer.lr == 0.5


def test_a_copy_that_another_thread_takes_is_whole():
    """After t updates with a gradient of 1, the average m of all gradients is 1 − 0.9ᵗ."""
    optimizer, w, g = Adam(), np.zeros(5000), np.ones(5000)
    optimizer.update(w, g)
    done, taken = threading.Event(), []

    def walk():
        while not done.is_set():
            optimizer.update(w, g)

    def take():
        for take in (lambda o: o.state_dict(), copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))) * 10:
            taken.append(take(optimizer))
        done.set()

    at_once(walk, take)
    for each in taken:
        state = each if isinstance(each, dict) else each.state_dict()
        np.testing.assert_allclose(state["state"]["params"]["m"], 1 - 0.9 ** state["t"], rtol=1e-9)


def test_a_loss_that_updates_its_own_optimizer_is_refused():
    class Plain(VectorMethod):
        @staticmethod
        def rule(p, g, lr, loss):
            p -= lr * loss(p)[1]
            return p

    optimizer, w = Plain(lr=0.5), np.ones(2)

    def loss(params):
        optimizer.update(params, {"params": np.ones(2)}, loss=loss)

    with pytest.raises(RuntimeError, match="the loss of an update must not update this optimizer"):
        optimizer.update(w, np.ones(2), loss=loss)
    assert (w.tolist(), optimizer.t) == ([1, 1], 0)
    optimizer.update(w, np.ones(2), loss=lambda params: (1.0, {"params": np.ones(2)}))
    assert w.tolist() == [0.5, 0.5]
