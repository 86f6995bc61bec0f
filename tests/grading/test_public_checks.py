"""The checks in a student's notebook pass on the solution, fail on the stub, and say something."""

import re

import pytest

from tests.grading import sets

pytestmark = pytest.mark.parametrize("name", sets.NAMES)


def test_every_question_has_checks_and_none_hides_another(name):
    tests = sets.notebooks(name)[0].metadata["otter"]["tests"]
    assert list(tests) == list(sets.read(name).points)
    for source in tests.values():
        functions = re.findall(r"^def (test_\w+)", source, re.MULTILINE)
        assert functions
        assert len(set(functions)) == len(functions)


def test_the_solution_passes(name):
    for question, result in sets.checked(name, solved=True).items():
        assert result.passed_all, f"{question}: {result.summary()}"


def test_the_stub_fails_with_words(name):
    for question, result in sets.checked(name, solved=False).items():
        for each in result.test_case_results:
            assert not each.passed, f"{each.test_case.name} of {question} passes on the stub"
            assert len(sets.said(each) or "") > 25, f"{each.test_case.name}: {each.message}"


def test_no_check_is_hidden(name):
    tests = sets.notebooks(name)[0].metadata["otter"]["tests"]
    assert [source for source in tests.values() if "hidden=True" in source] == []
