"""Rules that are not element by element: whole matrices, or one vector and the loss."""

import copy

import numpy as np
import pytest

from d2l_utils import SGD, Momentum, WeightDecay, beale, bowl, descend, quadratic, rules, saddle
from d2l_utils.live import explore
from d2l_utils.live.described import runs_on_page
from d2l_utils.optimizers import Hyperparameter, MatrixMethod, Optimizer, VectorMethod
from tests.helpers import gradients


class Spectral(MatrixMethod):
    """Steepest descent in the spectral norm, with momentum: it needs a whole matrix's singular vectors."""

    slots = {"v": 0.0}
    momentum = Hyperparameter("β", below=1.0)
    seen = []

    def __init__(self, lr=0.1, momentum=0.5):
        super().__init__(lr=lr, momentum=momentum)
        self.rule = self.spectral

    @staticmethod
    def spectral(p, g, v, lr, momentum):
        Spectral.seen.append(p.shape)
        v *= momentum
        v += g
        u, _, vt = np.linalg.svd(v, full_matrices=False)
        p -= lr * (u @ vt)
        return p, v


class Secant(VectorMethod):
    """Halve a trial step until the loss falls, and keep the last two points."""

    slots = {"points": lambda p: np.zeros((2, p.size)), "calls": 0.0}

    @staticmethod
    def rule(p, g, points, calls, lr, loss):
        value, slope = loss(p)
        np.testing.assert_allclose(slope, g)
        while loss(p - lr * g)[0] >= value:
            lr = lr / 2
            calls += 1
        points[:] = points[1], p
        p -= lr * g
        return p, points, calls


@pytest.fixture(autouse=True)
def nothing_seen():
    Spectral.seen.clear()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_matrix_rule_gets_whole_matrices_of_its_own_shape(dtype):
    """Elementwise, small ones are joined to shape (21,) and large ones cut to 131072 elements."""
    params = {"a": np.zeros((3, 5), dtype), "b": np.zeros((2, 3), dtype), "c": np.zeros((600, 400), dtype)}
    grads = {key: gradients(p.shape, 1, dtype=dtype)[0] for key, p in params.items()}
    optimizer = Spectral(lr=0.25)
    optimizer.update(params, grads)
    assert Spectral.seen == [(3, 5), (2, 3), (600, 400)]
    for key, p in params.items():
        assert p.dtype == dtype
        np.testing.assert_allclose(np.linalg.norm(p.astype(float), 2), 0.25, rtol=2e-3)
        assert optimizer._state[key]["v"].dtype == np.result_type(dtype, np.float32)


def test_an_elementwise_rule_sees_them_joined_and_cut():
    seen = []

    class Looking(Optimizer):
        @staticmethod
        def rule(p, g, lr):
            seen.append(p.shape)
            p -= lr * g
            return p

    params = {"a": np.zeros((3, 5)), "b": np.zeros((2, 3)), "c": np.zeros((600, 400))}
    Looking(lr=0.1).update(params, copy.deepcopy(params))
    assert seen == [(21,), (131072,), (108928,)]


def test_a_matrix_rule_refuses_what_is_none_before_anything_changes():
    params = {"W": np.ones((2, 2)), "b": np.ones(2)}
    optimizer = Spectral()
    with pytest.raises(ValueError, match=r"takes whole matrices; params\['b'\] has shape \(2,\)"):
        optimizer.update(params, copy.deepcopy(params))
    assert optimizer.t == 0
    np.testing.assert_array_equal(params["W"], 1)


@pytest.mark.parametrize("method", [Spectral, Secant])
def test_what_treats_single_elements_is_refused(method):
    w = np.zeros((2, 2))
    kind, asked = method.kind, {"loss": lambda params: (0, params)} if method is Secant else {}
    with pytest.raises(ValueError, match=f"cannot be swept, for its rule takes a whole {kind}"):
        method(lr=np.array([0.1, 0.2])).update(w, w + 1, **asked)
    with pytest.raises(TypeError, match=f"element by itself; that of {method.__name__} takes a whole {kind}"):
        WeightDecay(method(), 0.1)


def test_a_matrix_rule_has_no_path_on_a_toy_objective():
    with pytest.raises(TypeError, match=r"has coordinates, and the rule of Spectral.* takes whole matrices"):
        descend(Spectral(), bowl)


def test_the_state_of_a_matrix_rule_goes_on_where_it_was():
    grads = gradients((3, 2), 4)
    whole, first = np.zeros((3, 2)), np.zeros((3, 2))
    once, before, after = Spectral(), Spectral(), Spectral()
    for g in grads:
        once.update(whole, g)
    for g in grads[:2]:
        before.update(first, g)
    after.load_state_dict(before.state_dict())
    for g in grads[2:]:
        after.update(first, g)
    np.testing.assert_array_equal(first, whole)


def quadratic_loss(params):
    """Half the squares of all parameters, those of b with weight 9."""
    value = (params["a"] ** 2).sum() / 2 + 9 * (params["b"] ** 2).sum() / 2
    return value, {"a": params["a"].copy(), "b": 9 * params["b"]}


def test_a_vector_rule_gets_one_vector_and_the_loss():
    params = {"a": np.ones((2, 2)), "b": np.array([1.0])}
    optimizer = Secant(lr=1.0)
    _, grads = quadratic_loss(params)
    optimizer.update(params, grads, loss=quadratic_loss)
    # a step of 1 leads from b = 1 to −8, where the loss is higher, and so does 1/2; 1/4 is no better: −1.25
    np.testing.assert_array_equal(params["b"], [1 - 9 / 8])
    np.testing.assert_array_equal(params["a"], 7 / 8)
    state = optimizer.state_dict()["state"]["a (2, 2), b (1,)"]
    assert state["calls"][0] == 3
    np.testing.assert_array_equal(state["points"], [[0] * 5, [1] * 5])
    optimizer.update(params, quadratic_loss(params)[1], loss=quadratic_loss)
    assert state["calls"][0] == 3  # a copy
    assert quadratic_loss(params)[0] < 1.6


def test_a_vector_rule_without_a_loss_is_told_what_it_needs():
    w = np.ones(2)
    with pytest.raises(TypeError, match=r"asks for the loss at other points: update\("):
        Secant().update(w, w.copy())


class Left(MatrixMethod):
    """Precondition by the sum of g gᵀ, a state of another shape than the parameter's."""

    slots = {"sum": lambda p: np.eye(len(p), dtype=p.dtype)}

    @staticmethod
    def rule(p, g, total, lr):
        total += g @ g.T
        p -= lr * np.linalg.solve(total, g)
        return p, total


def test_a_state_of_another_shape_is_kept_saved_and_checked():
    grads = gradients((2, 3), 4)
    whole, resumed = np.zeros((2, 3)), np.zeros((2, 3))
    once, after = Left(lr=0.1), Left(lr=0.1)
    for g in grads[:2]:
        once.update(whole, g)
    after.load_state_dict(once.state_dict())
    resumed[:] = whole
    for g in grads[2:]:
        once.update(whole, g)
        after.update(resumed, g)
    np.testing.assert_array_equal(resumed, whole)
    copied = whole.copy()  # another array of that shape goes on
    once.update(copied, grads[0])
    with pytest.raises(ValueError, match=r"make a state of .*\(3, 3\).*keeps .*\(2, 2\)"):
        once.update(np.zeros((3, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"takes whole matrices; params\['params'\] has shape \(2, 3, 1\)"):
        Left(lr=0.1).update(np.zeros((2, 3, 1)), np.zeros((2, 3, 1)))


def test_a_later_failure_of_the_rule_leaves_nothing_half_changed():
    """A first update of a reader's rule is put back by `Optimizer.update`; later ones by their kind."""

    class Failing(Left):
        @staticmethod
        def rule(p, g, total, lr):
            total += g
            if g[0, 0] < 0:
                raise RuntimeError("no further")
            return Left.rule(p, g, total, lr)

    w, optimizer = np.zeros((2, 2)), Failing(lr=0.1)
    optimizer.update(w, np.eye(2))
    before, kept = w.copy(), optimizer.state_dict()["state"]["params"]["sum"]
    # Where NumPy's warnings are errors, as in these tests, every update is put back by `Optimizer.update`.
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="no further"):
        optimizer.update(w, -np.eye(2))
    np.testing.assert_array_equal(w, before)
    np.testing.assert_array_equal(optimizer.state_dict()["state"]["params"]["sum"], kept)
    halving = Secant(lr=1.0)
    params = {"a": np.ones((2, 2)), "b": np.array([1.0])}
    halving.update(params, quadratic_loss(params)[1], loss=quadratic_loss)
    before, state = copy.deepcopy(params), halving.state_dict()
    calls = []

    def failing(at):
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("no more")
        return quadratic_loss(at)

    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="no more"):
        halving.update(params, quadratic_loss(params)[1], loss=failing)
    assert all((params[key] == before[key]).all() for key in params)
    assert halving.state_dict()["t"] == state["t"] == 1


def test_nothing_has_changed_after_a_loss_that_fails():
    params = {"a": np.ones((2, 2)), "b": np.array([1.0])}
    calls = []

    def failing(at):
        calls.append(1)
        if len(calls) > 2:
            raise RuntimeError("no more")
        return quadratic_loss(at)

    optimizer = Secant(lr=1.0)
    with pytest.raises(RuntimeError, match="no more"):
        optimizer.update(params, quadratic_loss(params)[1], loss=failing)
    assert optimizer.t == 0
    assert all((p == 1).all() for p in params.values())


def test_other_parameters_are_told_apart_from_the_state():
    optimizer = Secant(lr=0.1)
    w, v = np.ones(3), np.ones(4)
    loss = lambda params: ((params["params"] ** 2).sum() / 2, {"params": params["params"].copy()})  # noqa: E731
    optimizer.update(w, w.copy(), loss=loss)
    with pytest.raises(ValueError, match=r"make a state of .*\(2, 4\).*keeps .*\(2, 3\)"):
        optimizer.update(v, v.copy(), loss=loss)


def test_a_vector_rule_descends_a_toy_objective():
    halving = descend(Secant(lr=8.0), bowl, num_steps=40)
    assert (np.diff(halving.values) < 0).all()
    assert np.isnan(descend(SGD(lr=8.0), beale, num_steps=40).values[-1])
    rough = descend(Secant(lr=0.1), quadratic((1.0, 1.0)), num_steps=3, noise=0.0)
    np.testing.assert_allclose(rough.points, descend(SGD(lr=0.1), quadratic((1.0, 1.0)), num_steps=3).points)


def test_noise_reaches_the_gradient_of_a_vector_rule():
    class Plain(VectorMethod):
        @staticmethod
        def rule(p, g, lr, loss):
            p -= lr * g
            return p

    ours = descend(Plain(lr=0.1), saddle, num_steps=5, noise=0.5, seed=3)
    theirs = descend(SGD(lr=0.1), saddle, num_steps=5, noise=0.5, seed=3)
    np.testing.assert_allclose(ours.points, theirs.points, rtol=1e-15)
    assert not np.allclose(ours.points, descend(Plain(lr=0.1), saddle, num_steps=5).points)


def test_a_rule_that_returns_something_else_is_refused():
    class Lost(MatrixMethod):
        @staticmethod
        def rule(p, g, lr):
            return p - lr * g

    w = np.ones((2, 2))
    with pytest.raises(TypeError, match="changes its parameter and its state in place and returns them"):
        Lost(lr=0.1).update(w, w.copy())
    np.testing.assert_array_equal(w, 1)


def test_a_live_figure_of_a_whole_rule_stays_a_drawing():
    assert explore(Momentum(0.1), bowl).configuration() is not None
    figure = explore(Secant(lr=1.0), bowl)
    assert figure.configuration() is None
    assert "<svg" in figure.frame()


def test_the_page_runs_no_whole_rule_even_of_the_book():
    class Borrowed(MatrixMethod):
        rule = staticmethod(rules.sgd)

    assert runs_on_page(SGD(lr=0.1))
    assert not runs_on_page(Borrowed(lr=0.1))
