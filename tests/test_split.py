"""Two optimizers side by side: who takes what, nothing half done, and a training with both."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, Adam, Momentum, Muon, ScheduleFreeSGD, Split, WeightDecay, bowl, descend
from d2l_utils.data import load_digits
from d2l_utils.frameworks.like_torch import lr_scheduler
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers.split import is_matrix
from d2l_utils.schedules import ReduceLROnPlateau, StepDecay, Stepper
from d2l_utils.training import fit
from tests.helpers import gradients


def params(seed=0):
    shapes = {"W": (3, 2), "b": (2,), "kernel": (2, 1, 2, 2), "embedding": (5, 2), "gain": ()}
    return {key: np.array(gradients(shape, 1, seed + i)[0]) for i, (key, shape) in enumerate(shapes.items())}


def test_each_takes_the_steps_it_would_take_alone():
    ours, alone = params(), params()
    optimizer, muon, adam = Split(Muon(lr=0.1), Adam(lr=0.1)), Muon(lr=0.1), Adam(lr=0.1)
    for seed in range(1, 5):
        grads = params(seed)
        optimizer.update(ours, grads)
        for each, keys in ((muon, ("W", "kernel", "embedding")), (adam, ("b", "gain"))):
            each.update({key: alone[key] for key in keys}, {key: grads[key] for key in keys})
    for key, p in ours.items():
        np.testing.assert_array_equal(p, alone[key])
    assert optimizer.t == optimizer.first.t == optimizer.rest.t == 4


def test_the_reader_says_which():
    ours, grads = params(), params(1)
    before = params()
    hidden = lambda name, p: p.ndim == 2 and name != "embedding"  # noqa: E731
    Split(SGD(lr=1.0), SGD(lr=0.0), which=hidden).update(ours, grads)
    moved = {key for key, p in ours.items() if not np.array_equal(p, before[key])}
    assert moved == {"W"}


def test_three_side_by_side():
    ours, grads, before = params(), params(1), params()
    inner = Split(SGD(lr=2.0), SGD(lr=3.0), which=lambda name, p: name == "b")
    Split(SGD(lr=1.0), inner).update(ours, grads)
    for key, lr in (("W", 1.0), ("b", 2.0), ("gain", 3.0)):
        np.testing.assert_allclose(ours[key], before[key] - lr * grads[key])


class Failing(SGD):
    def update(self, *args, **settings):
        raise RuntimeError("no further")


def test_nothing_has_changed_after_an_error_of_the_second():
    ours, before = params(), params()
    optimizer = Split(Momentum(lr=0.1), SGD(lr=0.1))
    optimizer.update(ours, params(1))
    before, kept = {key: p.copy() for key, p in ours.items()}, optimizer.state_dict()
    optimizer = Split(optimizer.first, Failing(lr=0.1))
    with pytest.raises(RuntimeError, match="no further"):
        optimizer.update(ours, params(2))
    for key, p in ours.items():
        np.testing.assert_array_equal(p, before[key])
    assert (optimizer.t, optimizer.first.t) == (0, 1)
    np.testing.assert_array_equal(optimizer.first._state["W"]["v"], kept["first"]["state"]["W"]["v"])


def test_a_schedule_is_not_asked_again_for_an_update_that_was_refused():
    asked = []

    def rate(t):
        asked.append(t)
        return 0.1

    optimizer = Split(SGD(lr=rate), Failing(lr=0.1))
    for _ in range(3):
        with pytest.raises(RuntimeError):
            optimizer.update(params(), params(1))
    assert asked.count(0) == 1


def test_a_wrong_gradient_is_refused_before_either_moves():
    ours, grads, before = params(), params(1), params()
    grads["gain"] = np.zeros(3)
    with pytest.raises(ValueError, match="gain"):
        Split(SGD(lr=1.0), SGD(lr=1.0)).update(ours, grads)
    np.testing.assert_array_equal(ours["W"], before["W"])


def test_the_state_goes_on_where_it_was():
    make = lambda: Split(Muon(lr=0.1), Adam(lr=0.1))  # noqa: E731
    ours, resumed, first, second = params(), params(), make(), make()
    first.update(ours, params(1))
    second.load_state_dict(first.state_dict())
    for key, p in resumed.items():
        p[...] = ours[key]
    for optimizer, each in ((first, ours), (second, resumed)):
        optimizer.update(each, params(2))
    for key, p in ours.items():
        np.testing.assert_array_equal(p, resumed[key])
    kept = second.state_dict()
    with pytest.raises(ValueError, match="holds 't', 'first' and 'rest'"):
        second.load_state_dict({"t": 1})
    with pytest.raises(ValueError, match=r"the saved state of .* has \['v'\]"):
        second.load_state_dict({**kept, "rest": kept["first"]})
    assert second.state_dict()["first"]["t"] == 2


def test_what_is_no_pair_of_optimizers_is_refused():
    with pytest.raises(TypeError, match="first must be an optimizer"):
        Split(Muon, Adam())
    with pytest.raises(ValueError, match="two parts are one optimizer"):
        Split(*[SGD(lr=0.1)] * 2)
    with pytest.raises(TypeError, match="which must be a function"):
        Split(SGD(lr=0.1), Adam(), which="W")
    with pytest.raises(TypeError, match=r"which\('W', \.\.\.\) must be True or False; got 1"):
        Split(SGD(lr=0.1), Adam(), which=lambda name, p: 1).update(params(), params())


def test_what_is_evaluated_is_the_average_of_a_schedule_free_one():
    ours, optimizer, alone = params(), Split(Muon(lr=0.1), ScheduleFreeSGD(lr=0.1)), ScheduleFreeSGD(lr=0.1)
    b = ours["b"].copy()
    for seed in range(1, 4):
        optimizer.update(ours, params(seed))
        alone.update({"b": b, "gain": np.array(0.0)}, {key: params(seed)[key] for key in ("b", "gain")})
    found = optimizer.averaged(ours)
    np.testing.assert_array_equal(found["W"], ours["W"])
    assert found["W"] is not ours["W"]
    np.testing.assert_allclose(found["b"], alone.averaged({"b": b, "gain": np.array(0.0)})["b"])
    assert not np.allclose(found["b"], ours["b"])
    np.testing.assert_array_equal(Split(Muon(), SGD(lr=0.1)).averaged(b), b)


def test_one_of_them_may_have_nothing_to_do():
    w = np.ones(2)
    optimizer = Split(Muon(lr=0.1), SGD(lr=0.5))
    optimizer.update(w, w.copy())
    np.testing.assert_array_equal(w, 0.5)


def test_a_network_is_trained_by_both():
    train, test = load_digits()
    rng = np.random.default_rng(0)
    model = TwoLayerNet(64, 32, 10, rng=rng)
    optimizer = Split(Muon(lr=0.02, factor="columns"), Adam(lr=0.002))
    history = fit(model, train, optimizer, epochs=5, batch_size=32, rng=rng, validation=test)
    assert history.validation_accuracy[-1] > 0.94
    assert optimizer.t == len(history.loss)


def test_no_part_of_a_part_is_the_same_optimizer():
    shared = SGD(lr=0.1)
    with pytest.raises(ValueError, match="two parts are one optimizer"):
        Split(shared, Split(Adam(), shared))


def test_what_would_do_nothing_cannot_be_set():
    optimizer = Split(Muon(), Adam())
    for name in ("lr", "t", "weight_decay"):
        with pytest.raises(AttributeError, match=r"no '.*' to set; it has first, rest, which"):
            setattr(optimizer, name, 1)
    for name in ("first", "rest"):
        with pytest.raises(AttributeError, match=f"{name} is fixed when Split is made"):
            setattr(optimizer, name, SGD(lr=0.1))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_goes_on_by_itself(copied):
    optimizer, ours = Split(Muon(lr=0.1), Split(Adam(lr=0.1), SGD(lr=0.1), which=is_matrix)), params()
    optimizer.update(ours, params(1))
    second, theirs = copied(optimizer), copy.deepcopy(ours)
    for seed in (2, 3):
        optimizer.update(ours, params(seed))
        second.update(theirs, params(seed))
    assert second.t == second.first.t == optimizer.t == 3
    for key, p in ours.items():
        np.testing.assert_array_equal(p, theirs[key])


def test_a_gradient_that_is_a_parameter_of_the_other_part_counts_as_it_was():
    ours = {"W": np.ones((2, 2)), "b": np.zeros(2)}
    Split(SGD(lr=1.0), SGD(lr=1.0)).update(ours, {"W": np.full((2, 2), 0.25), "b": ours["W"][0]})
    np.testing.assert_array_equal(ours["b"], [-1.0, -1.0])


def test_a_part_without_parameters_does_not_count_what_it_did_not_do():
    started = []
    optimizer = Split(Adam(lr=0.1), SGD(lr=0.1), which=lambda name, p: bool(started))
    w = np.ones(1)
    for _ in range(5):
        optimizer.update(w, np.ones(1))
    assert (optimizer.t, optimizer.first.t, optimizer.rest.t) == (5, 0, 5)


def test_a_split_comes_first_too_and_is_put_back():
    def rate(t):
        asked.append(t)
        return 0.1

    asked = []
    inner = Split(Adam(lr=rate), SGD(lr=0.1), which=lambda name, p: name == "W")
    optimizer = Split(inner, Muon(lr=0.1), which=lambda name, p: name != "b")
    ours = {"W": np.ones((2, 2)), "b": np.ones(2)}
    with pytest.raises(ValueError, match="whole matrices"):
        optimizer.update(ours, {"W": np.ones((2, 2)), "b": np.ones(2)})
    assert np.all(ours["W"] == 1)
    assert (optimizer.t, inner.t, inner.first.t) == (0, 0, 0)
    inner.update({"W": ours["W"]}, {"W": np.ones((2, 2))})
    assert asked == [0]


def test_a_state_with_more_than_a_state_is_refused():
    optimizer = Split(Adam(lr=0.1), Adam(lr=0.1))
    optimizer.update(params(), params(1))
    with pytest.raises(ValueError, match="and nothing of lr; settings are attributes"):
        Split(Adam(), Adam()).load_state_dict(optimizer.state_dict() | {"lr": 0.5})


@pytest.mark.parametrize("make", [Stepper, ReduceLROnPlateau, lr_scheduler.StepLR, lr_scheduler.LambdaLR])
def test_a_scheduler_is_told_to_move_each_part(make):
    settings = {Stepper: [StepDecay(0.1)], ReduceLROnPlateau: []}.get(make, [lambda t: 1.0])
    if make is lr_scheduler.StepLR:
        settings = [10]
    with pytest.raises(TypeError, match=r"move split\.first and split\.rest, each"):
        make(Split(Adam(), Adam()), *settings)


@pytest.mark.parametrize(
    "use", [lambda split: WeightDecay(split, 0.5), lambda split: descend(split, bowl, num_steps=1)]
)
def test_what_takes_one_optimizer_says_so_of_a_split(use):
    with pytest.raises(TypeError, match=r"split\.first (and|or) split\.rest"):
        use(Split(Adam(), Adam()))
