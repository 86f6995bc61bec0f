"""The table of conventions: what the frameworks' own signatures say, and errors that name what was given."""

import inspect

import numpy as np
import pytest

from d2l_utils import Adam, ExponentialDecay, WeightDecay
from d2l_utils.frameworks.rosetta import FRAMEWORKS, ROSETTA, conventions, describe, found, offered, preset
from tests.helpers import run
from tests.parity import signatures

PRESETS = [(each, name) for each in FRAMEWORKS for name in offered(each)]
SIGNATURES = signatures.read()


@pytest.mark.parametrize(("framework", "name"), PRESETS)
def test_a_preset_declares_the_framework_s_whole_signature(framework, name):
    """Names, order, kinds and defaults; only the parameters may be left out here."""
    declared = signatures.listed(inspect.signature(found(framework, name)))
    expected = SIGNATURES[framework][name]
    if framework == "torch":
        assert expected[0] == ["params", "positional", signatures.REQUIRED]
        expected = [["params", "positional", "None"], *expected[1:]]
    by_keyword = framework == "mxnet"  # where the order says nothing
    assert in_order(declared, by_keyword) == in_order(expected, by_keyword)


def in_order(rows, by_keyword):
    """Return rows with evaluated defaults, sorted where arguments come by keyword."""
    rows = [
        (name, kind, value if value == signatures.REQUIRED else eval(value)) for name, kind, value in rows
    ]
    return sorted(rows, key=lambda row: row[0] if row[1] == "keyword" and by_keyword else "")


@pytest.mark.parametrize(("framework", "name"), PRESETS)
def test_the_recorded_signatures_are_the_framework_s(framework, name):
    try:
        assert signatures.live(framework, name) == SIGNATURES[framework][name]
    except ImportError as error:
        pytest.skip(str(error))


def test_why_adadelta_of_optax_needs_a_rate():
    optax = pytest.importorskip("optax")
    optimizer, p, g = optax.adadelta(), np.zeros(1, np.float32), np.ones(1, np.float32)
    updates, _ = optimizer.update(g, optimizer.init(p), p)
    assert updates[0] > 0  # it climbs
    with pytest.raises(TypeError, match="learning_rate"):
        preset("AdaDelta", "optax")


def test_the_order_of_optax_s_chain_decides_what_decay_does():
    optax = pytest.importorskip("optax")
    decay, adam = optax.add_decayed_weights(0.01), optax.scale_by_adam()
    chains = (
        (0.999, [decay, optax.adam(1e-3)]),
        (0.99999, [adam, decay, optax.scale_by_learning_rate(1e-3)]),
        (1.01, [optax.adam(1e-3), decay]),
    )
    for expected, order in chains:
        chain, p = optax.chain(*order), np.ones(1, np.float32)
        updates, _ = chain.update(np.zeros(1, np.float32), chain.init(p), p)
        assert optax.apply_updates(p, updates)[0] == pytest.approx(expected, rel=1e-6)


def test_every_cell_of_the_table_is_filled():
    table = conventions()
    assert table.rows.keys() == ROSETTA.keys()
    assert all(row.keys() == FRAMEWORKS.keys() and all(row.values()) for row in table.rows.values())
    shown = table._repr_html_()
    assert shown.count("<td>") == len(ROSETTA) * len(FRAMEWORKS)
    assert shown.count('scope="row"') == len(ROSETTA)


@pytest.mark.parametrize(
    ("method", "framework", "says"),
    [
        ("Adam", "keras", "ε̂ = 1e-7"),
        ("Adam", "mxnet", "η = 0.001"),
        ("AdaGrad", "optax", "s₀ = 0.1"),
        ("RMSProp, momentum", "torch", "η outside v"),
        ("RMSProp, centred, momentum", "mxnet", "η inside v"),
        ("NAdam", "keras", "ψ = 1"),
        ("NAdam", "optax", "μ = β₁"),
        ("AMSGrad", "torch", "largest s"),
        ("AMSGrad", "optax", "largest ŝ"),
        ("AMSGrad", "mxnet", "none"),
        ("SGD", "keras", "λ decoupled"),
        ("SGD", "torch", "λ coupled"),
        ("Nesterov", "mxnet", "λ like no other, see below"),
        ("SGD", "optax", "no λ"),
        ("AdaDelta", "mxnet", "λ decoupled, times 1"),
        ("AMSGrad", "keras", "keras.optimizers.Adam(amsgrad=True)"),
        ("AdaMax", "torch", "ε = 1e-8 inside"),
        ("AdaMax", "keras", "ε = 1e-7 outside"),
        ("RAdam", "torch", "ŝ from n > 5 on"),
        ("RAdam", "torch", "ε̂ = 1e-8"),
        ("RAdam", "optax", "ŝ from n ≥ 5 on"),
        ("Yogi", "optax", "m₀ = 1e-6"),
        ("Lion", "keras", "λ = 0, decoupled"),
        ("Lion", "optax", "λ = 0.001, decoupled"),
        ("Schedule-free SGD", "optax", "η = 1"),
    ],
)
def test_what_the_table_says(method, framework, says):
    assert says in conventions(method).rows[method][framework]


def test_a_preset_takes_the_framework_s_arguments():
    assert repr(preset("AMSGrad", "torch", betas=(0.5, 0.75))).startswith(
        "Adam(lr=0.001, beta1=0.5, beta2=0.75"
    )
    with pytest.raises(TypeError, match="beta_3"):
        preset("Adam", "keras", beta_3=0.5)
    with pytest.raises(TypeError, match="learning_rate"):
        preset("Adam", "optax")
    with pytest.raises(ValueError, match=r"MXNet 1\.9\.1 has no AMSGrad: none"):
        preset("AMSGrad", "mxnet")
    with pytest.raises(ValueError, match=r"got 'adam'; expected one of \['SGD', "):
        preset("adam", "keras")
    with pytest.raises(ValueError, match=r"got 'jax'; expected one of \['mxnet', "):
        preset("Adam", "jax")
    with pytest.raises(ValueError, match="momentum above 0; got 0"):
        preset("SGD", "torch", nesterov=True)


def test_a_description_names_decay_and_schedule():
    decaying = WeightDecay(Adam(ExponentialDecay(0.1, rate=0.5)), 0.25)
    assert describe(decaying)[0] == "η follows a schedule"
    assert describe(decaying)[-1] == "λ = 0.25, coupled"


def test_what_the_questions_say_is_right():
    """The right answers of the chapter's quizzes."""
    assert abs(1e-7 / 0.001**0.5 - 3.2e-6) < 5e-8
    lengths = {}
    for framework, rate in (("torch", "lr"), ("keras", "learning_rate")):
        optimizer = preset("Momentum", framework, **{rate: lambda t: 0.1 if t < 200 else 0.01})
        path = np.array([run(optimizer, np.zeros(1), [np.ones(1)])[0] for _ in range(201)])
        lengths[framework] = path[-1] / path[-2]
    assert lengths == pytest.approx({"torch": 0.1, "keras": 0.91}, rel=1e-6)
    for framework, shrunk in (("torch", 0.001), ("keras", 1e-5)):
        p = run(preset("Adam", framework, weight_decay=0.01), np.ones(1), [np.zeros(1)])
        assert 1 - p[0] == pytest.approx(shrunk, rel=1e-4)
