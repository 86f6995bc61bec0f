"""From what a notebook earned to what counts: after lateness, and after what the instructor decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exercises.grading.course.decisions import Decided, Decision
from exercises.grading.texts import worded

__all__ = ["counted", "told"]


def counted(
    result: Mapping[str, Any], decided: Decided, points: float, lost: float = 0.0, late: str = ""
) -> dict[str, Any]:
    """Return ``result`` of `job.grade` as it counts.

    Points of a question come first, then what does not count: the other questions are worth all ``points`` of
    the set then, to a hundredth, so that a platform's maximum stays right. Then lateness takes ``lost``
    points, then extra credit is added. A score that was decided for the whole set stays as it is.

    Parameters
    ----------
    result : it is not changed.
    lost : what the late rule takes off, at most what there is.
    late : how late it was, in words.

    Returns
    -------
    dict
        ``result`` with its ``score``, ``pending``, ``message`` and ``questions`` after that, of which each
        that was decided about says so in ``decided`` and whether it ``counts``; with ``lost`` (points),
        ``excused``, ``factor`` (by which the other questions count for more), ``decisions`` (sentences for
        the student) and ``unfit`` (decisions that it has no place for).
    """
    questions, unfit = _questions(result, decided)
    said = [
        _sentence(each, questions[place]["points"] if place in questions else points)
        for place, each in decided.by_place.items()
        if place.startswith(":") or place in questions
    ]
    counts: dict[str, Any] = {**result, "questions": questions, "lost": 0.0, "excused": False, "factor": 1.0}
    counts |= {"decisions": said, "unfit": unfit}
    if decided.whole:
        return counts | _whole(decided.whole, points)
    extra = decided.extra
    if result["score"] is None:
        none = [str(extra)] if extra and not extra.for_all else []
        return counts | {"unfit": unfit + none, "decisions": []}
    if decided.by_place:
        counts |= _totals(questions, points)
    if lost:
        counts |= _late(counts, lost, late)
    return counts | {"score": round(counts["score"] + (extra.value if extra else 0.0), 6)}


def _questions(result: Mapping[str, Any], decided: Decided) -> tuple[dict[str, Any], list[str]]:
    """Return the questions after what was decided about them, and decisions about questions that it lacks."""
    questions, unfit = dict(result["questions"]), []
    for name, each in decided.by_place.items():
        if name in questions:
            questions[name] = _decided(questions[name], each)
        elif each.question and not each.for_all:
            unfit.append(str(each))
    return questions, unfit


def _late(counts: Mapping[str, Any], most: float, late: str) -> dict[str, Any]:
    """Take the points that lateness costs, as far as there are any."""
    lost, message = min(most, counts["score"]), counts["message"]
    change = worded("late_lost", count=lost, late=late, points=f"{-lost:+.6g}")
    message = worded("late_and", late=change, message=message) if message else change
    return {"score": counts["score"] - lost, "lost": lost, "late": True, "message": message}


def _decided(question: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    """Return a question's part of a result after a decision about it."""
    after = {**question, "decided": _sentence(decision, question["points"])}
    if decision.kind == "points":
        return after | {"score": round(decision.value, 6)}
    return after | {"counts": False}


def _totals(questions: Mapping[str, Mapping[str, Any]], points: float) -> dict[str, float]:
    counting = [each for each in questions.values() if each.get("counts", True)]
    worth = sum(each["points"] for each in counting)
    left_out = sum(each["points"] for each in questions.values()) - worth
    factor, digits = (points / (points - left_out), 2) if 0 < left_out < points else (1.0, 6)
    return {
        "score": round(factor * sum(each["score"] or 0.0 for each in counting), digits),
        "pending": round(factor * sum(each["points"] for each in counting if each["score"] is None), digits),
        "factor": factor,
    }


def _whole(decision: Decision, points: float) -> dict[str, Any]:
    excused = decision.kind == "excused"
    return {
        "score": None if excused else decision.value,
        "pending": 0.0,
        "excused": excused,
        "decisions": [_sentence(decision, points)],
    }


def _sentence(decision: Decision, points: float) -> str:
    """Say to the student what was decided and why."""
    value, reason = decision.value, decision.reason
    match decision.kind:
        case "extension":
            return worded("decided_extension", time=f"{value:%Y-%m-%d %H:%M %Z}", reason=reason)
        case "grace":
            return worded("decided_grace", count=value, days=f"{value:g}", reason=reason)
        case "excused" if not decision.question:
            return worded("decided_excused", reason=reason)
        case "points" if not decision.question:
            return worded("decided_score", score=f"{value:.6g}", points=f"{points:.6g}", reason=reason)
        case "points":
            score = {"score": f"{value:.6g}", "points": f"{points:.6g}"}
            return worded("decided_points", question=decision.question, reason=reason, **score)
        case "extra":
            return worded("decided_extra", count=value, points=f"{value:.6g}", reason=reason)
    return worded("decided_out", question=decision.question, reason=reason)


def told(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is said of a result in a table: what was decided, then what happened."""
    yield from result.get("decisions", ())
    if result["message"]:
        yield result["message"]
