"""What a student is given back: the marks, what went wrong in words, and where to look.

Both forms are made from a result alone, and a result holds no hidden value. The student's name and the lines
of their code are theirs to choose: every text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exercises.grading.pages.page import Markup, element, number, page, pieces, rich
from exercises.grading.texts import say

__all__ = ["html", "markdown"]

STYLE = """
.score { font-size: 1.5rem; font-weight: 650; }
.bar { height: .6rem; border-radius: .3rem; background: var(--line); overflow: hidden;
  print-color-adjust: exact; }
.bar div { height: 100%; background: var(--bar); }
.question header { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
.question header p { white-space: nowrap; margin: 0; }
ul { list-style: none; margin: .6rem 0 0; padding: 0; }
li { display: grid; grid-template-columns: 1.4rem 1fr auto; gap: 0 .5rem; padding: .45rem 0;
  border-top: 1px solid var(--line); }
li > p { grid-column: 2 / 4; margin: .15rem 0 0; }
.earned > .mark { color: var(--good); }
.lost > .mark, .lost > .wrong { color: var(--bad); }
.mark { font-weight: 700; }
.slip { border-left: .3rem solid var(--bar); padding-left: .7rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
MARKS = {"earned": "✓", "lost": "✗", "unmarked": "○"}


def html(result: Mapping[str, Any], name: str = "", course: str = "") -> str:
    """Return a student's feedback as a page that stands alone.

    Parameters
    ----------
    result : of `job.grade`, or with the marks of written questions by `job.add_written`.
    name : how the student is called; the identifier in the result unless given.
    course : stands above the title.
    """
    who = name or result["student"]
    title = result["title"] or result["problem_set"]
    return page(
        say("page_title", title=title, name=who),
        element("p", course, class_="soft") if course else None,
        element("h1", title),
        element("p", who, class_="soft"),
        _score(result),
        *(element("p", rich(text), class_="card notice") for text in _notices(result)),
        *(_question(key, question) for key, question in result["questions"].items()),
        element("p", say("file", digest=result["digest"][:12]), class_="soft") if result["digest"] else None,
        style=STYLE,
    )


def markdown(result: Mapping[str, Any], name: str = "", course: str = "") -> str:
    """Return the same as `html` as Markdown."""
    lines = [f"# {_plain(result['title'] or result['problem_set'])}", ""]
    lines += [" · ".join(_plain(text) for text in (course, name or result["student"]) if text), ""]
    lines += [f"**{_plain(_score_text(result))}**", ""]
    for text in _notices(result):
        lines += [f"> {_plain(text)}", ""]
    for key, question in result["questions"].items():
        heading = say("question", name=key, title=question["title"])
        lines += [f"## {_plain(heading)} ({_plain(_earned(question['score'], question['points']))})", ""]
        if _said(question):
            lines += [_plain(_said(question)), ""]
        for part in _parts(question):
            lines.append(f"- {MARKS[_state(part)]} {_plain(part['title'])} ({_plain(_part_earned(part))})")
            lines += [f"  - {_plain(text)}" for text in _explained(part)]
        lines.append("")
    return "\n".join(lines)


def _score(result: Mapping[str, Any]) -> Markup:
    bar = None
    if result["score"] is not None and result["points"]:
        share = max(0.0, min(1.0, result["score"] / result["points"]))
        filled = element("div", style=f"width: {100 * share:.1f}%")
        bar = element("div", filled, class_="bar", aria_hidden="true")
    return element("div", element("p", _score_text(result), class_="score"), bar, class_="card")


def _question(key: str, question: Mapping[str, Any]) -> Markup:
    heading = element("h2", say("question", name=key, title=question["title"]))
    earned = element("p", _earned(question["score"], question["points"]))
    said = _said(question)
    return element(
        "section",
        element("header", heading, earned),
        element("p", rich(said), class_="slip") if said else None,
        element("ul", *map(_part, _parts(question))) if _parts(question) else None,
        class_="card question",
    )


def _part(part: Mapping[str, Any]) -> Markup:
    state = _state(part)
    mark = element("span", MARKS[state], class_="mark", aria_hidden="true")
    title = element("span", element("span", say(state) + ": ", class_="hidden"), rich(part["title"]))
    classes = ("wrong", "soft")
    told = (
        element("p", rich(text), class_=each) for text, each in zip(_explained(part), classes, strict=False)
    )
    return element(
        "li", mark, title, element("span", _part_earned(part), class_="number"), *told, class_=state
    )


def _notices(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be known about the notebook as a whole."""
    if not result["questions"]:
        yield result["message"]
        return
    if result["pending"]:
        yield say("pending", points=_points(result["pending"]))
    marks = (question["score"] for question in result["questions"].values())
    late = sum(score for score in marks if score is not None) - result["score"]
    if result["late"]:
        yield say("late_cost", points=_points(late)) if late > 1e-9 else say("late")
    yield from result["stops"]


def _score_text(result: Mapping[str, Any]) -> str:
    if result["score"] is None:
        return say("not_marked")
    return _earned(result["score"], result["points"])


def _earned(score: float | None, points: float) -> str:
    if score is None:
        return say("to_be_marked", points=_points(points))
    return say("score", score=number(score), points=_points(points))


def _points(points: float) -> str:
    return say("one_point" if points == 1 else "points", points=number(points))


def _part_earned(part: Mapping[str, Any]) -> str:
    earned = "–" if part["earned"] is None else number(part["earned"])
    return f"{earned} / {number(part['points'])}"


def _parts(question: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    # Once a person has marked a text, that mark and the comment say it all.
    by_hand = question["kind"] == "written" and question["score"] is not None
    return [] if by_hand else question["parts"]


def _state(part: Mapping[str, Any]) -> str:
    if part["earned"] is None:
        return "unmarked"
    return "lost" if part["earned"] < part["points"] else "earned"


def _said(question: Mapping[str, Any]) -> str:
    # A known wrong value is explained beside its part.
    return "" if question["kind"] == "value" else question["message"]


def _explained(part: Mapping[str, Any]) -> list[str]:
    texts = [part["message"]]
    if part["hint"]:
        texts.append(say("hint", hint=part["hint"]))
    return [text for text in texts if text]


def _plain(text: str) -> str:
    """Return ``text`` so that Markdown, and HTML within it, shows it as it is, on one line."""
    line = " ".join(str(text).split())
    return "".join(f"`{part}`" if code else _escaped(part) for part, code in pieces(line))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = re.sub(r"([\\`*_{}\[\]|~$])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?=\s)|^([#+>-])", r"\1\\\2\3", text)
