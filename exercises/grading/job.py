"""Grade one submission: a task in, a result out, both of them JSON.

A job needs no other job and gives the same marks for the same task, so it may run in any thread, process or
worker, and again. All that is kept from one to the next is what the reference answers. See `grade`.
"""

from __future__ import annotations

import base64
import hashlib
import inspect
import traceback
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import ModuleType
from typing import Any

from d2l_utils import words
from d2l_utils.words import say
from exercises.grading import sandbox
from exercises.grading.answers import Failure
from exercises.grading.marking.apart import Lost, Marker
from exercises.grading.marking.examples import answered, asked
from exercises.grading.marking.judge import WrittenTrial
from exercises.grading.marking.prepared import examples, prepared
from exercises.grading.marking.reports import explain_cell, remark, rounded, status_of
from exercises.grading.question import load, load_given
from exercises.grading.sandbox import notebook
from exercises.grading.statuses import worst
from exercises.grading.texts import worded

__all__ = ["add_written", "blank", "grade", "observe", "unanswered"]

MOST_STOPS, LONGEST_MESSAGE = 10, 300
LEFT = "left-"  # so begins the key of a slip that leaves code as it was handed out
STILL = 5.0  # seconds in which nothing wanted to run that no busy machine explains


def grade(task: Mapping[str, Any]) -> dict[str, Any]:
    """Grade one submission, whatever it holds.

    Parameters
    ----------
    task
        ``problem_set`` (a name for `load`), ``student``, ``notebook`` (the file's bytes, or these in base64),
        ``seed`` of the cases, ``isolation`` of `sandbox.run` ("bubblewrap"), ``late`` (False), ``language``
        of what is said (the one in use).

    Returns
    -------
    dict
        ``student, problem_set, title, digest`` (SHA-256 of the file), ``seed, late, status``, ``score`` (None
        where `statuses.UNSCORED` says so), ``points`` and how many of them are ``pending`` until a person
        marks the texts, ``message`` (one line), ``seconds`` (of the box), ``timing`` ("cpu", "still" or
        "wall" where time ran out: the second slept, and the third may be the fault of a busy machine),
        ``stops`` (what stopped a cell or the notebook, in words), ``questions`` (see `reports.report`),
        ``written`` (texts by question), and ``traceback``, which is for the instructor only.

    Examples
    --------
    >>> grade({"problem_set": "ps1", "student": "ada", "notebook": b"", "seed": 1})["status"]
    'invalid_notebook'
    """
    if (wanted := task.get("language", words.language())) != words.language():
        words.use(wanted)  # a worker elsewhere
    try:
        return _grade(task)
    except notebook.InvalidNotebook as error:
        return blank(task, "invalid_notebook", worded("invalid_notebook", reason=error))
    except Exception:  # a row for every student, whatever is broken here
        return blank(task, "grader_error", worded("grader_error")) | {"traceback": traceback.format_exc()}


def blank(task: Mapping[str, Any], status: str, message: str) -> dict[str, Any]:
    """Return the result of a submission that was not marked, for a reason in words."""
    try:
        digest = hashlib.sha256(_content(task)).hexdigest()
    except (KeyError, TypeError, ValueError):
        digest = ""
    try:
        problem_set = load(task["problem_set"])
        title, points = say(problem_set.title), float(problem_set.points)
    except Exception:  # the problem set is what is broken
        title, points = "", None
    return {
        "student": str(task.get("student", "")),
        "problem_set": str(task.get("problem_set", "")),
        "title": title,
        "digest": digest,
        "seed": task.get("seed"),
        "late": bool(task.get("late", False)),
        "status": status,
        "score": None,
        "points": points,
        "pending": 0.0,
        "message": _one_line(message),
        "seconds": 0.0,
        "timing": None,
        "stops": [],
        "questions": {},
        "written": {},
        "traceback": "",
    }


def add_written(result: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``result`` with the instructor's marks of written questions, and the score that follows.

    Parameters
    ----------
    result : of `grade`; it is not changed.
    marks : by question, a number or a pair (number, comment). A mark of None takes one back.

    Raises
    ------
    ValueError
        If a question is not a written one, or a mark does not lie between 0 and its points.
    """
    questions = dict(result["questions"])
    for name, mark in marks.items():
        score, comment = mark if isinstance(mark, tuple | list) else (mark, "")
        written = questions.get(name)
        if written is None or written["kind"] != "written":
            known = [key for key, question in questions.items() if question["kind"] == "written"]
            raise ValueError(
                f"{name!r} is not a written question of {result['problem_set']}; these are {known}"
            )
        if score is not None and not 0 <= score <= written["points"]:
            raise ValueError(f"the mark of {name} must lie between 0 and {written['points']}, not {score}")
        questions[name] = written | {
            "score": None if score is None else rounded(score),
            "message": comment,
        }
    return dict(result) | {"questions": questions} | _totals(questions)


def unanswered(result: Mapping[str, Any]) -> bool:
    """Say whether a notebook that was marked answers no question at all."""
    questions = result["questions"].values()
    return bool(questions) and all(map(_left, questions))


def _left(question: Mapping[str, Any]) -> bool:
    """Say whether a question is as it was handed out: empty, or code to be mended in which nothing is."""
    unmended = question["score"] == 0 and (question["slip"] or "").startswith(LEFT)
    return unmended or not question.get("answered", True)


def observe(task: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[Any, Sequence[Any]]]]:
    """Grade as `grade` does; return the result, and for each question its trial and what came of the cases.

    That holds the hidden cases and the right answers: it is for the instructor alone.

    Raises
    ------
    InvalidNotebook
        If the notebook cannot be read.
    """
    seen: dict[str, tuple[Any, Sequence[Any]]] = {}
    return _grade(task, seen), seen


def _grade(
    task: Mapping[str, Any], seen: dict[str, tuple[Any, Sequence[Any]]] | None = None
) -> dict[str, Any]:
    problem_set, seed = load(task["problem_set"]), task["seed"]
    book = notebook.read(_content(task))
    names = [question.name for question in problem_set.questions]
    trials = {name: prepared(task["problem_set"], name, seed) for name in names}
    told = {name: each for name in names if (each := examples(task["problem_set"], name))}
    requests = [each.request for each in trials.values()]
    sources = {cell.index: cell for cell in book.cells}
    questions, texts, tracebacks = {}, {}, []
    with Marker(task["problem_set"], seed) as marker:
        outcome = sandbox.run(
            book.cells,
            [
                *map(asked, told.values()),
                *(each for each in requests if each["kind"] == "value"),
                *(_named(each) for each in requests if each["kind"] == "contest"),
            ],
            later=[each for each in requests if each["kind"] != "value"],
            modules=problem_set.modules,
            given=_source(load_given(task["problem_set"])),
            isolation=task.get("isolation", "bubblewrap"),
            seed=_own_seed(task["problem_set"]),
            oracle=marker.ask,
        )
        for name, each in trials.items():
            answers = outcome.questions[name]
            try:
                questions[name] = marker.judge(name, answers, sources, outcome.questions.get(answered(name)))
            except Lost as lost:
                questions[name] = each.judge([Failure("unmarkable")] * len(answers))
                tracebacks.append(str(lost))
            change = outcome.changes.get(answered(name)) or outcome.changes.get(name)
            questions[name]["remark"] = remark(each.question, change)
            if seen is not None:
                seen[name] = each, answers
            if isinstance(each, WrittenTrial):
                texts[name] = each.text(answers)
    stops = [
        worded("sentence", sentence=explain_cell(*each, sources)) for each in sorted(outcome.cells.items())
    ]
    stops = stops[:MOST_STOPS] + ([worded(f"box_{outcome.stopped}")] if outcome.stopped else [])
    status = _status(outcome, questions)
    return {
        **blank(task, status, _message(stops, questions)),
        **_totals(questions),
        "seconds": round(outcome.seconds, 3),
        "timing": _timing(outcome, trials),
        "stops": stops,
        "questions": questions,
        "written": texts,
        "traceback": "\n".join(tracebacks),
    }


def _named(contest: Mapping[str, Any]) -> dict[str, Any]:
    # Which cell changed what is heard before the contest begins.
    name = contest["question"]
    return {"question": answered(name), "checked": name, "kind": "value", "target": contest["target"]}


def _own_seed(problem_set: str) -> int:
    # Of what the notebooks draw themselves: no case follows from it, and all have the same luck.
    return int.from_bytes(hashlib.sha256(f"the box of {problem_set}".encode()).digest()[:4])


def _content(task: Mapping[str, Any]) -> bytes:
    content = task["notebook"]
    return content if isinstance(content, bytes) else base64.b64decode(content, validate=True)


def _source(given: ModuleType | None) -> str | None:
    return None if given is None else inspect.getsource(given)


def _status(outcome: Any, questions: Mapping[str, dict]) -> str:
    statuses = [question["status"] for question in questions.values()]
    statuses += [status_of([failure]) for failure in outcome.cells.values()]
    return worst(statuses + ([outcome.stopped] if outcome.stopped else []))


def _timing(outcome: Any, marked: Iterable[str]) -> str | None:
    failures = [*outcome.cells.values(), *chain.from_iterable(outcome.questions[name] for name in marked)]
    clocks = {failure.type for failure in failures if getattr(failure, "kind", "") == "timeout"}
    if outcome.stopped == "timeout" or "wall" in clocks:
        return "still" if outcome.still >= STILL else "wall"
    return "cpu" if clocks else None


def _totals(questions: Mapping[str, dict]) -> dict[str, Any]:
    marked = [question for question in questions.values() if question["score"] is not None]
    return {
        "score": rounded(sum(question["score"] for question in marked)),
        "pending": sum(question["points"] for question in questions.values() if question["score"] is None),
    }


def _message(stops: Sequence[str], questions: Mapping[str, dict]) -> str:
    """Return the one line that tells an instructor what happened."""
    found = list(stops)
    for name, question in questions.items():
        told = question["message"] or next(
            (part["message"] for part in question["parts"] if part["message"]), ""
        )
        if told and question["score"] is not None:
            found.append(f"{name}: {told}")
    return " ".join(found)


def _one_line(text: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]}…"
