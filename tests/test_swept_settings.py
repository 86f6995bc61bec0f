"""A swept setting is read-only where it is read; what is set goes through its check."""

import copy
import pickle

import numpy as np
import pytest

from d2l_utils import SGD, Momentum, WeightDecay
from d2l_utils.frameworks import like_keras, like_mxnet

MADE = [
    (lambda: SGD([0.1, 0.2]), "lr"),
    (lambda: WeightDecay(SGD([0.1, 0.2]), 0.1), "lr"),
    (lambda: like_keras.SGD([0.1, 0.2]), "learning_rate"),
    (lambda: like_mxnet.SGD(learning_rate=[0.1, 0.2]), "learning_rate"),
    (lambda: Momentum(0.1, [0.5, 0.9]), "momentum"),
    (lambda: pickle.loads(pickle.dumps(SGD([0.1, 0.2]))), "lr"),
    (lambda: copy.deepcopy(SGD([0.1, 0.2])), "lr"),
]


@pytest.mark.parametrize(("make", "name"), MADE)
def test_a_number_of_a_sweep_cannot_be_changed_in_place(make, name):
    optimizer = make()
    before = getattr(optimizer, name).tolist()
    with pytest.raises(ValueError, match="read-only"):
        getattr(optimizer, name)[0] = -1
    with pytest.raises(ValueError, match="read-only"):
        np.multiply(getattr(optimizer, name), 0, out=getattr(optimizer, name))
    with pytest.raises(ValueError, match="read-only"):
        getattr(optimizer, name).fill(np.nan)
    for value in getattr(optimizer, "optimizer", optimizer).hyperparameters.values():
        assert not isinstance(value, np.ndarray) or not value.flags.writeable
    assert getattr(optimizer, name).tolist() == before


@pytest.mark.parametrize(("make", "name"), MADE)
def test_an_augmented_assignment_sets_the_setting(make, name):
    optimizer = make()
    held = getattr(optimizer, name)
    before = held.tolist()
    own = held
    own *= 0
    assert getattr(optimizer, name).tolist() == before
    setattr(optimizer, name, getattr(optimizer, name) * 0.5)
    assert np.allclose(getattr(optimizer, name), 0.5 * np.array(before))
    namespace = {"o": optimizer}
    for statement, result in (("*= 1.5", 0.75), ("/= 3", 0.25), ("**= 1", 0.25)):
        exec(f"o.{name} {statement}", namespace)
        assert np.allclose(getattr(optimizer, name), result * np.array(before))
    exec(f"o.{name} += 0.25", namespace)
    exec(f"o.{name} -= 0.125", namespace)
    assert np.allclose(getattr(optimizer, name), 0.25 * np.array(before) + 0.125)
    assert held.tolist() == before
    with pytest.raises(ValueError, match=f"^{name} must be finite and at least 0"):
        exec(f"o.{name} *= -1", namespace)


def test_arithmetic_with_a_swept_setting_makes_plain_arrays():
    rates = SGD([0.1, 0.2]).lr
    assert type(2 * rates) is type(np.sqrt(rates)) is np.ndarray
    assert repr(rates) == "array([0.1, 0.2])"
    assert (rates.sum(), rates.max()) == (0.1 + 0.2, 0.2)
