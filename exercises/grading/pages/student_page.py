"""What a student is given back: the marks, what went wrong in words, and where to look.

Both forms are made from a result alone, and a result holds no hidden value. The student's name and the lines
of their code are theirs to choose: every text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exercises.grading.pages.rendering import number, pieces, printable, render
from exercises.grading.texts import worded

__all__ = ["html", "markdown"]

MARKS = {"earned": "✓", "lost": "✗", "unmarked": "○"}


def html(result: Mapping[str, Any], name: str = "", course: str = "") -> str:
    """Return a student's feedback as a page that stands alone.

    Parameters
    ----------
    result : of `job.grade`, or with the marks of written questions by `job.add_written`.
    name : how the student is called; the identifier in the result unless given.
    course : stands above the title.
    """
    shown = _shown(result, name, course)
    heading = worded("page_title", title=shown["title"], name=shown["who"])
    return render("feedback.html.j2", page_title=heading, **shown)


def markdown(result: Mapping[str, Any], name: str = "", course: str = "") -> str:
    """Return the same as `html` as Markdown."""
    shown = _shown(result, name, course)
    lines = [f"# {_plain(shown['title'])}", ""]
    lines += [" · ".join(_plain(text) for text in (course, shown["who"]) if text), ""]
    lines += [f"**{_plain(shown['score'])}**", ""]
    for text in shown["notices"]:
        lines += [f"> {_plain(text)}", ""]
    for question in shown["questions"]:
        lines += [f"## {_plain(question['heading'])} ({_plain(question['earned'])})", ""]
        for text in filter(None, (question["decided"], question["said"], question["remark"])):
            lines += [_plain(text), ""]
        for part in question["parts"]:
            lines.append(f"- {part['mark']} {_plain(part['title'])} ({_plain(part['earned'])})")
            lines += [f"  - {_plain(text)}" for text in part["explained"]]
        lines.append("")
    return "\n".join(lines)


def _shown(result: Mapping[str, Any], name: str, course: str) -> dict[str, Any]:
    """Return what both forms show, each text as it is read."""
    return {
        "course": course,
        "title": result["title"] or result["problem_set"],
        "who": name or result["student"],
        "score": _score_text(result),
        "share": _share(result),
        "notices": list(_notices(result)),
        "questions": [_question(key, question) for key, question in result["questions"].items()],
        "digest": result["digest"][:12],
    }


def _share(result: Mapping[str, Any]) -> float | None:
    if result["score"] is None or not result["points"]:
        return None
    return max(0.0, min(1.0, result["score"] / result["points"]))


def _question(key: str, question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "heading": worded("question", name=key, title=question["title"]),
        "earned": _earned(question["score"], question["points"]),
        "said": _said(question),
        "decided": question.get("decided", ""),
        "remark": question.get("remark", ""),
        "parts": [_part(part) for part in _parts(question)],
    }


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    state = _state(part)
    return {
        "state": state,
        "mark": MARKS[state],
        "title": part["title"],
        "earned": _part_earned(part),
        "explained": _explained(part),
    }


def _notices(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be known about the notebook as a whole."""
    about = [question.get("decided") for question in result["questions"].values()]
    yield from (each for each in result.get("decisions", ()) if each not in about)
    if not result["questions"]:
        yield result["message"]
        return
    if result["pending"]:
        yield worded("pending", points=_points(result["pending"]))
    if result["late"]:
        lost = result.get("lost", 0.0)
        yield worded("late_cost", points=_points(lost)) if lost > 1e-9 else worded("late")
    yield from result["stops"]


def _score_text(result: Mapping[str, Any]) -> str:
    if result["score"] is None:
        return worded("not_marked")
    return _earned(result["score"], result["points"])


def _earned(score: float | None, points: float) -> str:
    if score is None:
        return worded("to_be_marked", points=_points(points))
    return worded("score", score=number(score), points=_points(points))


def _points(points: float) -> str:
    return worded("points", count=points, points=number(points))


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
        texts.append(worded("hint", hint=part["hint"]))
    return [text for text in texts if text]


def _plain(text: str) -> str:
    """Return ``text`` so that Markdown, and HTML within it, shows it as it is, on one line."""
    line = " ".join(printable(str(text)).split())
    return "".join(f"`{part}`" if code else _escaped(part) for part, code in pieces(line))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = re.sub(r"([\\`*_{}\[\]|~$])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?=\s)|^([#+>-])", r"\1\\\2\3", text)
