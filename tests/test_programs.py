"""A program computes what its rule computes, to the last bit, and rules of others are not traced."""

import gc
import linecache
import re
import warnings
import weakref
from dataclasses import dataclass

import numpy as np
import pytest

from d2l_utils import SGD, AdaGrad, RMSProp, WeightDecay, bowl, descend, objectives, rules
from d2l_utils._engine import programs
from d2l_utils._engine.programs import array_program, float_walk
from d2l_utils._engine.tracing import listing
from d2l_utils.walk import walk
from tests.rules import OPTIMIZERS

every_rule = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


@every_rule
def test_every_rule_of_the_book_is_traced(make):
    program = array_program(make().rule, len(make().slots))
    assert 1 <= program.num_temporaries <= 3
    assert program.run is not make().rule


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 40), (600, 500)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@every_rule
def test_an_update_is_the_rule_to_the_last_bit(make, dtype, shape):
    optimizer, rng = make(), np.random.default_rng(0)
    p = np.asarray(rng.normal(size=shape), dtype)
    computed = np.float32 if dtype == np.float16 else dtype
    by_rule = p.astype(computed)
    state = [np.full_like(by_rule, start) for start in optimizer.slots.values()]
    for t in range(1, 5):
        g = np.asarray(rng.normal(size=shape), dtype)
        args = [g.astype(computed), *(slot[...] for slot in state), *optimizer.arguments(t)]
        optimizer.rule(by_rule[...], *args)
        by_rule = by_rule.astype(dtype).astype(computed)
        optimizer.update(p, g)
        assert p.dtype == dtype
        assert np.array_equal(p, by_rule)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@every_rule
def test_an_array_without_axes_is_like_one_of_one_element(make, dtype):
    number, one, optimizers = np.asarray(0.5, dtype), np.full(1, 0.5, dtype), (make(), make())
    for g in (0.25, -1.0, 3.0):
        optimizers[0].update(number, np.asarray(g, dtype))
        optimizers[1].update(one, np.full(1, g, dtype))
    assert number.dtype == dtype
    assert number == one[0]


@every_rule
def test_a_term_under_the_root_counts_from_when_it_is_not_zero(make):
    optimizer, g = make(), np.full(5, 0.01)
    if not hasattr(optimizer, "eps_root"):
        return
    state = [np.full(5, start) for start in optimizer.slots.values()]
    p, by_rule = np.ones(5), np.ones(5)
    for t, eps_root in enumerate([0.0, 0.5, 0.0, 0.25], start=1):
        optimizer.eps_root = eps_root
        optimizer.rule(by_rule, g, *state, *optimizer.arguments(t))
        optimizer.update(p, g)
        assert np.array_equal(p, by_rule)


@pytest.mark.parametrize("num_coordinates", [1, 2, 3])
@every_rule
def test_a_walk_on_floats_is_the_rule_to_the_last_bit(make, num_coordinates):
    optimizer, start = make(), [3.0, -2.0, 0.5][:num_coordinates]

    def gradient(*point):
        return [x * (1 + i) + 0.1 for i, x in enumerate(point)]

    arguments = [optimizer.arguments(t) for t in range(1, 30)]
    starts = tuple(optimizer.slots.values())
    expected = walk(optimizer.rule, [starts] * num_coordinates, arguments, gradient, start)
    expected = [tuple(point) for point in map(tuple, expected)]
    visited = []
    inlined = float_walk(optimizer.rule, num_coordinates, len(starts))
    inlined([(x, *starts) for x in start], arguments, gradient, visited.append)
    assert visited == expected[1:]


def test_a_wrong_program_is_seen(monkeypatch):
    monkeypatch.setitem(programs.UFUNCS, "-", "add")
    programs._traced.cache_clear()
    p = np.ones(3)
    SGD(0.5).update(p, np.ones(3))
    programs._traced.cache_clear()
    assert np.array_equal(p, np.full(3, 1.5))


def with_a_branch(p, g, lr):
    if g > 0:
        p -= lr * g
    return p


def with_a_truth_value(p, g, lr):
    p -= lr * g if lr else g
    return p


def with_a_comparison(p, g, lr):
    p -= 0 if lr == 0 else lr * g
    return p


def with_numpy(p, g, lr):
    p -= lr * np.sign(g)
    return p


def not_in_place(p, g, lr):
    return p - lr * g


def changing_its_gradient(p, g, lr):
    g *= lr
    p -= g
    return p


def with_a_constant_array(p, g, lr):
    p -= [1.0, 2.0] * g
    return p


@pytest.mark.parametrize(
    "rule",
    [
        with_a_branch,
        with_a_truth_value,
        with_numpy,
        not_in_place,
        changing_its_gradient,
        with_a_constant_array,
    ],
)
def test_what_symbols_cannot_do_is_refused(rule):
    with pytest.raises(TypeError):
        listing(rule, 0)


def test_a_listing_reads_like_the_rule():
    found = listing(rules.adagrad, 1)
    assert found.settings == ("lr", "eps", "eps_root")
    assert found.numbers == ("lr", "eps_root", "eps")
    steps = [(out, "=", left, symbol, right or "") for out, symbol, left, right in found.steps]
    assert ["".join(step) for step in steps] == [
        "w0=g*g", "s0=s0+w0", "w0=c0*g", "w1=s0+c1", "w1=w1sqrt", "w1=w1+c2", "w1=w0/w1", "p=p-w1",
    ]  # fmt: skip


def test_a_maximum_without_an_if_is_one_step_and_half_of_one_is_not():
    assert ("s2", "max", "s2", "s1") in listing(rules.amsgrad, 3).steps
    assert [step.symbol for step in listing(rules.amsgrad_corrected, 3).steps].count("max") == 1

    def minimum(p, g, s, s_max):
        kept = s_max > s
        s_max *= 1 - kept
        s_max += s * kept
        return p, s, s_max

    def larger(p, g, s, s_max):
        kept = s_max > s
        s_max *= kept
        s_max += s * (2 - kept)
        return p, s, s_max

    def difference(p, g, s, s_max):
        kept = s_max > s
        s_max *= kept
        s_max -= s * (1 - kept)
        return p, s, s_max

    for rule in (minimum, larger, difference):
        assert listing(rule, 2).steps[0].symbol == ">"


def test_a_reader_s_rule_is_called_as_it_is_each_time():
    class Noisy(SGD):
        calls = 0

        @staticmethod
        def rule(p, g, lr):
            Noisy.calls += 1
            p -= lr * g * Noisy.calls
            return p

    p, q, optimizer = np.zeros(2), np.zeros(2), Noisy(lr=1.0)
    for _ in range(3):
        optimizer.update(p, np.ones(2))
    assert np.array_equal(p, [-6.0, -6.0])
    Noisy.calls = 0
    decaying = WeightDecay(optimizer, 0.0)
    for _ in range(3):
        decaying.update(q, np.ones(2))
    assert np.array_equal(q, p)
    visited = []
    float_walk(optimizer.rule, 2, 0)([(0.0,), (1.0,)], [(1.0,)] * 2, lambda *p: (1.0, 1.0), visited.append)
    assert visited == [(-4.0, -4.0), (-10.0, -11.0)]


def test_a_reader_s_rule_may_be_any_object_and_is_let_go():
    @dataclass
    class Rule:  # which has no hash
        calls: int = 0

        def __call__(self, p, g, lr):
            self.calls += 1
            p -= lr * g
            return p

    optimizer, p = SGD(0.5), np.ones(2)
    optimizer.rule = Rule()
    optimizer.update(p, np.ones(2))
    descend(optimizer, bowl, num_steps=3)
    assert optimizer.rule.calls == 1 + 3 * 2
    rule = weakref.ref(optimizer.rule)
    del optimizer
    gc.collect()
    assert rule() is None


def test_a_rule_that_does_not_change_its_parameter_is_refused():
    optimizer = SGD(0.5)
    optimizer.rule = not_in_place
    with pytest.raises(TypeError, match="in place"):
        optimizer.update(np.ones(2), np.ones(2))


def test_another_rule_of_the_same_name_is_not_the_book_s():
    def sgd(p, g, lr):
        p += 1
        return p

    optimizer, p = SGD(0.5), np.ones(2)
    optimizer.rule = sgd
    optimizer.update(p, np.ones(2))
    assert np.array_equal(p, [2.0, 2.0])


def test_centred_rmsprop_walks_like_arrays_where_rounding_makes_the_variance_negative():
    negative = 0
    for slope in np.random.default_rng(0).uniform(0.01, 3, size=12).tolist():
        line = objectives.Objective(
            "a line", "x", lambda x, a=slope: a * x, lambda x, a=slope: (a,), (), ((-4, 4),), (3.0,)
        )
        optimizer, p = RMSProp(0.01, 0.5, centered=True), np.array([3.0])
        path = descend(optimizer, line, num_steps=1500).points
        for _ in range(1500):
            optimizer.update(p, np.array([slope]))
            s, m, _ = optimizer.state_dict()["state"]["params"].values()
            negative += int((s - m * m)[0] < 0)
        assert np.isfinite(p).all()
        assert np.isfinite(path).all()
    assert negative > 0


def test_a_warning_shows_the_operation():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        AdaGrad(eps=0.0).update(np.ones(3), np.zeros(3))
    (warning,) = caught
    assert "invalid value" in str(warning.message)
    assert warning.filename == "<adagrad on arrays>"
    assert linecache.getline(warning.filename, warning.lineno).strip().startswith("divide(")


def test_a_maximum_names_its_output():
    """NumPy 2.4 warns of a third positional argument."""
    array_program(rules.amsgrad, 3)
    lines = "".join(linecache.getlines("<amsgrad on arrays>"))
    assert re.findall(r"maximum\((.*)\)", lines) == ["s2, s1, out=s2"]
