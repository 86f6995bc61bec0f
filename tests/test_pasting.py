"""The table of what pastes tells what the presets do."""

import inspect
from itertools import chain

import pytest

from d2l_utils.frameworks import like_keras, like_torch, pasting
from d2l_utils.frameworks.rosetta import FRAMEWORKS
from tests.test_presets import MAKE, made, same

ROWS = [(each, row) for each in pasting.DECLARED for row in pasting.pasting(each).rows]
ODD = [object()]  # neutral nowhere, and fit for parameters


def takers(framework, name):
    """Return the labels of a framework's presets that have an argument."""
    own = (label for label in MAKE if label.startswith(f"{framework}."))
    return [label for label in own if name in inspect.signature(MAKE[label]).parameters]


def those(fate):
    """Parametrize with the things that fare so: framework, name, and what is told of them."""
    cases = [
        pytest.param(framework, name, row.here.removeprefix(f"{fate}: "), id=f"{framework}, {name}")
        for framework, row in ROWS
        if row.here.startswith(fate)
        for name in row.names
    ]
    assert cases
    return pytest.mark.parametrize(("framework", "name", "told"), cases)


@those("passes, and changes no step")
def test_what_passes_changes_no_step(framework, name, told):
    assert told
    for label in takers(framework, name):
        assert same(made(label, **{name: ODD}), made(label))


@those("refused, unless neutral")
def test_what_is_refused_says_what_to_do(framework, name, told):
    refusals = 0
    for label in takers(framework, name):
        default = inspect.signature(MAKE[label]).parameters[name].default
        assert same(made(label, **{name: default}), made(label))
        if name not in inspect.signature(MAKE[label].__wrapped__).parameters:
            with pytest.raises(TypeError) as refusal:
                made(label, **{name: ODD})
            assert told in str(refusal.value)
            refusals += 1
    assert refusals or name == "decoupled_weight_decay"  # AdamW prints it, and has no such argument


@those("write instead")
def test_what_ours_lack_says_what_to_write(framework, name, told):
    for label in (label for label in MAKE if label.startswith(f"{framework}.")):
        with pytest.raises(AttributeError) as missing:
            getattr(made(label), name)
        assert told in str(missing.value)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_argument_is_forgotten(framework):
    told = set(chain.from_iterable(row.names for row in pasting.pasting(framework).rows))
    for label in (label for label in MAKE if label.startswith(f"{framework}.")):
        assert set(inspect.signature(MAKE[label]).parameters) <= told


@pytest.mark.parametrize(
    ("settings", "preset"),
    [
        ({"clipnorm": 0}, like_keras.Adam),
        ({"clipvalue": -1.0}, like_keras.Adam),
        ({"global_clipnorm": 0.0}, like_keras.Adam),
        ({"dampening": 0.5}, like_torch.SGD),
    ],
)
def test_a_value_that_the_framework_ignores_is_neutral(settings, preset):
    assert same(preset(**settings), preset())


def test_dampening_counts_with_a_momentum():
    with pytest.raises(TypeError, match="dampens from the second on"):
        like_torch.SGD(momentum=0.9, dampening=0.5)


def test_one_framework_or_all():
    assert {row.framework for row in pasting.pasting("keras").rows} == {"Keras 3.15"}
    assert len({row.framework for row in pasting.pasting().rows}) == 4
    with pytest.raises(ValueError, match="got 'jax'; expected one of"):
        pasting.pasting("jax")
    shown = pasting.pasting("torch")._repr_html_()
    assert "<code>foreach</code>, <code>fused</code>" in shown
    assert "<code>update(params, grads)</code> takes a step" in shown
