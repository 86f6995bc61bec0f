"""What an instructor wants to know about a whole course: marks, mistakes, time, and who needs attention."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, median
from typing import Any

from exercises.grading.pages import plots
from exercises.grading.pages.page import Markup, element, number, page, rich
from exercises.grading.statuses import STATUSES
from exercises.grading.texts import say

__all__ = ["html"]

Result = Mapping[str, Any]
STYLE = """
body { max-width: 60rem; }
h2 { margin: 2.2rem 0 .4rem; }
figure { margin: .6rem 0; max-width: 46rem; }
figure svg { display: block; width: 100%; height: auto; }
.wide { overflow-x: auto; }
.wide table { min-width: 34rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.2rem; }
.facts strong { display: block; font-size: 1.4rem; }
.facts p { margin: 0; }
"""
MOST_MISTAKES = 15
# Less often than this, a message is not what usually goes wrong.
USUAL = 0.2


def html(results: Iterable[Result], title: str = "") -> str:
    """Return the summary of ``results``, of `job.grade`, as a page that stands alone.

    The same results in any order give the same page. It names students and what they did wrong: it is for
    the instructor.
    """
    found = sorted(results, key=lambda result: (result["student"], result["digest"]))
    marked = [result for result in found if result["score"] is not None]
    heading = say("summary", title=title or (found[0]["title"] if found else ""))
    return page(
        heading,
        element("h1", heading),
        _facts(found, marked),
        *_section("statuses", _statuses(found)),
        *(_marks(marked) if marked else ()),
        *_section("attention", _attention(found)),
        style=STYLE,
    )


def _marks(marked: Sequence[Result]) -> Iterable[Markup]:
    scores, points = _scores(marked)
    yield from _section("totals", plots.total_scores([each["score"] for each in marked], marked[0]["points"]))
    if scores:
        yield from _section(
            "questions", plots.question_scores(scores, points), _questions(marked, scores, points)
        )
    yield from _section("slips", _slips(marked))
    yield from _section("lost_parts", _lost_parts(marked))
    yield from _section("times", plots.seconds([each["seconds"] for each in marked]))


def _facts(found: Sequence[Result], marked: Sequence[Result]) -> Markup:
    facts: list[tuple[Any, str]] = [(len(found), say("submissions")), (len(marked), say("marked"))]
    if marked:
        scores = [result["score"] for result in marked]
        facts += [(f"{mean(scores):.1f}", say("mean")), (f"{median(scores):.1f}", say("median_fact"))]
        facts.append((number(marked[0]["points"]), say("most")))
    cards = (element("p", element("strong", str(value)), label) for value, label in facts)
    return element("div", *cards, class_="card facts")


def _statuses(found: Sequence[Result]) -> Markup:
    counts = Counter(result["status"] for result in found)
    rows = [(status, counts[status], STATUSES.get(status, "")) for status in _worst_first(counts)]
    return _table(("status", "count", "meaning"), rows)


def _attention(found: Sequence[Result]) -> Markup:
    groups = defaultdict(list)
    for result in found:
        if result["status"] != "ok":
            groups[result["status"]].append(result)
    rows = [
        (result["student"], status, _score(result), rich(result["message"]))
        for status in _worst_first(groups)
        for result in groups[status]
    ]
    return _table(("student", "status", "score", "message"), rows) if rows else element("p", say("nobody"))


def _questions(marked: Sequence[Result], scores: Mapping[str, list], points: Mapping[str, float]) -> Markup:
    titles = {name: question["title"] for result in marked for name, question in result["questions"].items()}
    rows = [
        (
            *(say("question", name=name, title=titles[name]), number(points[name]), f"{mean(each):.2f}"),
            *(_share(each.count(points[name]), len(each)), _share(each.count(0), len(each)), len(each)),
        )
        for name, each in scores.items()
    ]
    return _table(("question", "points", "mean", "all", "none", "submissions"), rows)


def _slips(marked: Sequence[Result]) -> Markup:
    counts: Counter = Counter()
    for result in marked:
        for name, question in result["questions"].items():
            if question["slip"]:
                counts[name, question["slip"], question["message"]] += 1
    rows = [
        (name, slip, rich(message), count, _share(count, len(marked)))
        for (name, slip, message), count in counts.most_common(MOST_MISTAKES)
    ]
    return (
        _table(("question", "mistake", "message", "count", "share"), rows)
        if rows
        else element("p", say("none_found"))
    )


def _lost_parts(marked: Sequence[Result]) -> Markup:
    counts: Counter = Counter()
    messages: dict[tuple, Counter] = defaultdict(Counter)
    for result in marked:
        for name, question in result["questions"].items():
            for part in question["parts"]:
                if part["earned"] is not None and part["earned"] < part["points"]:
                    counts[name, part["title"]] += 1
                    messages[name, part["title"]][part["message"]] += 1
    rows = [
        (*key, _usual(messages[key]), count, _share(count, len(marked)))
        for key, count in counts.most_common(MOST_MISTAKES)
    ]
    columns = ("question", "part", "most_often", "count", "share")
    return _table(columns, rows) if rows else element("p", say("none_found"))


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


def _usual(messages: Counter) -> Markup:
    message, count = messages.most_common(1)[0]
    return rich(message if count >= USUAL * messages.total() else say("various"))


def _score(result: Result) -> str:
    return "" if result["score"] is None else number(result["score"])


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %"


def _section(key: str, *children: Markup) -> tuple[Markup, ...]:
    return element("h2", say(key)), *children


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    numeric = {"count", "score", "points", "mean", "all", "none", "submissions", "share"}
    classes = ["number" if column in numeric else None for column in columns]
    head = (
        element("th", say(f"column_{column}"), scope="col", class_=each)
        for column, each in zip(columns, classes, strict=True)
    )
    body = (
        element("tr", *(element("td", value, class_=each) for value, each in zip(row, classes, strict=True)))
        for row in rows
    )
    table = element("table", element("thead", element("tr", *head)), element("tbody", *body))
    return element("div", table, class_="wide", tabindex="0", role="group", aria_label=say("table"))
