"""What a rule of one vector is handed: each parameter once, in one order, and a loss that fits."""

import numpy as np
import pytest

from d2l_utils.optimizers import VectorMethod


class Secant(VectorMethod):
    """Keep a matrix of all coordinates, and ask the loss at another point."""

    slots = {"H": lambda x: np.eye(len(x)), "last": 0.0}

    @staticmethod
    def rule(p, g, H, last, lr, loss):
        _, there = loss(p - lr * g)
        H += np.outer(there - g, there - last)
        last[:] = g
        p -= lr * there
        return p, H, last


def squares(params):
    return sum(float((p**2).sum()) for p in params.values()), {key: 2 * p for key, p in params.items()}


def three():
    return {"a": np.ones(2), "b": np.full((1, 1), 2.0)}


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (lambda p: {"b": p["b"], "a": p["a"].copy()}, r"state of {'b \(1, 1\), a \(2,\)'"),
        (lambda p: {"a": p["a"], "c": p["b"]}, r"state of {'a \(2,\), c \(1, 1\)'"),
        (lambda p: {"a": np.ones(1), "b": np.ones(2)}, r"state of {'a \(1,\), b \(2,\)'"),
        (lambda p: {"x": np.ones(3)}, r"state of {'x \(3,\)'"),
    ],
)
def test_a_state_belongs_to_its_parameters_in_their_order(others, told):
    params, optimizer, again = three(), Secant(lr=0.1), Secant(lr=0.1)
    optimizer.update(params, squares(params)[1], loss=squares)
    again.load_state_dict(optimizer.state_dict())
    others = others(params)
    before = {key: p.copy() for key, p in others.items()}
    for each in (optimizer, again):
        with pytest.raises(ValueError, match=rf"{told}.*; this optimizer keeps {{'a \(2,\), b \(1, 1\)'"):
            each.update(others, squares(others)[1], loss=squares)
    assert all(np.array_equal(others[key], p) for key, p in before.items())
    copied = {key: p.copy() for key, p in params.items()}
    again.update(copied, squares(copied)[1], loss=squares)
    optimizer.update(params, squares(params)[1], loss=squares)
    assert all(np.array_equal(params[key], p) for key, p in copied.items())


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (1.0, TypeError, r"^the loss must return \(value, grads\), with grads a dict .*; got 1\.0"),
        ((1.0, np.ones(3)), TypeError, "grads a dict of arrays like params"),
        ((np.ones(2), three()), TypeError, r"the value of the loss must be one number; got array\(\[1., 1."),
        ((1.0, {"a": np.ones(2)}), ValueError, "grads has no entry 'b'"),
        (
            (1.0, {"a": np.ones(1), "b": np.ones(2)}),
            ValueError,
            r"grads\['a'\] has shape \(1,\); params\['a'\]",
        ),
        ((1.0, {"a": np.ones(2), "b": 1.0}), TypeError, r"grads\['b'\] must be an ndarray"),
    ],
)
def test_a_loss_whose_answer_does_not_fit_is_told(answer, error, message):
    params, optimizer = three(), Secant(lr=0.1)
    with pytest.raises(error, match=message):
        optimizer.update(params, squares(params)[1], loss=lambda at: answer)
    assert (params["a"].tolist(), params["b"].tolist(), optimizer.t) == ([1, 1], [[2]], 0)


def test_no_parameter_stands_in_the_vector_twice():
    x, optimizer = np.ones((4, 2)), Secant(lr=0.1)
    for params in ({"all": x, "part": x[1:3]}, {"a": x, "b": x}):
        with pytest.raises(ValueError, match=r"params \['\w+', '\w+'\] share memory.*give each array once"):
            optimizer.update(params, squares(params)[1], loss=squares)
    with pytest.raises(ValueError, match="params is empty"):
        optimizer.update({}, {}, loss=squares)
    assert (x == 1).all()
    columns = {"a": x[:, 0], "b": x[:, 1]}  # they lie between each other
    optimizer.update(columns, squares(columns)[1], loss=squares)
    assert optimizer.t == 1
    assert (x < 1).all()
