"""Every sentence that a student or an instructor reads from the grader; translate them here."""

from __future__ import annotations

from typing import Any

__all__ = ["LANGUAGE", "say"]

LANGUAGE = "en"

# What an answer is where another was expected: phrases that complete "Returned …" or "x holds …".
DIFFERENCES = {
    "nothing": "nothing where an answer was expected",
    "something": "an answer where nothing was to be returned",
    "kind": "{given} instead of {right}",
    "length": "{kind} of {given} where {right} were expected",
    "shape": "shape {given} instead of {right}",
    "array_for_number": "shape {given} instead of a number",
    "number_for_array": "a number instead of an array of shape {right}",
    "irregular": "a list that is not a regular array of numbers",
    "nan": "NaN where a number was expected",
    "infinite": "infinity where a finite number was expected",
    "sign": "the right size with the wrong sign",
    "close": "numbers that are near the right ones, but further off than rounding allows",
    "some": "numbers of which some are right and others wrong",
    "wrong": "a wrong answer",
    "key": "a dictionary without the entry {key!r}",
    "extra_keys": "a dictionary with an entry that is not asked for",
    "place": "{difference}, in entry {place} of {of}",
    "entry": "{difference}, in the entry {key!r}",
}

KINDS = {
    "NoneType": "nothing",
    "bool": "True or False",
    "number": "a number",
    "str": "a text",
    "list": "a list",
    "tuple": "a tuple",
    "frozenset": "a set",
    "dict": "a dictionary",
    "array": "an array",
    "large": "(very large)",
}

# What came of a call, each a sentence that follows a part's title.
OUTCOMES = {
    "returned": "Returned {difference}",
    "holds": "{target} holds {difference}",
    "open": "This question is not answered yet, or its function ends without `return`.",
    "unanswered": "{target} is not answered yet",
    "argument_changed": "Changed its argument {name}, which was to stay as it is",
    "argument_kept": "Left its argument {name} as it was, where it was to change it",
    "argument_wrong": "Changed its argument {name} to {difference}",
    "should_raise": "Returned an answer where it was to raise {type}",
    "raised": "Raised {type}{where}",
    "where": " at `{code}` (line {line} of your code cell {cell})",
    "where_in_cell": " at `{code}` (line {line})",
    "unreadable": "Returned {kind}, which is no number, array, text, list, tuple or dictionary of these",
    "something_else": "something",
    "missing": "The notebook does not define {target}",
    "timeout": "Used more than its {seconds:g} s of computing time",
    "wall": "Took too long, although it used little computing time: as if it waited for something",
    "killed": "Ended the whole program instead of returning",
    "output": "Returned more than 1 MB",
    "tries": "{sentence}, in {failed} of {count} tries.",
    "sentence": "{sentence}.",
    "not_enough": "Reached {measure:.4g}, which is not enough for this part.",
    "no_measure": "What it returned cannot be measured: {given}.",
    "diverged": "its score is not a finite number",
    "malformed": "it has not the form that the question asks for",
    "written": "Your instructor marks this text.",
    "not_written": "Nothing is written here.",
}

# One line about a whole notebook.
NOTEBOOKS = {
    "invalid_notebook": "The file could not be marked: {reason}.",
    "grader_error": "The grader failed on this notebook; your instructor has been told.",
    "cell_raised": "Code cell {cell} stopped with {type}{where}",
    "cell_timeout": "Code cell {cell} used too much computing time; what it defines was left out",
    "cell_killed": "Code cell {cell} ended the whole program; what it defines was left out",
    "box_timeout": "The notebook was stopped: it took too long.",
    "box_killed": "The notebook ended the program that ran it.",
}

# The page that a student is given back.
FEEDBACK = {
    "page_title": "{title} · {name}",
    "score": "{score} of {points}",
    "one_point": "{points} point",
    "points": "{points} points",
    "not_marked": "Not marked",
    "to_be_marked": "{points}, to be marked",
    "pending": "Your instructor has not marked all of your texts yet: {points} to come.",
    "late": "Handed in late.",
    "late_cost": "Handed in late: {points} taken off.",
    "question": "{name} · {title}",
    "hint": "Hint: {hint}",
    "earned": "Earned",
    "lost": "Not earned",
    "unmarked": "Not marked yet",
    "file": "This is about the file whose SHA-256 begins with {digest}.",
}

# The page about a whole course.
SUMMARY = {
    "summary": "Summary of {title}",
    "statuses": "What became of the submissions",
    "attention": "Who needs attention",
    "totals": "Scores",
    "questions": "Each question",
    "slips": "Known mistakes",
    "lost_parts": "Parts that cost most",
    "times": "Time",
    "submissions": "submissions",
    "marked": "marked",
    "mean": "mean",
    "median_fact": "median",
    "median": "median {median}",
    "median_seconds": "median {median} s",
    "various": "various",
    "most": "points to be had",
    "column_status": "status",
    "column_count": "how many",
    "column_meaning": "meaning",
    "column_student": "student",
    "column_score": "score",
    "column_points": "points",
    "column_mean": "mean",
    "column_all": "all points",
    "column_none": "no point",
    "column_submissions": "submissions",
    "column_message": "message",
    "column_question": "question",
    "column_mistake": "mistake",
    "column_share": "share",
    "column_part": "part",
    "column_most_often": "most often",
    "nobody": "Nobody: every submission ran to its end.",
    "none_found": "None was found.",
    "table": "Table",
    "score_axis": "points",
    "submissions_axis": "submissions",
    "seconds_axis": "time in the box / s",
    "total_alt": "Histogram of the scores, of {points} points; the median is {median}.",
    "questions_alt": "Histograms of the scores of the questions {names}; the table below has the numbers.",
    "seconds_alt": "Histogram of the time of each submission; median {median} s, longest {longest} s.",
}

TEXTS = DIFFERENCES | KINDS | OUTCOMES | NOTEBOOKS | FEEDBACK | SUMMARY


def say(key: str, /, **values: Any) -> str:
    """Return the text ``key`` with ``values`` filled in.

    Examples
    --------
    >>> say("shape", given=(3, 1), right=(3,))
    'shape (3, 1) instead of (3,)'
    """
    return TEXTS[key].format(**values)
