"""What an instructor wants to know about a whole course: marks, mistakes, time, and who needs attention."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

from d2l_utils.words import say
from exercises.grading.job import unanswered
from exercises.grading.pages import plots
from exercises.grading.pages.rendering import number, render
from exercises.grading.statuses import STATUSES
from exercises.grading.texts import worded

__all__ = ["Course", "html"]

Result = Mapping[str, Any]
Row = tuple[Any, ...]  # the cells of a table, in the order of the template's columns
MOST_MISTAKES = 15
# Less often than this, a message is not what usually goes wrong.
USUAL = 0.2


@dataclass(frozen=True)
class Course:
    """What a course knows beside the results.

    ``absent`` are those who handed in nothing (student, name); ``late`` has how late it was in words;
    ``pages`` the address of each student's feedback; ``decisions`` the rows of the instructor's table;
    ``warnings`` are sentences.
    """

    absent: Sequence[Row] = ()
    late: Sequence[tuple[str, str]] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    decisions: Sequence[Row] = ()
    warnings: Sequence[str] = ()


def html(results: Iterable[Result], title: str = "", course: Course = Course()) -> str:
    """Return the summary of ``results``, of `job.grade`, as a page that stands alone.

    The same results in any order give the same page. It names students and what they did wrong: it is for
    the instructor.
    """
    found = sorted(results, key=lambda result: (result["student"], result["digest"]))
    marked = [result for result in found if result["score"] is not None and not unanswered(result)]
    return render(
        "summary.html.j2",
        page_title=worded("summary", title=title or (found[0]["title"] if found else "")),
        facts=_facts(found, marked, course),
        statuses=_statuses(found),
        marks=_marks(marked) if marked else None,
        to_mark=_to_mark(found),
        attention=_attention(found),
        course=course,
        late=_late(found, course),
    )


def _marks(marked: Sequence[Result]) -> dict[str, Any]:
    scores, points = _scores(marked)
    totals, most = _totals(marked)
    return {
        "totals": plots.total_scores(totals, most),
        "aside": most < marked[0]["points"],
        "histograms": plots.question_scores(scores, points) if scores else None,
        "questions": _questions(marked, scores, points),
        "slips": _slips(marked),
        "lost_parts": _lost_parts(marked),
        "times": plots.seconds([each["seconds"] for each in marked]),
    }


def _totals(marked: Sequence[Result]) -> tuple[list[float], float]:
    """Return the scores and the points that there are, without the texts as long as some are not marked."""
    points = marked[0]["points"]
    if not any(result["pending"] for result in marked):
        return [result["score"] for result in marked], points
    texts = min(
        result.get("factor", 1.0) * sum(each["points"] for each in _texts(result).values())
        for result in marked
    )
    if not 0 < texts < points:
        return [result["score"] for result in marked], points
    return [max(0.0, _without_texts(result)) for result in marked], points - texts


def _without_texts(result: Result) -> float:
    marks = sum(each["score"] or 0.0 for each in _texts(result).values())
    return result["score"] - result.get("factor", 1.0) * marks


def _texts(result: Result) -> dict[str, Mapping[str, Any]]:
    """Return the questions of a result that a person marks, and that count."""
    return {
        name: each
        for name, each in result["questions"].items()
        if each["kind"] == "written" and each.get("counts", True)
    }


def _facts(found: Sequence[Result], marked: Sequence[Result], course: Course) -> list[Row]:
    facts: list[Row] = [(len(found), worded("submissions")), (len(marked), worded("marked"))]
    if blank := sum(map(unanswered, found)):
        facts.append((blank, worded("blank")))
    facts += [(len(each), worded(key)) for key, each in _groups(found, course) if each]
    if marked:
        scores, points = _totals(marked)
        aside = points < marked[0]["points"]
        facts.append((f"{mean(scores):.1f}", worded("mean_aside" if aside else "mean")))
        facts.append((f"{median(scores):.1f}", worded("median_aside" if aside else "median_fact")))
        facts.append((number(points), worded("most_aside" if aside else "most")))
    return facts


def _groups(found: Sequence[Result], course: Course) -> list[tuple[str, Sequence[Any]]]:
    waiting = [text for result in found for text in _unmarked(result)]
    return [("absent_fact", course.absent), ("late_fact", course.late), ("texts_fact", waiting)]


def _unmarked(result: Result) -> list[str]:
    """Return the questions whose texts are still to be marked."""
    return [
        name
        for name, question in _texts(result).items()
        if question["score"] is None and result["written"].get(name)
    ]


def _to_mark(found: Sequence[Result]) -> list[Row]:
    counts = Counter(name for result in found if result["score"] is not None for name in _unmarked(result))
    return sorted(counts.items())


def _late(found: Sequence[Result], course: Course) -> list[Row]:
    by_student = {result["student"]: result for result in found}
    return [
        (student, days, _score(by_student[student]), number(by_student[student].get("lost", 0.0)))
        for student, days in course.late
        if student in by_student
    ]


def _statuses(found: Sequence[Result]) -> list[Row]:
    counts = Counter(result["status"] for result in found if not unanswered(result))
    told = [(status, counts[status], _meaning(status)) for status in _worst_first(counts)]
    blank = sum(map(unanswered, found))
    return [*told, (worded("blank"), blank, worded("blank_meaning"))] if blank else told


def _meaning(status: str) -> str:
    return say(STATUSES[status]) if status in STATUSES else ""


def _attention(found: Sequence[Result]) -> list[Row]:
    groups = defaultdict(list)
    for result in found:
        if result["status"] != "ok" and not result.get("excused"):
            groups[result["status"]].append(result)
    blank = [result for result in found if unanswered(result) and result["status"] == "ok"]
    return [
        (result["student"], status, _score(result), result["message"])
        for status, several in [
            *((each, groups[each]) for each in _worst_first(groups)),
            (worded("blank"), blank),
        ]
        for result in several
    ]


def _questions(
    marked: Sequence[Result], scores: Mapping[str, list], points: Mapping[str, float]
) -> list[Row]:
    titles = {name: question["title"] for result in marked for name, question in result["questions"].items()}
    return [
        (
            *(worded("question", name=name, title=titles[name]), number(points[name]), f"{mean(each):.2f}"),
            *(_share(each.count(points[name]), len(each)), _share(each.count(0), len(each)), len(each)),
        )
        for name, each in scores.items()
    ]


def _slips(marked: Sequence[Result]) -> list[Row]:
    counts: Counter = Counter()
    for result in marked:
        for name, question in result["questions"].items():
            if question["slip"]:
                counts[name, question["slip"], question["message"]] += 1
    return [
        (name, slip, message, count, _share(count, len(marked)))
        for (name, slip, message), count in counts.most_common(MOST_MISTAKES)
    ]


def _lost_parts(marked: Sequence[Result]) -> list[Row]:
    counts: Counter = Counter()
    messages: dict[tuple, Counter] = defaultdict(Counter)
    for result in marked:
        for name, question in result["questions"].items():
            for part in question["parts"]:
                if part["earned"] is not None and part["earned"] < part["points"]:
                    counts[name, part["title"]] += 1
                    messages[name, part["title"]][part["message"]] += 1
    return [
        (*key, _usual(messages[key]), count, _share(count, len(marked)))
        for key, count in counts.most_common(MOST_MISTAKES)
    ]


def _scores(marked: Sequence[Result]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return the marks of each question, and its points."""
    scores: dict[str, list[float]] = {}
    points: dict[str, float] = {}
    for result in marked:
        for name, question in result["questions"].items():
            if question["score"] is not None:
                scores.setdefault(name, []).append(question["score"])
                points[name] = question["points"]
    return dict(sorted(scores.items())), points


def _worst_first(statuses: Iterable[str]) -> list[str]:
    known = [*STATUSES]
    return sorted(statuses, key=lambda each: (known.index(each) if each in known else -1, each))


def _usual(messages: Counter) -> str:
    message, count = messages.most_common(1)[0]
    return message if count >= USUAL * messages.total() else worded("various")


def _score(result: Result) -> str:
    return "" if result["score"] is None else number(result["score"])


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %"
