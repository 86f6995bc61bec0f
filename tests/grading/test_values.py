"""What crosses the wall of the sandbox comes out as it went in, or not at all."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exercises.grading.values import DTYPES, Given, Unreadable, decode, encode

SCALARS = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats() | st.text(max_size=5)
ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
VALUES = st.recursive(
    SCALARS | ARRAYS | st.frozensets(st.text(max_size=2) | st.integers(), max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "dtype", "shape", "tuple", "set", "dict", "given"]), inner
        )
        | st.builds(
            lambda a, d, s: {"array": a, "dtype": d, "shape": s}, inner, st.sampled_from(DTYPES), inner
        )
    ),
    max_leaves=12,
)


def same(one, other):
    """Whether two values are one, types and shapes included."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[k], other[k]) for k in one)
        )
    return type(one) is type(other) and (one == other or (one != one and other != other))


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_what_goes_in_comes_out(value):
    assert same(decode(json.loads(json.dumps(encode(value)))), value)


@given(JSON)
@example({"array": 2**31, "dtype": "int32"})
@settings(max_examples=150, deadline=None)
def test_junk_is_read_or_refused(junk):
    try:
        value = decode(junk)
    except Unreadable:
        return
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize(
    ("value", "comes_out"),
    [
        (np.float32(0.5), 0.5),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.longdouble(0.5), 0.5),
        (..., None),
        ({"a": ...}, {"a": None}),
        ({1, 2}, frozenset({1, 2})),
        (np.ones(2, np.float16), np.ones(2)),
        (np.ones(2, np.uint8), np.ones(2, np.int64)),
    ],
)
def test_near_relatives_come_out_as_what_they_stand_for(value, comes_out):
    assert same(decode(encode(value)), comes_out)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (1j, "complex"),
        (np.array(["a"]), "str"),
        (np.ones(2, complex), "complex128"),
        ({1: 2}, "dict"),
        (len, "builtin_function"),
        ((x for x in ()), "generator"),
    ],
)
def test_what_has_no_form_is_refused_by_name(value, named):
    with pytest.raises(Unreadable, match=named):
        encode(value)


def test_a_value_inside_itself_is_refused():
    knot = []
    knot.append(knot)
    with pytest.raises(Unreadable, match="deep"):
        encode(knot)
    deep = 1
    for _ in range(500):
        deep = [deep]
    with pytest.raises(Unreadable, match="deep"):
        decode(deep)


def test_a_given_function_is_made_inside_and_never_comes_out():
    class module:
        @staticmethod
        def parabola(a):
            return lambda x: a * x * x

    encoded = encode(Given("parabola", (3.0,)))
    assert decode(encoded, module)(2.0) == 12.0
    with pytest.raises(Unreadable):
        decode(encoded)


@pytest.mark.parametrize("shape", [[0, -1], [-1, 3], [0, "3"], [0, True], {"a": 0}, 5, [0] * 99, [0, 10**30]])
def test_a_shape_is_a_list_of_lengths(shape):
    with pytest.raises(Unreadable):
        decode({"array": [], "dtype": "float64", "shape": shape})
