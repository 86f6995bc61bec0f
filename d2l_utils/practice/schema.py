"""What a file of practice may hold, and a sentence for everything that is wrong with one.

The sentence says where to look: ``momentum.toml: quiz 'steady-slope': answer 2 has no 'why'``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["SHARED", "Wrong", "check_chapter", "check_shared"]

SHARED = "shared.toml"
# What a key's value must be: one of `KINDS`, or the name of the rows that it lists; "?" if it may be missing.
KEYS: dict[str, dict[str, str]] = {
    "quiz": {"name": "text", "question": "text", "answers": "answer", "apart": "true?"},
    "answer": {"answer": "text", "why": "text", "right": "true?"},
    "complete": {"rule": "text", "task": "text", "gaps": "gap"},
    "gap": {"line": "text", "gap": "text"},
    "bug": {"name": "text", "rule": "text", "slip": "text", "story": "text", "source": "address?"},
    "slip": {"rule": "text", "key": "text", "hint": "text", "edits": "edits", "button": "text?"},
    "slip like another": {
        "rule": "text",
        "like": "text",
        "with": "names?",
        "key": "text?",
        "hint": "text?",
        "edits": "edits?",
        "button": "text?",
    },
    "shared": {"hint": "text", "edits": "edits", "button": "text?"},
    "shared like another": {"like": "text", "hint": "text?", "edits": "edits?", "button": "text?"},
}
TABLES = ("quiz", "complete", "bug", "slip")  # of a chapter's file
CALLED_BY = {"quiz": "name", "complete": "rule", "bug": "name"}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_edits(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(pair, list) and len(pair) == 2 for pair in value)
        and all(_is_text(right) and isinstance(wrong, str) and right != wrong for right, wrong in value)
    )


# What a value must be: the words for it, and whether it is that.
KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text that is not empty", _is_text),
    "true": ("true; leave it out elsewhere", lambda value: value is True),
    "address": (
        "an address that begins with https://",
        lambda value: _is_text(value) and value.startswith("https://"),
    ),
    "names": (
        "a table of texts",
        lambda value: isinstance(value, dict) and bool(value) and all(map(_is_text, value.values())),
    ),
    "edits": ("a list of pairs [right, wrong], two texts that differ", _are_edits),
}


class Wrong(ValueError):
    """A file of practice is not what it should be; the text says where and what is expected."""


def check_chapter(file: str, content: Mapping[str, Any]) -> None:
    """Raise unless ``content`` of a chapter's file is complete and says nothing twice.

    Raises
    ------
    Wrong
        With file, table, entry and key.
    """
    _known(file, content, TABLES, "table")
    for table in TABLES:
        called = []
        for number, row in enumerate(_rows(file, content.get(table, []), table), start=1):
            name = row.get(CALLED_BY.get(table, ""))
            where = f"{file}: {table} {name!r}" if _is_text(name) else f"{file}: {table} {number}"
            if table == "slip":
                where += f" of {row['rule']!r}" if _is_text(row.get("rule")) else ""
                where += f" ({row['key']!r})" if _is_text(row.get("key")) else ""
            _check(where, row, f"{table} like another" if "like" in row else table)
            if table == "quiz":
                _check_answers(where, row["answers"])
            called.append(name)
        _once(file, table, filter(None, called))


def check_shared(file: str, content: Mapping[str, Any]) -> None:
    """Raise unless ``content`` is that of a file of shared slips, whose tables are [group.key]."""
    for group, slips in content.items():
        if not isinstance(slips, dict):
            raise Wrong(f"{file}: {group!r} must be tables [{group}.key]; got {slips!r}")
        for key, row in slips.items():
            where = f"{file}: slip '{group}.{key}'"
            if not isinstance(row, dict):
                raise Wrong(f"{where} must be a table; got {row!r}")
            _check(where, row, "shared like another" if "like" in row else "shared")
            of, _, other = row.get("like", "").partition(".")
            if "like" in row and "hint" not in content.get(of, {}).get(other, {}):
                raise Wrong(f"{where}: there is no {row['like']!r} with a hint of its own here")


def _check(where: str, row: Mapping[str, Any], table: str) -> None:
    keys = KEYS[table]
    _known(where, row, keys, "key")
    for key, kind in keys.items():
        if key not in row:
            if not kind.endswith("?"):
                raise Wrong(f"{where} has no {key!r}")
        elif kind in KEYS:
            rows = _rows(where, row[key], key)
            if not rows:
                raise Wrong(f"{where} has no {key!r}")
            for number, each in enumerate(rows, start=1):
                _check(f"{where}: {kind} {number}", each, kind)
        else:
            words, fits = KINDS[kind.removesuffix("?")]
            if not fits(row[key]):
                raise Wrong(f"{where}: {key!r} must be {words}; got {row[key]!r}")


def _check_answers(where: str, answers: list[dict[str, Any]]) -> None:
    right = sum("right" in answer for answer in answers)
    if right != 1:
        raise Wrong(f"{where}: {right} answers are right; expected 1")
    if len(answers) < 2:
        raise Wrong(f"{where} has 1 answer; expected at least 2")
    _once(where, "answer", (answer["answer"] for answer in answers))


def _known(where: str, table: Mapping[str, Any], names: Iterable[str], what: str) -> None:
    for name in table:
        if name not in names:
            raise Wrong(f"{where}: there is no {what} {name!r} here; there are {', '.join(names)}")


def _rows(where: str, value: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Wrong(f"{where}: {name!r} must be a list of tables, [[{name}]]; got {value!r}")
    return value


def _once(where: str, what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise Wrong(f"{where}: {what} {name!r} is there {times} times; expected once")
