"""Problem sets are found by name, and each question draws numbers of its own."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from exercises import build
from exercises.grading.question import ProblemSet, Written, load, load_given
from tests.grading.toy import cases, given


def test_a_set_is_found_by_its_name_or_by_its_package():
    assert load("ps1").name == "ps1"
    assert load("tests.grading.toy") is cases.PROBLEM_SET
    assert load_given("tests.grading.toy") is given


def test_a_set_need_not_give_anything():
    package = ModuleType("lonely")
    package.__path__ = []
    sys.modules["lonely"] = sys.modules["lonely.set"] = package
    try:
        assert load_given("lonely.set") is None
    finally:
        del sys.modules["lonely"], sys.modules["lonely.set"]


def test_what_is_given_must_not_lack_anything_itself(tmp_path, monkeypatch):
    folder = tmp_path / "halved" / "set"
    folder.mkdir(parents=True)
    (folder / "given.py").write_text("import no_such_module_anywhere")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        load_given("halved.set")


@pytest.mark.parametrize("name", ["ps99", "no.such"])
def test_an_unknown_set_is_an_error(name):
    with pytest.raises(ModuleNotFoundError):
        load(name)


def test_what_is_no_problem_set_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "exercises.ps99", ModuleType("exercises.ps99"))
    monkeypatch.setitem(sys.modules, "exercises.ps99.cases", SimpleNamespace(PROBLEM_SET=[1]))
    with pytest.raises(TypeError, match="PROBLEM_SET of ps99 must be a ProblemSet, not list"):
        load("ps99")


def test_points_add_up():
    assert cases.Q2.points == 4
    assert cases.PROBLEM_SET.points == sum(question.points for question in cases.PROBLEM_SET.questions) == 19


def test_a_question_is_found_by_its_name():
    assert cases.PROBLEM_SET.question("q3") is cases.Q3
    with pytest.raises(KeyError, match=r"no question 'q9'; it has \['q1'"):
        cases.PROBLEM_SET.question("q9")
    with pytest.raises(KeyError):
        ProblemSet("empty", "", ()).question("q1")


def test_every_written_question_of_a_set_has_a_rubric_that_adds_up():
    names = [folder.name for folder in build.masters()]
    found = [each for name in names for each in load(name).questions if isinstance(each, Written)]
    assert len(found) == 5
    for question in found:
        assert sum(points for points, _ in question.rubric) == question.points
