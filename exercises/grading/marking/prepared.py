"""Trials that are worked out once, however many notebooks they mark."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from exercises.grading.marking.examples import shown
from exercises.grading.marking.functions import FunctionTrial
from exercises.grading.marking.judge import trial
from exercises.grading.question import Function, load, load_given

__all__ = ["examples", "prepared"]


def prepared(problem_set: str, name: str, seed: int) -> Any:
    """Return the trial of a question; that of a contest or of a text is a new one each time."""
    question = load(problem_set).question(name)
    return _function(problem_set, name, seed) if isinstance(question, Function) else trial(question, seed)


@lru_cache(maxsize=100)
def _function(problem_set: str, name: str, seed: int) -> FunctionTrial:
    # A course shares its seed: what reference and slips answer is worked out once.
    return trial(load(problem_set).question(name), seed, load_given(problem_set))


@lru_cache(maxsize=100)
def examples(problem_set: str, name: str) -> FunctionTrial | None:
    """Return what a student is told about a question by; None where it asks for no function."""
    question = load(problem_set).question(name)
    return shown(question, load_given(problem_set)) if isinstance(question, Function) else None
