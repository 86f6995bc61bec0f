"""Each patient has one thing wrong, and is healthy without it."""

from dataclasses import fields, replace

import numpy as np
import pytest

from d2l_utils.averages import ExponentialAverage
from d2l_utils.data import minibatches
from d2l_utils.models import TwoLayerNet
from d2l_utils.optimizers import SGD, Momentum
from d2l_utils.ward import HEALTHY, NUM_TRAIN, PATIENTS, Setup, admit, train

CHANGED = {"H": {"num_examples", "epochs"}}


def changed(setup):
    return {each.name for each in fields(Setup) if getattr(setup, each.name) != getattr(HEALTHY, each.name)}


@pytest.mark.parametrize("name", PATIENTS)
def test_a_patient_differs_in_one_thing(name):
    found = changed(PATIENTS[name].setup)
    assert found == CHANGED.get(name, found)
    assert len(found) == len(CHANGED.get(name, "1"))


def test_the_causes_differ():
    assert len({each.cause for each in PATIENTS.values()}) == len(PATIENTS) == 10


def test_the_healthy_run_is_healthy_and_begins_at_ln_10():
    run = train(HEALTHY)
    assert abs(run.train_loss[0] - np.log(10)) < 0.01
    assert run.validation_accuracy[-1] > 0.96
    assert run.train_loss[-1] < 0.01 < run.validation_loss[-1] < 0.1
    assert run.loss.shape == (720,)
    assert run.train_loss.shape == (21,)


@pytest.mark.parametrize("name", PATIENTS)
def test_a_patient_is_sick(name):
    run = train(PATIENTS[name].setup)
    if name == "E":
        assert run.validation_accuracy[-1] == 1
    elif name in "DG":  # it may find back, after an explosion
        assert np.nanmax(run.train_loss) > 100
    else:
        assert run.validation_loss[-1] > 0.3


def test_a_loss_that_is_not_finite_ends_a_training():
    run = train(replace(HEALTHY, lr=1e200, epochs=3))
    assert not np.isfinite(run.loss[-1])
    assert len(run.train_loss) == 2


def test_the_loop_is_the_one_of_the_book():
    ready, setup = admit(HEALTHY), replace(HEALTHY, epochs=2)
    optimizer = Momentum(lr=setup.lr_after, momentum=0.9)
    for _ in range(2):
        for batch in minibatches(*ready.train, 32, ready.rng):
            optimizer.update(ready.model.params, ready.model.gradient(*batch))
    for key, p in train(setup).model.params.items():
        assert np.array_equal(p, ready.model.params[key])


def test_a_look_is_what_the_model_says():
    run = train(replace(HEALTHY, epochs=1), 2)
    ready = admit(HEALTHY, 2)
    for at, model in ((0, ready.model), (1, run.model)):
        model.weight_decay = 0.0
        assert run.train_loss[at] == model.loss(*ready.train)
        assert run.validation_loss[at] == model.loss(*ready.validation)
        assert run.train_accuracy[at] == model.accuracy(*ready.train)
        assert run.validation_accuracy[at] == model.accuracy(*ready.validation)


def decayed(rng):
    model = HEALTHY.start(rng)
    model.weight_decay = 0.1
    return model


def test_a_look_counts_the_penalty():
    run = train(replace(HEALTHY, epochs=1, start=decayed))
    assert run.train_loss[-1] == run.model.loss(*admit(HEALTHY).train)


def test_without_curves_only_the_ends_are_seen():
    setup = replace(HEALTHY, epochs=3)
    whole, ends = train(setup, 1), train(setup, 1, curves=False)
    assert np.array_equal(ends.validation_loss, whole.validation_loss[[0, -1]])
    assert np.array_equal(ends.loss, whole.loss)
    with np.errstate(all="ignore"):
        lost = train(replace(HEALTHY, lr=1e200, epochs=3), curves=False)
    assert len(lost.train_loss) == 2
    assert not np.isfinite(lost.loss[-1])


def test_a_method_gets_the_rate_of_each_update():
    setup, seen = replace(HEALTHY, epochs=2), []

    def sgd(rate):
        seen.append(rate)
        return SGD(lr=rate)

    moved = train(replace(setup, method=sgd)).model.params
    ready, optimizer = admit(setup), SGD(lr=setup.lr_after)
    for _ in range(2):
        for batch in minibatches(*ready.train, 32, ready.rng):
            optimizer.update(ready.model.params, ready.model.gradient(*batch))
    assert all(np.array_equal(p, ready.model.params[key]) for key, p in moved.items())
    assert [seen[0](t) for t in (0, 36, 72)] == [0.1, 0.05, 0.0]


def test_a_watch_sees_the_parameters_after_each_update():
    average, places = ExponentialAverage(0.9), []

    def watch(params):
        average.update(params)
        places.append(params["b2"].copy())

    run = train(replace(HEALTHY, epochs=1), watch=watch)
    assert len(places) == average.t == 36
    assert np.array_equal(places[-1], run.model.params["b2"])
    assert not np.array_equal(places[0], places[1])


def test_nobody_validates_on_what_was_trained_on_but_the_leak():
    for name, each in PATIENTS.items():
        ready = admit(each.setup)
        seen = {row.tobytes() for row in ready.train.x}
        shared = sum(row.tobytes() in seen for row in ready.validation.x)
        assert shared == (287 if name == "E" else 0)


def test_a_seed_decides_about_everything():
    one, again, other = (train(replace(HEALTHY, epochs=1), seed) for seed in (3, 3, 4))
    assert np.array_equal(one.loss, again.loss)
    assert not np.array_equal(one.loss, other.loss)
    assert isinstance(one.model, TwoLayerNet)


@pytest.mark.parametrize("number", [0, NUM_TRAIN + 1])
def test_a_number_of_examples_that_there_is_not(number):
    with pytest.raises(ValueError, match=f"num_examples must be from 1 to 1150; got {number}"):
        admit(replace(HEALTHY, num_examples=number))
