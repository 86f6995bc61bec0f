"""Check yourself: questions with an explanation for each answer, rules to complete, published bugs to find.

A cell that shows one of these gives text and a hidden answer wherever it is read. The published page makes
live elements of them, with an editor and a judge; in a notebook, `check` is the judge. They are feedback and
not marks, and nothing is sent anywhere. A page keeps the answers in its reader's browser.
"""

from d2l_utils.practice.asking import chapter, check, complete, find_bug, question, quiz
from d2l_utils.practice.shown import Apart, Chapter, Exercise, Quiz, Verdict

__all__ = [
    "Apart",
    "Chapter",
    "Exercise",
    "Quiz",
    "Verdict",
    "chapter",
    "check",
    "complete",
    "find_bug",
    "question",
    "quiz",
]
