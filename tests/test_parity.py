"""Every optimizer takes the steps that four frameworks took, and those that papers and frameworks print."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from d2l_utils.frameworks import rosetta
from tests.parity import __main__ as parity
from tests.parity import fixture, signatures
from tests.parity.case import formula_path, our_path
from tests.parity.frameworks import Call
from tests.parity.presets import PRESETS
from tests.parity.problem import RTOL, SCALES, START, STEPS, difference
from tests.rules import CASES, home

OPTIMIZERS = {
    "SGD",
    "Momentum",
    "Nesterov",
    "AdaGrad",
    "RMSProp",
    "AdaDelta",
    "Adam",
    "AdamW",
    "AdaMax",
    "RAdam",
    "LBFGS",
}


def label(case):
    return f"{case.call.framework}, {case.name}" if case.call else case.name


def table(cases):
    return [pytest.param(case, scale, id=f"{label(case)}, {scale:g}") for case in cases for scale in SCALES]


@pytest.mark.parametrize(("case", "scale"), table(case for case in (*CASES, *PRESETS) if case.call))
def test_recorded_steps(case, scale):
    apart = difference(our_path(case, scale), fixture.steps(case, scale), case.shape)
    assert apart <= case.call.tolerance


@pytest.mark.parametrize(("case", "scale"), table(case for case in CASES if case.formula))
def test_steps_of_the_printed_formula(case, scale):
    assert difference(our_path(case, scale), formula_path(case, scale), case.shape) <= RTOL


def test_the_table_is_complete():
    assert {case.ours.split(".")[0] for case in CASES if case.torch} == OPTIMIZERS
    assert all(case.torch or case.formula for case in CASES)
    assert rosetta.ROSETTA.keys() == {
        case.name.removesuffix(", defaults") for case in PRESETS if "defaults" in case.name
    }
    recorded = {file.stem for file in fixture.FOLDER.glob("*.json")}
    assert recorded - {"signatures"} == set(parity.recordable())
    for framework in rosetta.FRAMEWORKS:
        keys = [fixture.key(*each) for each in parity.called(framework)]
        stored = [key for name in parity.recordable() for key in fixture.read(name).get(framework, ())]
        assert len(set(keys)) == len(keys)
        assert sorted(keys) == sorted(stored)


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
    monkeypatch.setattr(parity, "rows", lambda asked, names: [(asked, "ours", 0.0, RTOL)])
    assert parity.main([]) == 1
    title = rosetta.FRAMEWORKS[framework][0]
    assert f"FAILED {title} is missing: not here" in capsys.readouterr().out
    monkeypatch.setattr(parity, "installed", lambda asked: "0")
    assert parity.main([]) == 0


def test_a_recording_of_another_problem_is_refused(tmp_path, monkeypatch):
    stored = json.loads((fixture.FOLDER / "adam.json").read_text(encoding="utf-8"))
    (tmp_path / "adam.json").write_text(json.dumps(stored | {"seed": 0}))
    monkeypatch.setattr(fixture, "FOLDER", tmp_path)
    fixture.read.cache_clear()
    with pytest.raises(ValueError, match=r"adam\.json was recorded from another problem; .* --record adam`"):
        fixture.read("adam")


def test_steps_that_are_not_recorded_are_asked_for():
    case = replace(next(case for case in CASES if case.name == "SGD"), name="SGD, uphill")
    with pytest.raises(LookupError, match=r"sgd\.json holds no steps of torch for .* --record sgd`"):
        fixture.steps(case, 1.0)


@pytest.fixture
def recording(tmp_path, monkeypatch):
    """A folder to record in, with four frameworks that stand still; returns what its files hold."""
    folder = tmp_path / "recorded"
    shutil.copytree(fixture.FOLDER, folder)
    monkeypatch.setattr(fixture, "FOLDER", folder)
    monkeypatch.setattr(signatures, "FILE", folder / "signatures.json")
    monkeypatch.setattr(signatures, "live", lambda framework, name: [["lr", "keyword", "0.5"]])
    monkeypatch.setattr(Call, "path", lambda call, scale: np.zeros((STEPS, START.size)))
    monkeypatch.setattr(parity, "installed", lambda framework: "0")
    fixture.read.cache_clear()
    yield lambda: {file.stem: file.read_bytes() for file in folder.iterdir()}
    fixture.read.cache_clear()


def test_one_rule_is_recorded_and_the_others_stay_as_they_are(recording, capsys):
    before = recording()
    assert parity.main(["--record", "nadam"]) == 1  # ours do not stand still
    after = recording()
    assert {name for name in before if after[name] != before[name]} == {"nadam", "signatures"}
    assert after.keys() == before.keys()
    compared = {row[7:47].strip() for row in capsys.readouterr().out.splitlines()[:-1]}
    assert compared == {key for steps in fixture.read("nadam").values() for key in steps}
    for steps in fixture.read("nadam").values():
        assert not np.any(list(steps.values()))
    old, new = (json.loads(each["signatures"]) for each in (before, after))
    changed = {(key, name) for key in old for name in old[key] if old[key][name] != new[key][name]}
    assert changed == {(case.call.framework, case.call.name) for case in PRESETS if home(case) == "nadam"}


def test_every_rule_is_recorded_by_default(recording):
    before = recording()
    assert parity.main(["--record"]) == 1
    after = recording()
    assert {name for name in before if after[name] != before[name]} == before.keys()
    assert after.keys() == before.keys()


def test_a_framework_that_is_missing_leaves_its_steps_as_they_are(recording, monkeypatch):
    def installed(framework):
        if framework == "keras":
            raise ImportError("not here")
        return "0"

    before, kept = recording(), fixture.read("adadelta")
    monkeypatch.setattr(parity, "installed", installed)
    assert parity.main(["--record", "adadelta"]) == 1
    assert {name for name, text in recording().items() if text != before[name]} == {"adadelta"}
    assert fixture.read("adadelta").keys() == kept.keys()
    for framework, steps in fixture.read("adadelta").items():
        same = [np.array_equal(path, kept[framework][name]) for name, path in steps.items()]
        assert all(same) if framework == "keras" else not any(same)


def test_a_rule_that_no_framework_calls_cannot_be_recorded(recording, capsys):
    before = recording()
    with pytest.raises(SystemExit):
        parity.main(["--record", "adam", "weight_decay"])
    assert "no framework has a call of 'weight_decay' to record" in capsys.readouterr().err
    assert recording() == before


@pytest.mark.parametrize("case", [*CASES, *PRESETS], ids=label)
def test_the_problem_is_not_chaotic(case):
    """A start that is off by 1e-12 may not move a path so far that rounding would fail the comparison."""
    nudged = our_path(case, 1.0, start=START * (1 + 1e-12))
    assert difference(nudged, our_path(case, 1.0), case.shape) < 1e-10


def test_difference_sees_nan_small_coordinates_and_late_steps():
    path = np.ones((STEPS, START.size))
    path[:, 3] = 1e-12
    assert difference(path.copy(), path) == 0
    for entry, value in (((24, 0), np.nan), ((0, 3), 1.1e-12), ((24, 7), 1 + 1e-9)):
        wrong = path.copy()
        wrong[entry] = value
        assert difference(wrong, path) > RTOL


def test_a_difference_in_a_matrix_is_relative_to_its_largest_entry():
    path = np.ones((STEPS, START.size))
    path[:, 3] = 1e-12
    for value, seen in ((2e-12, False), (4e-10, True), (np.nan, True)):
        wrong = path.copy()
        wrong[0, 3] = value
        assert (difference(wrong, path, (4, 2)) > RTOL) is seen
