"""TensorFlow's recorded steps: its printed formula and our RMSProp take them, wrong ones do not."""

import numpy as np
import pytest

from d2l_utils import RMSProp, WeightDecay
from d2l_utils.frameworks import like_keras, like_optax, like_torch
from d2l_utils.frameworks.recorded import SEED, load_tensorflow, runs
from tests.parity import tensorflow
from tests.parity.tensorflow import apart, single
from tools import tensorflow_rmsprop as tool

RECORDED = load_tensorflow()
each_run = pytest.mark.parametrize("run", runs())
KERAS = "places of tf.keras.optimizers.RMSprop"


def walked(run, make, penalty=tool.PENALTY, late=0):
    """Return the places, with the penalty in the gradient, of an optimizer made of the rate."""
    start, gradients, rate = runs()[run]
    optimizer = make(lambda t: single(rate(max(t - late, 0))))
    w, path = start.copy(), []
    for g in gradients:
        optimizer.update(w, g + penalty * w)
        path.append(w.copy())
    return np.array(path)


def ours(eps=0.0, eps_root=1e-3, start=1.0, inside=True):
    return lambda rate: RMSProp(
        rate, single(0.9), single(eps), single(eps_root), momentum=single(0.9),
        initial_accumulator=start, lr_in_velocity=inside,
    )  # fmt: skip


@each_run
def test_the_formula_of_the_kernel(run):
    """`ResourceApplyRMSProp`, as its documentation prints it: ms, mom and var."""
    start, gradients, rate = runs()[run]
    rho = momentum = float(np.float32(0.9))
    epsilon = float(np.float32(0.001))
    var, ms, mom = start.copy(), np.ones(4), np.zeros(4)
    for t, g in enumerate(gradients):
        grad = g + 1e-5 * var
        ms = rho * ms + (1 - rho) * grad * grad
        mom = momentum * mom + float(np.float32(rate(t))) * grad / np.sqrt(ms + epsilon)
        var = var - mom
        np.testing.assert_allclose(var, RECORDED["places"][run][t], rtol=1e-10, atol=1e-10 * abs(start).max())


def test_two_steps_by_hand():
    s = [0.90001, 0.9 * 0.90001 + 0.1 * 0.0001]
    v = [0.01 / (s[0] + 0.001) ** 0.5]
    v.append(0.9 * v[0] + 0.01 / (s[1] + 0.001) ** 0.5)
    np.testing.assert_allclose(-np.cumsum(v), RECORDED["two steps"], rtol=1e-6)


@each_run
def test_tensorflow_takes_our_steps(run):
    assert apart(walked(run, ours()), run) < 1e-10

    def optax(rate):
        return like_optax.rmsprop(rate, single(0.9), single(1e-3), 1.0, momentum=single(0.9))

    assert apart(walked(run, optax), run) < 1e-10


WRONG = {
    "start": ({"start": 0.0}, {}, runs()),
    "epsilon": ({"eps": 1e-3, "eps_root": 0.0}, {}, runs()),
    "rate": ({"inside": False}, {}, ["25, a change"]),  # at a constant rate it is the same
    "no penalty": ({}, {"penalty": 0.0}, runs()),
    "penalty doubled": ({}, {"penalty": 2e-5}, runs()),
    "clock": ({}, {"late": 1}, ["25, a change"]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_each_difference_is_seen(wrong):
    settings, loop, where = WRONG[wrong]
    for run in runs():
        seen = apart(walked(run, ours(**settings), **loop), run) > 1e-5
        assert seen == (run in where), run


@each_run
def test_what_the_guide_puts_in_its_place_is_keras_and_is_another(run):
    keras = walked(run, lambda rate: like_keras.RMSprop(rate, single(0.9), single(0.9), single(1e-3)))
    assert apart(keras, run, KERAS) < 1e-6
    assert apart(keras, run) > 0.5
    assert apart(walked(run, lambda rate: like_torch.RMSprop(rate, 0.9, 1e-3, momentum=0.9)), run) > 0.5


def test_the_tool_and_the_record_are_of_one_problem():
    assert RECORDED["seed"] == SEED
    assert RECORDED["settings"] == {**tool.SETTINGS, "penalty": tool.PENALTY}
    for key in ("places", KERAS):
        assert list(RECORDED[key]) == list(runs())
    assert len(RECORDED["losses"]) == tool.EPOCHS
    assert tool.differences(RECORDED, RECORDED) == []
    touched = {**RECORDED, "two steps": [1.001 * place for place in RECORDED["two steps"]]}
    assert tool.differences(RECORDED, touched) == ["two steps"]


def test_the_tool_says_when_tensorflow_takes_other_steps(monkeypatch, capsys):
    monkeypatch.setattr(tool, "import_module", lambda name: name)
    monkeypatch.setattr(tool, "taken", lambda tf: RECORDED)
    assert tool.main(["--check"]) == 0
    assert capsys.readouterr().out == "as recorded\n"
    monkeypatch.setattr(tool, "taken", lambda tf: {**RECORDED, "losses": RECORDED["losses"][:-1]})
    assert tool.main(["--check"]) == 1
    assert capsys.readouterr().out == "other: losses\n"


@pytest.mark.parametrize("framework", tensorflow.WALKS)
def test_make_parity_sees_a_touched_record(framework, monkeypatch):
    live = {run: np.array(RECORDED[tensorflow.WALKS[framework][0]][run]) for run in runs()}
    monkeypatch.setitem(
        tensorflow.WALKS, framework, (tensorflow.WALKS[framework][0], lambda run: live[run], 1e-10)
    )
    assert all(apart <= tolerance for _, _, apart, tolerance in tensorflow.rows(framework))
    live["25 steps"] = live["25 steps"] * (1 + 1e-8)
    assert [apart > tolerance for _, _, apart, tolerance in tensorflow.rows(framework)] == [
        True, False, False
    ]  # fmt: skip


def test_a_decay_in_the_optimizer_is_the_penalty():
    def decaying(rate):
        return WeightDecay(ours()(rate), tool.PENALTY)

    assert apart(walked("25 steps", decaying, penalty=0.0), "25 steps") < 1e-10
