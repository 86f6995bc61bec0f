"""What is wrong is refused before anything changes, with what was given and what was expected."""

import numpy as np
import pytest

from d2l_utils import SGD, AdaDelta, AdaGrad, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp, Split
from d2l_utils.averages import Average
from tests.rules import OPTIMIZERS

NAN = np.nan

# class, settings, error, message
SETTINGS = [
    (SGD, {"lr": -0.1}, ValueError, "lr must be finite and at least 0; got -0.1"),
    (SGD, {"lr": NAN}, ValueError, "lr must be finite and at least 0; got nan"),
    (SGD, {"lr": np.inf}, ValueError, "lr must be finite"),
    (SGD, {"lr": "fast"}, TypeError, "lr must be a number or an array of numbers; got 'fast'"),
    (SGD, {"lr": None}, TypeError, "lr must be a number"),
    (SGD, {"lr": True}, TypeError, "lr must be a number"),
    (SGD, {"lr": 1j}, TypeError, "lr must be a number"),
    (SGD, {"lr": [0.1, -0.1]}, ValueError, "at least 0"),
    (SGD, {"lr": [[0.1], [0.1, 0.2]]}, TypeError, "lr must be a number or an array"),
    (Momentum, {"momentum": 1}, ValueError, "momentum must be finite and at least 0 and below 1; got 1"),
    (Momentum, {"momentum": -0.1}, ValueError, "momentum must be"),
    (Momentum, {"momentum": [0.5, 1.0]}, ValueError, "below 1"),
    (Momentum, {"momentum": lambda t: 0.9}, TypeError, "momentum must be a number"),
    (Nesterov, {"momentum": 1.5}, ValueError, "below 1; got 1.5"),
    (AdaGrad, {"eps": -1e-8}, ValueError, "eps must be finite and at least 0"),
    (AdaGrad, {"eps_root": NAN}, ValueError, "eps_root must be finite"),
    (AdaGrad, {"initial_accumulator": -1}, ValueError, "initial_accumulator must be"),
    (RMSProp, {"rho": 1.0}, ValueError, "rho must be finite and at least 0 and below 1; got 1.0"),
    (AdaDelta, {"rho": 2}, ValueError, "rho must be"),
    (AdaDelta, {"eps": "1e-6"}, TypeError, "eps must be a number"),
    (Adam, {"beta1": 1}, ValueError, "beta1 must be"),
    (Adam, {"beta2": 1}, ValueError, "beta2 must be"),
    (Adam, {"eps": -1}, ValueError, "eps must be"),
    (Adam, {"momentum": 0.9}, TypeError, "Adam has no setting 'momentum'; it has lr, beta1, beta2, eps,"),
    (Adam, {"weight_decay": 0.1}, TypeError, "Adam has no setting 'weight_decay'"),
    (Optimizer, {"learning_rate": 0.1}, TypeError, "Optimizer has no setting 'learning_rate'; it has lr$"),
    (AdamW, {"weight_decay": -0.1}, ValueError, "weight_decay must be finite and at least 0; got -0.1"),
    (AdamW.from_paper, {"alpha": 0, "weight_decay": 0.1}, ValueError, "alpha must be above 0; got 0"),
    (AdamW.from_paper, {"alpha": -1, "weight_decay": 0.1}, ValueError, "alpha must be finite and at least 0"),
    (AdamW.from_paper, {"alpha": [1, 2], "weight_decay": 0}, TypeError, "alpha must be one number; got"),
    (AdamW.from_paper, {"alpha": 1, "weight_decay": -1}, ValueError, "weight_decay must be"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "settings", "error", "message"), SETTINGS)
def test_a_wrong_setting_is_refused(make, settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)


def frozen(array):
    array.flags.writeable = False
    return array


def given(**changes):
    return {"W": np.ones((2, 3)), "b": np.ones(3), **changes}


def without_b():
    return {"W": np.ones((2, 3))}


F3, I3, F4 = np.ones(3), np.ones(3, int), np.ones(4)
OK = given()

# params, grads, error, message
UPDATES = {
    "missing gradient": (OK, without_b(), ValueError, r"grads has no entry 'b'; params has \['W', 'b'\]"),
    "extra gradient": (OK, given(c=F3), ValueError, r"params has no entry 'c'; grads has \['W', 'b', 'c'\]"),
    "shape": (OK, given(b=F4), ValueError, r"grads\['b'\] has shape \(4,\); params\['b'\] has shape \(3,\)"),
    "broadcast": (OK, given(b=np.ones(1)), ValueError, r"grads\['b'\] has shape \(1,\)"),
    "integer parameter": (given(b=I3), OK, TypeError, r"params\['b'\] must be .*floating.*; got dtype int64"),
    "integer gradient": (OK, given(b=I3), TypeError, r"grads\['b'\] must be .*; got dtype int64"),
    "complex parameter": (given(b=F3 * 1j), OK, TypeError, r"params\['b'\] .* got dtype complex128"),
    "list": (given(b=[1.0, 1.0, 1.0]), OK, TypeError, r"params\['b'\] must be an ndarray.* got type list"),
    "number as gradient": (OK, given(b=1.0), TypeError, r"grads\['b'\] must be .* got type float"),
    "read-only": (given(b=frozen(np.ones(3))), OK, ValueError, r"params\['b'\] is read-only"),
    "array and dict": (F3, OK, TypeError, "of NumPy arrays, or two NumPy arrays; got ndarray and dict"),
    "dict and array": (OK, F3, TypeError, "got dict and ndarray"),
    "list of arrays": ([F3], [F3], TypeError, "got list and list"),
    "NaN": (OK, given(b=np.array([1, NAN, NAN])), ValueError, r"grads\['b'\] has 2 entries .* of 3"),
    "infinity": (OK, given(W=np.full((2, 3), np.inf)), ValueError, r"grads\['W'\] has 6 entries"),
    "a key more than before": (given(c=F3), given(c=F3), ValueError, "this optimizer keeps state for"),
    "a key less than before": (without_b(), without_b(), ValueError, r"\['W'\].* state for \['W', 'b'\]"),
    "a shape unlike before": (
        given(b=F4), given(b=F4), ValueError,
        r"params\['b'\] has shape \(4,\); its state '\w+' has shape \(3,\)",
    ),
    "a dtype unlike before": (
        given(b=np.ones(3, np.float32)), OK, ValueError,
        r"params\['b'\] has dtype float32; its state '\w+' has dtype float64",
    ),
}  # fmt: skip
BEFORE_ANY_STATE = [case for case in UPDATES if "before" not in case]


def snapshot(value):
    """Return a comparable copy of parameters or state."""
    if isinstance(value, dict):
        return {key: snapshot(entry) for key, entry in value.items()}
    return (str(value.dtype), value.tolist()) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("case", UPDATES)
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_refused_update_changes_nothing(make, case):
    params, grads, error, message = UPDATES[case]
    optimizers = [make()] if case in BEFORE_ANY_STATE else []
    after_an_update = make()
    after_an_update.update(given(), given(), check_finite=True)
    if after_an_update.slots or case in BEFORE_ANY_STATE:
        optimizers.append(after_an_update)
    for optimizer in optimizers:
        before = str(snapshot(params)), optimizer.t, snapshot(optimizer.state_dict())
        with pytest.raises(error, match=message):
            optimizer.update(params, grads, check_finite=True)
        assert (str(snapshot(params)), optimizer.t, snapshot(optimizer.state_dict())) == before


# settings, shape of the parameters, message
SWEEPS = [
    ({"lr": [0.1, 0.2]}, (3,), r"shape \(2,\) sweep the last axis; params\['params'\] has shape \(3,\)"),
    ({"lr": [0.1, 0.2]}, (2, 3), r"shape \(2,\) sweep"),
    ({"lr": [0.1, 0.2]}, (), r"has shape \(\)"),
    ({"lr": [0.1, 0.2]}, (1,), r"has shape \(1,\)"),
    ({"lr": [[0.1], [0.2]]}, (2,), r"shape \(2, 1\) sweep"),
    ({"lr": [[0.1], [0.2]]}, (3, 1), r"shape \(2, 1\) sweep"),
    ({"lr": [0.1, 0.2], "momentum": [0.5, 0.6, 0.7]}, (3,), "lr.*momentum|momentum.*lr|shape"),
]


@pytest.mark.parametrize(("settings", "shape", "message"), SWEEPS)
def test_a_sweep_of_another_shape_is_refused(settings, shape, message):
    optimizer, w = Momentum(**{"momentum": 0.5, **settings}), np.ones(shape)
    with pytest.raises(ValueError, match=message):
        optimizer.update(w, np.ones(shape))
    assert np.array_equal(w, np.ones(shape))
    assert optimizer.state_dict() == {"t": 0, "method": "Momentum", "state": {}}


@pytest.mark.parametrize(("rate", "error"), [(-1.0, ValueError), (NAN, ValueError), ("x", TypeError)])
def test_a_wrong_rate_from_a_schedule_is_refused(rate, error):
    optimizer, w = Momentum(lr=lambda t: rate if t else 0.1), np.ones(2)
    optimizer.update(w, np.ones(2))
    before = w.tolist(), snapshot(optimizer.state_dict())
    with pytest.raises(error, match="lr must be"):
        optimizer.update(w, np.ones(2))
    assert (w.tolist(), snapshot(optimizer.state_dict())) == before


STATE = {"w": {"v": np.ones(2)}}
STATES = [
    (None, "a saved state holds 't' and 'state'"),
    (np.ones(2), "a saved state holds 't' and 'state'"),
    ({}, "a saved state holds 't' and 'state'"),
    ({"t": 1}, "a saved state holds"),
    ({"t": 1.5, "state": {}}, "a saved state holds"),
    ({"t": -1, "state": {}}, "t must be at least 0; got -1"),
    ({"t": 1, "state": [1]}, "a saved state holds"),
    ({"t": 1, "state": {"w": 3}}, "a saved state holds"),
    ({"t": 1, "state": {"w": {"m": np.ones(2)}}}, r"state of 'w' has \['m'\]; Momentum keeps \['v'\]"),
    ({"t": 1, "state": {"w": {}}}, r"state of 'w' has \[\]; Momentum keeps \['v'\]"),
]


@pytest.mark.parametrize(("saved", "message"), STATES)
def test_a_state_of_another_kind_is_refused(saved, message):
    optimizer = Momentum()
    optimizer.load_state_dict({"t": 3, "state": STATE})
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved)
    assert snapshot(optimizer.state_dict()) == snapshot({"t": 3, "method": "Momentum", "state": STATE})


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_what_the_first_update_refuses_no_later_one_takes(make):
    """A later update looks only at what may have changed."""
    w, g, optimizer = np.ones(3), np.full(3, 0.5), make()
    for wrong, error in (
        (np.ma.array(g, mask=[0, 1, 0]), TypeError),
        (np.ma.array(g), TypeError),
        (g.astype(int), TypeError),
        (g.astype(complex), TypeError),
        (g.tolist(), TypeError),
        (np.float64(0.5), TypeError),
        (g[:2], ValueError),
        (g[None], ValueError),
    ):
        told = set()
        for again in (make(), optimizer):
            if again is optimizer:
                optimizer.update(w, g)
            before = w.tolist(), snapshot(again.state_dict())
            with pytest.raises(error) as refused:
                again.update(w, wrong)
            assert (w.tolist(), snapshot(again.state_dict())) == before
            told.add(str(refused.value))
        assert len(told) == 1


def test_an_array_of_a_subclass_is_as_good_as_another(tmp_path):
    w, g = np.ones(3), np.memmap(tmp_path / "g", float, "w+", shape=3)
    g[:] = 0.5
    optimizer = Momentum(0.5, momentum=0.5)
    optimizer.update(w, g)
    known = optimizer._known
    optimizer.update(w, g)
    assert optimizer._known is known  # nothing was laid out anew
    np.testing.assert_array_equal(w, 1 - 0.25 - 0.375)


def test_nan_passes_where_it_was_not_asked_to_be_refused():
    w = np.ones(2)
    SGD(lr=1.0).update(w, np.array([1.0, NAN]))
    assert w[0] == 0
    assert np.isnan(w[1])


def test_an_initial_state_that_does_not_fit_the_sweep_is_refused():
    for make in (AdaGrad, RMSProp):
        w = np.ones(3)
        with pytest.raises(ValueError, match=r"hyper-parameters of shape \(2,\) sweep the last axis; params"):
            make(initial_accumulator=[0.1, 0.2]).update(w, np.ones(3))


def test_keys_need_no_order():
    row = np.ones(4)
    params = {0: row[:2], "b": row[:2], (1,): row[2:]}
    SGD(0.5).update(params, {key: np.ones(2) for key in params})
    np.testing.assert_array_equal(row, [0, 0, 0.5, 0.5])


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_no_parameters_are_no_step(make):
    """It would count, and the first step of the parameters to come would be corrected as a later one."""
    for optimizer in (make(), Split(make(), make()), Average()):
        arguments = ({},) if isinstance(optimizer, Average) else ({}, {})
        with pytest.raises(ValueError, match="params is empty"):
            optimizer.update(*arguments)
        assert optimizer.t == 0
