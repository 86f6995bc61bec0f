"""What the chapters ask, read from ``data/``: a file a chapter, and the slips that rules share.

A file holds, in the order of the page, questions ([[quiz]]), rules to complete ([[complete]]) and published
bugs to find ([[bug]]), and then the slips ([[slip]]) of the rules that the chapter teaches. Sentences stand
under ``question, answer, why, task, gap, story, hint, button``; backticks in them mark code, and everything
else is plain text, so that it reads in a terminal as on a page. A question that is ``apart`` stands where the
chapter puts it, below its figure for one, and not among the others.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from d2l_utils.practice.schema import SHARED, Wrong, check_chapter, check_shared
from d2l_utils.practice.slip import Slip

__all__ = [
    "BUGS",
    "CHAPTERS",
    "DATA",
    "GAPS",
    "QUESTIONS",
    "Asked",
    "Bug",
    "Gaps",
    "Question",
    "files",
    "read",
]

DATA = Path(__file__).parent / "data"
OPEN = re.compile(r"\{(\w+)\}")
SAID = ("key", "hint", "button", "edits")  # what a slip may say itself, though it is like another


@dataclass(frozen=True)
class Question:
    """A question, its answers with an explanation each, the right one, and whether it stands by itself."""

    question: str
    answers: Mapping[str, str]
    right: str
    apart: bool = False


@dataclass(frozen=True)
class Gaps:
    """A rule to complete: the task, and what stands in place of which line."""

    rule: str
    task: str
    gaps: Mapping[str, str]


@dataclass(frozen=True)
class Bug:
    """A published bug: which slip of which rule it is, its story, and where it is printed, or ""."""

    rule: str
    slip: str
    story: str
    source: str


@dataclass(frozen=True)
class Asked:
    """What one chapter asks, each kind by name in the page's order, and the slips of its rules."""

    questions: Mapping[str, Question]
    gaps: Mapping[str, Gaps]
    bugs: Mapping[str, Bug]
    slips: Mapping[str, tuple[Slip, ...]]


def home(name: str) -> str:
    """Return the chapter that asks a question."""
    return next(slug for slug, asked in CHAPTERS.items() if name in asked.questions)


def files(slug: str) -> list[Path]:
    """Return where that stands which a chapter shows: its own file, and those of the slips that it shows."""
    rules = {bug.rule for bug in CHAPTERS[slug].bugs.values()}
    homes = {name for name, asked in CHAPTERS.items() if rules & asked.slips.keys()}
    return [DATA / SHARED, *(DATA / f"{name}.toml" for name in sorted(homes | {slug}))]


def read(folder: Path = DATA) -> dict[str, Asked]:
    """Return what each chapter asks, by its slug.

    Raises
    ------
    Wrong
        If a file is not what it should be; the text says where and what is expected.
    """
    shared = _content(folder / SHARED)
    check_shared(SHARED, shared)
    found = {
        path.stem: _asked(path.name, _content(path), shared)
        for path in sorted(folder.glob("*.toml"))
        if path.name != SHARED
    }
    for kind in ("questions", "gaps", "bugs", "slips"):
        homes: dict[str, str] = {}
        for slug, asked in found.items():
            for name in getattr(asked, kind):
                if name in homes:
                    raise Wrong(f"{slug}.toml: the {kind} {name!r} stand in {homes[name]}.toml, too")
                homes[name] = slug
    slips = {rule: each for asked in found.values() for rule, each in asked.slips.items()}
    for slug, asked in found.items():
        for name, bug in asked.bugs.items():
            keys = [slip.key for slip in slips.get(bug.rule, ())]
            if bug.slip not in keys:
                known = ", ".join(keys) or "none"
                raise Wrong(
                    f"{slug}.toml: bug {name!r}: {bug.rule!r} has no slip {bug.slip!r}; there are {known}"
                )
    return found


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path.name}: {error}") from error


def _asked(name: str, content: Mapping[str, Any], shared: Mapping[str, Any]) -> Asked:
    check_chapter(name, content)
    slips: dict[str, list[Slip]] = {}
    for number, row in enumerate(content.get("slip", []), start=1):
        known = slips.setdefault(row["rule"], [])
        known += _slips(
            f"{name}: slip {number} of {row['rule']!r}", row, shared, {slip.key for slip in known}
        )
    return Asked(
        questions={row["name"]: _question(row) for row in content.get("quiz", [])},
        gaps={
            row["rule"]: Gaps(row["rule"], row["task"], {gap["line"]: gap["gap"] for gap in row["gaps"]})
            for row in content.get("complete", [])
        },
        bugs={
            row["name"]: Bug(row["rule"], row["slip"], row["story"], row.get("source", ""))
            for row in content.get("bug", [])
        },
        slips={rule: tuple(each) for rule, each in slips.items()},
    )


def _question(row: Mapping[str, Any]) -> Question:
    right = next(answer["answer"] for answer in row["answers"] if "right" in answer)
    answers = {answer["answer"]: answer["why"] for answer in row["answers"]}
    return Question(row["question"], answers, right, row.get("apart", False))


def _slips(where: str, row: Mapping[str, Any], shared: Mapping[str, Any], known: set[str]) -> Iterable[Slip]:
    """Return the slip of a row, or those of the group that it is like, without what the rule has already."""
    like = row.get("like", "")
    if like in shared:
        if own := [key for key in SAID if key in row]:
            raise Wrong(
                f"{where} is like all of {like!r} and has {own[0]!r} itself; name one of them, {like}.key"
            )
        return [
            _slip(where, {"like": f"{like}.{key}", "with": row.get("with", {})}, shared)
            for key in shared[like]
            if key not in known
        ]
    slip = _slip(where, row, shared)
    if slip.key in known:
        raise Wrong(f"{where}: the rule has a slip {slip.key!r} already")
    return [slip]


def _slip(where: str, row: Mapping[str, Any], shared: Mapping[str, Any]) -> Slip:
    said = _said(where, row, shared)
    given = row.get("with", {})

    def fill(text: str) -> str:
        for name in OPEN.findall(text):
            if name not in given:
                raise Wrong(f"{where}: 'with' has no {name!r}, which {row.get('like', 'the slip')!r} needs")
        return OPEN.sub(lambda match: given[match[1]], text)

    edits = [(fill(right), fill(wrong)) for right, wrong in said["edits"]]
    return Slip(said["key"], fill(said["hint"]), *edits, button=fill(said.get("button", "")))


def _said(where: str, row: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a slip says, and where it says nothing, what the one says that it is like."""
    own = {name: row[name] for name in SAID if name in row}
    if "like" not in row:
        return own
    group, _, key = row["like"].partition(".")
    if key not in shared.get(group, {}):
        names = [f"{group}.{key}" for group, slips in shared.items() for key in slips]
        raise Wrong(f"{where}: there is no {row['like']!r} in {SHARED}; there are {', '.join(names)}")
    return {"key": key} | _said(where, shared[group][key], shared) | own


CHAPTERS = read()
QUESTIONS = {name: each for asked in CHAPTERS.values() for name, each in asked.questions.items()}
GAPS = {rule: each for asked in CHAPTERS.values() for rule, each in asked.gaps.items()}
BUGS = {name: each for asked in CHAPTERS.values() for name, each in asked.bugs.items()}
