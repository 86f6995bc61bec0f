"""Every sentence that a student or an instructor reads from the grader, in English.

Translations stand in the catalogue ``grader`` of :mod:`d2l_utils.words`.
"""

from __future__ import annotations

from typing import Any

from d2l_utils.words import noted, noted_forms, plural, say
from exercises.grading.instructor_texts import DESK, LIKENESS, SUMMARY

__all__ = ["worded"]

Texts = dict[str, str | tuple[str, str]]  # a sentence, or its two forms

# What an answer is where another was expected: phrases that complete "Returned …" or "x holds …".
DIFFERENCES = {
    "nothing": noted("nothing where an answer was expected"),
    "something": noted("an answer where nothing was to be returned"),
    "kind": noted("{given} instead of {right}"),
    "length": noted("{kind} of {given} where {right} were expected"),
    "shape": noted("shape {given} instead of {right}"),
    "array_for_number": noted("shape {given} instead of a number"),
    "number_for_array": noted("a number instead of an array of shape {right}"),
    "irregular": noted("a list that is not a regular array of numbers"),
    "nan": noted("NaN where a number was expected"),
    "infinite": noted("infinity where a finite number was expected"),
    "sign": noted("the right size with the wrong sign"),
    "close": noted("numbers that are near the right ones, but further off than rounding allows"),
    "some": noted("numbers of which some are right and others wrong"),
    "wrong": noted("a wrong answer"),
    "key": noted("a dictionary without the entry {key}"),
    "extra_keys": noted("a dictionary with an entry that is not asked for"),
    "place": noted("{difference}, in entry {place} of {of}"),
    "entry": noted("{difference}, in the entry {key}"),
}

KINDS = {
    "NoneType": noted("nothing"),
    "bool": noted("True or False"),
    "number": noted("a number"),
    "str": noted("a text"),
    "list": noted("a list"),
    "tuple": noted("a tuple"),
    "frozenset": noted("a set"),
    "dict": noted("a dictionary"),
    "array": noted("an array"),
    "large": noted("(very large)"),
    "another": noted("a {type}"),
}

# What came of a call, each a sentence that follows a part's title.
# Translators: {difference} is one of the phrases above, such as "a wrong answer".
OUTCOMES: Texts = {
    "returned": noted("Returned {difference}"),
    "holds": noted("{target} holds {difference}"),
    "open": noted("This question is not answered yet, or its function ends without `return`."),
    "unanswered": noted("{target} is not answered yet"),
    "argument_changed": noted("Changed its argument {name}, which was to stay as it is"),
    "argument_kept": noted("Left its argument {name} as it was, where it was to change it"),
    "argument_wrong": noted("Changed its argument {name} to {difference}"),
    "should_raise": noted("Returned an answer where it was to raise {type}"),
    "raised": noted("Raised {type}{where}"),
    "where": noted(" at `{code}` (line {line} of your code cell {cell})"),
    "where_in_cell": noted(" at `{code}` (line {line})"),
    # Translators: {run} is the number that Jupyter shows beside a cell; this stands for {cell} above.
    "where_marked": noted("{cell}, marked [{run}]"),
    "unreadable": noted(
        "Returned {kind}, which is no number, array, text, list, tuple or dictionary of these"
    ),
    "something_else": noted("something"),
    "missing": noted("The notebook does not define {target}"),
    "not_callable": noted("In the notebook {target} is a value, where it should be a function"),
    "timeout": noted("Used more than its {seconds} s of computing time"),
    "wall": noted("Took too long, although it used little computing time: as if it waited for something"),
    "killed": noted("Ended the whole program instead of returning"),
    "too_long": noted("Returned more than is read: at most 1 MB, in at most 100,000 lists"),
    "unmarkable": noted("Returned something that takes too much time or memory to be marked"),
    "tries": noted_forms(
        "{sentence}, in {failed} of {count} try.", "{sentence}, in {failed} of {count} tries."
    ),
    "sentence": noted("{sentence}."),
    # Translators: some tries are the same for every student, and only of these is told what went wrong.
    "unseen": noted("Not right in all tries: wrong in some that only the grader knows"),
    "example": noted("For example, `{call}` is `{right}`."),
    "example_raises": noted("For example, `{call}` raises `{right}`."),
    "raised_in_studies": noted("Raised an error. Try it in rounds of your own, which tell you where"),
    "not_enough": noted("Reached {measure}, which is not enough for this part."),
    # Translators: {count} is never 1.
    "not_enough_studies": noted_forms(
        "Reached {measure} in the median of {count} study, which is not enough for this part.",
        "Reached {measure} in the median of {count} studies, which is not enough for this part.",
    ),
    "diverged": noted("What it returned cannot be measured: its score is not a finite number."),
    "malformed": noted(
        "What it returned cannot be measured: it has not the form that the question asks for."
    ),
    # Translators: {name} is the name of a question, such as "q1".
    "marked_own": noted(
        "Your code cell {cell} changes {target}, or what it uses, after the check of {name}. "
        "What it was at the check is marked."
    ),
    "marked_final": noted(
        "Your code cell {cell} changes {target}, or what it uses, after the check of {name}. "
        "What it is at the end of the notebook is marked."
    ),
    "written": noted("Your instructor marks this text."),
    "not_written": noted("Nothing is written here."),
}

# One line about a whole notebook.
NOTEBOOKS = {
    "invalid_notebook": noted("The file could not be marked: {reason}."),
    "no_empty_score": noted(
        "Nothing was marked. Gradescope shows 0, because it takes no empty score: hand in again, or ask your "
        "instructor."
    ),
    "grader_error": noted("The grader failed on this notebook; your instructor has been told."),
    # Translators: it stands for {cell} in the next ones.
    "cell_marked": noted("{cell}, marked [{run}],"),
    "cell_raised": noted("Code cell {cell} stopped with {type}{where}"),
    "cell_timeout": noted(
        "Code cell {cell} used too much computing time; of what is in it, only functions, imports and "
        "constants counted"
    ),
    "cell_killed": noted("Code cell {cell} ended the whole program; what it defines was left out"),
    "box_timeout": noted("The notebook was stopped: it took too long."),
    "box_killed": noted("The notebook ended the program that ran it."),
}

# The page that a student is given back.
FEEDBACK: Texts = {
    "page_title": noted("{title} · {name}"),
    "score": noted("{score} of {points}"),
    "points": noted_forms("{points} point", "{points} points"),
    "not_marked": noted("Not marked"),
    "to_be_marked": noted("{points}, to be marked"),
    "pending": noted("Your instructor has not marked all of your texts yet: {points} to come."),
    "late": noted("Handed in late."),
    "late_cost": noted("Handed in late: {points} taken off."),
    "question": noted("{name} · {title}"),
    "hint": noted("Hint: {hint}"),
    "earned": noted("Earned"),
    "lost": noted("Not earned"),
    "unmarked": noted("Not marked yet"),
    "file": noted("This is about the file whose SHA-256 begins with {digest}."),
}

# The tables of a course, and notes in them.
COURSE: Texts = {
    "column_name": noted("name"),
    "column_email": noted("email"),
    "column_late": noted("late"),
    "column_submitted": noted("submitted"),
    "column_file": noted("file"),
    "column_note": noted("note"),
    "column_seconds": noted("seconds"),
    "column_seed": noted("seed"),
    "column_digest": noted("digest"),
    "column_why": noted("why"),
    "column_decision": noted("decision"),
    "column_decisions": noted("decisions"),
    "column_value": noted("value"),
    "column_reason": noted("reason"),
    "column_clock": noted("time of"),
    "clock_platform": noted("the platform"),
    "clock_zip": noted("the zip"),
    "clock_file": noted("the file"),
    "column_answer": noted("answer"),
    "column_mark": noted("mark"),
    "column_comment": noted("comment"),
    "column_place": noted("place"),
    "column_who": noted("who"),
    "column_measure": noted("measure"),
    "column_asked": noted("asked"),
    "column_median": noted("median"),
    "column_band": noted("least to most"),
    "column_trials": noted("trials"),
    "column_asked_each": noted("asked a study"),
    "column_above": noted("p to the one above"),
    "column_leader": noted("p to the first"),
    # Translators: {count} is never 1, {sure} is a percentage without its sign.
    "board_studies": noted(
        "n = {count} studies, the same for all. The measure is the median of the scores; from the least to "
        "the most of them reaches a band that holds the median of all studies with a probability of "
        "{sure} %. p is that of the exact sign-flip test of the paired differences: two-sided, and not "
        "corrected for the number of rows."
    ),
    "not_yet": noted("not graded yet: run the same command again"),
    "days": noted_forms("{count} day late", "{count} days late"),
    # Translators: {late} is "2 days late", {points} a number with its sign.
    "late_lost": noted_forms("{late}: {points} points", "{late}: {points} points"),
    # Translators: {late} says what lateness cost, {message} is a sentence on the notebook.
    "late_and": noted("{late}; {message}"),
    "board": noted("On the board you are {alias}."),
    "no_layout": noted("its name is not one of the layout {layout}"),
    "no_student": noted("{who} is not in the roster"),
    "two_students": noted("{who} are different students in the roster"),
    "no_notebook": noted("handed in {names}, not a notebook (.ipynb)"),
    "best": noted_forms("{count} notebook; the best counts", "{count} notebooks; the best counts"),
    "latest": noted_forms(
        "{count} notebook; {name} is the latest and counts",
        "{count} notebooks; {name} is the latest and counts",
    ),
    "first": noted_forms(
        "{count} notebook; {name} is the first and counts",
        "{count} notebooks; {name} is the first and counts",
    ),
}

# What the instructor decided, for the student. Translators: {reason} is a phrase or a sentence.
DECISIONS: Texts = {
    "decided_extension": noted("Your deadline was moved to {time}. Reason: {reason}"),
    "decided_grace": noted_forms(
        "Your deadline was moved by {days} day. Reason: {reason}",
        "Your deadline was moved by {days} days. Reason: {reason}",
    ),
    "decided_excused": noted("You are excused from this problem set. Reason: {reason}"),
    "decided_out": noted(
        "{question} does not count; the other questions count for all points. Reason: {reason}"
    ),
    "decided_points": noted("For {question} your instructor gives {score} of {points}. Reason: {reason}"),
    "decided_score": noted("For the problem set your instructor gives {score} of {points}. Reason: {reason}"),
    "decided_extra": noted_forms(
        "{points} point of extra credit. Reason: {reason}",
        "{points} points of extra credit. Reason: {reason}",
    ),
}

TEXTS: Texts = {
    **DIFFERENCES,
    **KINDS,
    **OUTCOMES,
    **NOTEBOOKS,
    **FEEDBACK,
    **SUMMARY,
    **COURSE,
    **DECISIONS,
    **DESK,
    **LIKENESS,
}


def worded(key: str, /, **values: Any) -> str:
    """Return the text ``key``, in the language in use, with ``values`` in their places.

    A text of two forms takes the one that belongs to ``count``.

    Examples
    --------
    >>> worded("shape", given=(3, 1), right=(3,))
    'shape (3, 1) instead of (3,)'
    >>> worded("points", count=1.0, points="1")
    '1 point'
    """
    text = TEXTS[key]
    return say(text, **values) if isinstance(text, str) else plural(*text, values["count"], **values)
