"""Every optimizer takes the steps that four frameworks took, and those that papers and frameworks print."""

import json

import numpy as np
import pytest

from d2l_utils.frameworks import rosetta
from tests.parity import __main__ as parity
from tests.parity import fixture
from tests.parity.case import formula_path, our_path
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, START, STEPS, difference
from tests.rules import CASES

RECORDED = {framework: fixture.read(framework) for framework in rosetta.FRAMEWORKS}
OPTIMIZERS = {"SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam", "AdamW"}


def label(case):
    return f"{case.call.framework}, {case.name}" if case.call else case.name


def table(cases):
    return [pytest.param(case, scale, id=f"{label(case)}, {scale:g}") for case in cases for scale in SCALES]


@pytest.mark.parametrize(("case", "scale"), table(case for case in (*CASES, *PRESETS) if case.call))
def test_recorded_steps(case, scale):
    expected = RECORDED[case.call.framework][fixture.key(case, scale)]
    assert difference(our_path(case, scale), expected) <= case.call.tolerance


@pytest.mark.parametrize(("case", "scale"), table(case for case in CASES if case.formula))
def test_steps_of_the_printed_formula(case, scale):
    assert difference(our_path(case, scale), formula_path(case, scale)) <= RTOL


def test_the_table_is_complete():
    assert {case.ours.split(".")[0] for case in CASES if case.torch} == OPTIMIZERS
    assert all(case.torch or case.formula for case in CASES)
    assert rosetta.ROSETTA.keys() == {
        case.name.removesuffix(", defaults") for case in PRESETS if "defaults" in case.name
    }
    for framework, steps in RECORDED.items():
        keys = [fixture.key(*each) for each in parity.called(framework)]
        assert len(set(keys)) == len(keys)
        assert set(keys) == steps.keys()


def test_only_32_bit_state_loosens_the_tolerance():
    loose = {(case.call.framework, case.call.name) for case in PRESETS if case.call.tolerance > RTOL}
    assert loose == {("mxnet", name) for name in ("AdaGrad", "RMSProp", "AdaDelta")}
    assert all(case.call.tolerance <= 5e-6 for case in PRESETS)


@pytest.mark.parametrize("framework", rosetta.FRAMEWORKS)
def test_a_missing_framework_fails_the_comparison(framework, monkeypatch, capsys):
    def installed(asked):
        if asked == framework:
            raise ImportError("not here")
        return "0"

    monkeypatch.setattr(parity, "installed", installed)
    monkeypatch.setattr(parity, "rows", lambda asked: [(asked, "ours", 0.0, RTOL)])
    assert parity.main([]) == 1
    title = rosetta.FRAMEWORKS[framework][0]
    assert f"FAILED {title} is missing: not here" in capsys.readouterr().out
    monkeypatch.setattr(parity, "installed", lambda asked: "0")
    assert parity.main([]) == 0


def test_a_recording_of_another_problem_is_refused(tmp_path, monkeypatch):
    stored = json.loads((fixture.FOLDER / "keras.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(fixture, "FOLDER", tmp_path)
    (tmp_path / "keras.json").write_text(json.dumps(stored | {"seed": 0}))
    with pytest.raises(ValueError, match=r"keras\.json was recorded from another problem"):
        fixture.read("keras")


@pytest.mark.parametrize("case", [*CASES, *PRESETS], ids=label)
def test_the_problem_is_not_chaotic(case):
    """A start that is off by 1e-12 may not move a path so far that rounding would fail the comparison."""
    nudged = our_path(case, 1.0, start=START * (1 + 1e-12))
    assert difference(nudged, our_path(case, 1.0)) < 1e-10


def test_difference_sees_nan_small_coordinates_and_late_steps():
    path = np.ones((STEPS, START.size))
    path[:, 3] = 1e-12
    assert difference(path.copy(), path) == 0
    for entry, value in (((24, 0), np.nan), ((0, 3), 1.1e-12), ((24, 7), 1 + 1e-9)):
        wrong = path.copy()
        wrong[entry] = value
        assert difference(wrong, path) > RTOL
