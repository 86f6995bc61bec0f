"""The rules: first steps computed by hand, and one text for floats, arrays and grids of settings."""

import ast
import copy
import inspect
import tracemalloc

import numpy as np
import pytest

from d2l_utils import bowl, rules
from d2l_utils._engine import programs
from d2l_utils._engine.blocks import BLOCK_BYTES
from d2l_utils._engine.printed import rules_text
from d2l_utils.walk import walk
from tests.helpers import imports
from tests.rules import BY_HAND, OPTIMIZERS, RULES

APPLIED = {name: make for name, make in OPTIMIZERS.items() if make().rule in RULES.values()}
TREE = ast.parse("\n\n".join(inspect.getsource(getattr(rules, name)) for name in rules.elementwise))
WHOLE_RULES = RULES.keys() - set(rules.elementwise)
STEPS = [f"{rule} {i}" if rule in WHOLE_RULES else f"{rule}{row}" for i, (rule, row, _) in enumerate(BY_HAND)]


@pytest.mark.parametrize(("rule", "arguments", "expected"), BY_HAND, ids=STEPS)
def test_first_step_by_hand(rule, arguments, expected):
    returned = RULES[rule](*copy.deepcopy(arguments))
    if rule in WHOLE_RULES:
        # a Hessian from differences of gradients has some twelve digits
        rtol = 1e-14 if rule not in rules.on_page else 1e-10
        for found, wanted in zip(
            returned if isinstance(returned, tuple) else [returned], expected, strict=True
        ):
            np.testing.assert_allclose(found, wanted, rtol=rtol, atol=rtol / 10)
    else:
        assert returned == pytest.approx(expected, rel=1e-15)


def test_every_rule_is_computed_by_hand():
    assert {rule for rule, _, _ in BY_HAND} == RULES.keys()


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("SGD", {"lr": 0.95}, (-7 * 0.905**30, 2 * 0.9**30)),
        ("SGD", {"lr": 0.95}, (-0.350393, 0.084782)),
        ("Momentum", {"lr": 0.1, "momentum": 0.9}, (0.896414, 0.088086)),
        ("AdaGrad", {"lr": 1.5}, (-0.120162, 2.5e-17)),
        ("Adam", {"lr": 0.3, "eps": 1e-8}, (0.136015, 0.318245)),
    ],
)
def test_thirty_steps_down_the_bowl(name, settings, expected):
    """Golden values, computed once outside this package."""
    optimizer = OPTIMIZERS[name](**settings)
    state = [tuple(optimizer.slots.values())] * 2
    args = map(optimizer.arguments, range(1, 31))
    *_, end = walk(optimizer.rule, state, args, bowl.gradient, (-7.0, 2.0))
    assert end == pytest.approx(expected, abs=5e-7)


def steps(optimizer, p, state, grads, *sweep):
    """Apply a rule once a gradient; ``sweep`` is what the rule takes in place of (lr, its first fraction)."""
    state = list(state)
    for t, g in enumerate(grads, start=1):
        args = list(optimizer.arguments(t))
        at = 1 if optimizer.clock else 0
        args[at : at + len(sweep)] = sweep
        new = optimizer.rule(p, g, *state, *args)
        p, *state = new if isinstance(new, tuple) else (new,)
    return p, state


@pytest.mark.parametrize("name", APPLIED)
def test_floats_arrays_and_grids_agree(name):
    optimizer = OPTIMIZERS[name]()
    lr = np.array([0.0, 0.01, 0.1, 1.0])
    sweep = (lr,) if len(optimizer.hyperparameters) == 1 else (lr, np.array([0.0, 0.5, 0.9, 0.99]))
    grads = np.random.default_rng(1).normal(size=(6, 3))
    starts = tuple(optimizer.slots.values())
    grid, grid_state = steps(
        optimizer,
        np.ones((3, 4)),
        [np.full((3, 4), value) for value in starts],
        [np.repeat(g[:, None], 4, axis=1) for g in grads],
        *sweep,
    )
    for j in range(4):
        setting = [float(values[j]) for values in sweep]
        array, array_state = steps(
            optimizer, np.ones(3), [np.full(3, value) for value in starts], grads, *setting
        )
        np.testing.assert_allclose(grid[:, j], array, rtol=1e-13)
        for i in range(3):
            number, state = steps(optimizer, 1.0, starts, grads[:, i].tolist(), *setting)
            assert type(number) is float
            assert number == pytest.approx(array[i], rel=1e-13)
            assert state == pytest.approx([slot[i] for slot in array_state], rel=1e-13)
            assert state == pytest.approx([slot[i, j] for slot in grid_state], rel=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", APPLIED)
def test_arrays_change_in_place_and_keep_their_dtype(name, dtype):
    optimizer = OPTIMIZERS[name]()
    p, g = np.ones(3, dtype), np.arange(3, dtype=dtype)
    state = [np.full(3, start, dtype) for start in optimizer.slots.values()]
    result = optimizer.rule(p, g, *state, *optimizer.arguments(1))
    returned = result if isinstance(result, tuple) else (result,)
    assert all(new is old for new, old in zip(returned, (p, *state), strict=True))
    assert {array.dtype for array in returned} == {np.dtype(dtype)}
    assert np.array_equal(g, np.arange(3))
    assert not np.array_equal(p, np.ones(3))


def peak(optimizer, n):
    """Return the peak allocation of the second update of n float32 numbers, in bytes."""
    p, g = np.ones(n, np.float32), np.ones(n, np.float32)
    optimizer.update(p, g)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        with np.errstate(all="ignore"):  # where a warning is an error, an update begins with a copy
            optimizer.update(p, g)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_allocates_a_few_blocks_whatever_the_size(name):
    large = peak(OPTIMIZERS[name](), 4_000_000)
    assert large < 6 * BLOCK_BYTES
    assert large < 1.1 * peak(OPTIMIZERS[name](), 600_000)


def grows(power):
    """Return whether an exponent grows with the step t."""
    return any(isinstance(node, ast.Name) and node.id == "t" for node in ast.walk(power))


def is_root(power):
    return ast.unparse(power) == "0.5"


def test_rules_are_plain_arithmetic():
    assert imports(TREE) == []
    nodes = list(ast.walk(TREE))
    branches = (ast.If, ast.IfExp, ast.For, ast.While, ast.BoolOp)
    assert [ast.unparse(node) for node in nodes if isinstance(node, branches)] == []
    compared = [op for node in nodes if isinstance(node, ast.Compare) for op in node.ops]
    assert {type(op) for op in compared} == {ast.Gt, ast.LtE}  # which count as 1 or 0
    powers = [node.right for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    assert [ast.unparse(power) for power in powers if not (grows(power) or is_root(power))] == []
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    assert calls <= {"abs", "sign", *RULES}


def test_whole_rules_need_no_import_and_no_name_but_their_own():
    text = rules_text(whole=True)
    assert imports(ast.parse(text)) == []
    assert WHOLE_RULES
    for name in set(rules.__all__) - set(rules.on_page):
        (function,) = ast.parse(inspect.getsource(getattr(rules, name))).body
        nodes = list(ast.walk(function))
        assert [ast.unparse(node) for node in nodes if isinstance(node, (ast.If, ast.While))] == []
        handed = {node.arg for node in nodes if isinstance(node, ast.arg)}
        called = {node.func for node in nodes if isinstance(node, ast.Call)}
        names = {each.id for each in called if isinstance(each, ast.Name)}
        assert names <= {"abs", "len", "range", *handed, *rules.__all__}
        assert {each.attr for each in called if isinstance(each, ast.Attribute)} <= {"sum"}


def test_rules_of_a_vector_ask_nothing_of_it_that_lists_cannot_do():
    known = {
        "abs",
        "enumerate",
        "float",
        "len",
        "list",
        "max",
        "range",
        "reversed",
        "sum",
        "ZeroDivisionError",
    }
    for name in set(rules.on_page) - set(rules.elementwise):
        (function,) = ast.parse(inspect.getsource(getattr(rules, name))).body
        nodes = list(ast.walk(function))
        assert [ast.unparse(node) for node in nodes if isinstance(node, (ast.Attribute, ast.Slice))] == []
        handed = {node.arg for node in nodes if isinstance(node, ast.arg)}
        called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
        assert called <= {*known, *handed, "ZeroDivisionError", "at", *rules.on_page}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_sign_is_exact_from_the_smallest_number_to_the_largest_and_0_at_0(dtype):
    info = np.finfo(dtype)
    sizes = np.array([info.smallest_subnormal, info.tiny, info.eps, 0.1, 1, 3, info.max], dtype)
    values = np.concatenate([-sizes, [-0.0, 0.0], sizes]).astype(dtype)
    signs = rules.sign(values)
    assert signs.dtype == dtype
    np.testing.assert_array_equal(signs, np.sign(values))
    assert [rules.sign(value) for value in values.tolist()] == np.sign(values).tolist()


def test_the_sign_of_what_is_no_number_is_none():
    with np.errstate(invalid="ignore"):
        assert np.isnan(rules.sign(np.array([np.nan, np.inf, -np.inf]))).all()


def test_a_rule_with_a_sign_is_applied_as_it_is_written():
    def signed(p, g, v, lr, momentum):
        v *= momentum
        v += (1 - momentum) * g
        p -= lr * rules.sign(v)
        return p, v

    g = np.array([-3.0, 0.0, 1e-300, 2.0])
    program = programs._traced(signed, 1)
    p, v, room = np.zeros(4), np.zeros(4), [np.empty(4) for _ in range(program.num_temporaries)]
    numbers, zeros = program.numbers(0.1, 0.5)
    program.run(p, g, v, *room, *numbers, *zeros)
    np.testing.assert_array_equal(p, [0.1, 0, -0.1, -0.1])
    walked = []
    inlined = programs._inlined(signed, 4, 1)
    inlined([(0.0, 0.0)] * 4, [(0.1, 0.5)], lambda *point: g.tolist(), walked.extend)
    assert walked == p.tolist()


@pytest.mark.parametrize("name", APPLIED)
def test_a_rule_takes_what_its_class_hands_it(name):
    optimizer = OPTIMIZERS[name]()
    takes = list(inspect.signature(optimizer.rule).parameters)
    hands = list(optimizer.hyperparameters)
    assert takes[2 : 2 + len(optimizer.slots)] == list(optimizer.slots)
    assert [given for given in takes[2 + len(optimizer.slots) :] if given != "t"] == hands
