"""The sentences of figures, practice, marks and pages in the reader's language, from catalogues of gettext.

English is the source: a sentence stands in the code as it is read, with a named place for whatever changes
(``"Remove {label}"``), and its translation in ``locale/<language>/LC_MESSAGES/*.po``. So a language is a
folder, and no code. What a catalogue does not translate is English.

The language is ``use``'s, or else that of the environment variable ``DESCENT_LANGUAGE``, or else English.
"""

from __future__ import annotations

import gettext
import io
import os
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

__all__ = [
    "DOMAINS",
    "SOURCE",
    "VARIABLE",
    "language",
    "languages",
    "noted",
    "noted_forms",
    "plural",
    "say",
    "table",
    "use",
]

SOURCE = "en"
VARIABLE = "DESCENT_LANGUAGE"
DOMAINS = ("figures", "practice", "grader", "book")
# Compiled beside this file in an installed package, or as translators write them in the repository.
FOLDERS = (Path(__file__).parent / "locale", Path(__file__).parents[2] / "locale")
FORMS = 200  # numbers whose plural is listed; languages tell larger ones by their last two digits

_words: tuple[str, gettext.NullTranslations] | None = None


def use(language: str, folder: Path | None = None) -> None:
    """Let all sentences be said in ``language`` from now on.

    Parameters
    ----------
    language : str
        "en", or the name of a folder of catalogues such as "zh_CN".
    folder : Path, optional
        Where that folder lies; the book's own by default.

    Raises
    ------
    ValueError
        If there is no such language.

    Examples
    --------
    >>> use("en")
    >>> language()
    'en'
    """
    global _words
    _words = language, _loaded(language, FOLDERS if folder is None else (folder,))


def language() -> str:
    """Return the language in use.

    Examples
    --------
    >>> language()
    'en'
    """
    return _current()[0]


def languages(folder: Path | None = None) -> list[str]:
    """Return the languages that `use` knows.

    Examples
    --------
    >>> languages()[0]
    'en'
    """
    folders = FOLDERS if folder is None else (folder,)
    return [SOURCE, *sorted({path.parent.name for each in folders for path in each.glob("*/LC_MESSAGES")})]


def noted(sentence: str) -> str:
    """Return ``sentence`` as it is, and let it be found for the catalogues; `say` gets it later.

    Examples
    --------
    >>> noted("loss above the minimum")
    'loss above the minimum'
    """
    return sentence


def noted_forms(one: str, many: str) -> tuple[str, str]:
    """Return the two forms of a sentence as they are, and let them be found; `plural` gets them later.

    Examples
    --------
    >>> noted_forms("{count} step", "{count} steps")
    ('{count} step', '{count} steps')
    """
    return one, many


def say(sentence: str, /, **values: Any) -> str:
    """Return ``sentence`` in the language in use, with ``values`` in its places.

    Examples
    --------
    >>> say("Show the code of {names}", names="fit")
    'Show the code of fit'
    """
    text = _current()[1].gettext(sentence)
    return text.format(**values) if values else text


def plural(one: str, many: str, number: float, /, **values: Any) -> str:
    """Return the form of a sentence that belongs to ``number``, with ``values`` in its places.

    Examples
    --------
    >>> plural("{points} point", "{points} points", 1, points="1")
    '1 point'
    """
    whole = int(number) if number == int(number) else 2  # a broken number is many
    return _current()[1].ngettext(one, many, whole).format(**values)


def table() -> tuple[dict[str, Any], list[int]]:
    """Return what is said for which sentence, and which form belongs to which number, for other languages.

    A sentence with several forms has a list of them. The second list counts from 0 to 199; a larger number is
    as its last two digits and a hundred. In English both are empty.

    Examples
    --------
    >>> table()
    ({}, [])
    """
    entries: dict[str, Any] = {}
    rule = None
    words: gettext.NullTranslations | None = _current()[1]
    while words is not None:
        for key, text in getattr(words, "_catalog", {}).items():
            sentence, form = key if isinstance(key, tuple) else (key, None)
            if form is None:
                entries.setdefault(sentence, text)
            else:
                entries.setdefault(sentence, {}).setdefault(form, text)
        rule = rule or getattr(words, "plural", None)
        words = words._fallback  # type: ignore[attr-defined]
    entries.pop("", None)
    told = {
        sentence: [text[form] for form in sorted(text)] if isinstance(text, Mapping) else text
        for sentence, text in entries.items()
    }
    return told, [rule(number) for number in range(FORMS)] if rule else []


def _current() -> tuple[str, gettext.NullTranslations]:
    if _words is None:
        use(os.environ.get(VARIABLE) or SOURCE)
    assert _words is not None
    return _words


def _loaded(language: str, folders: tuple[Path, ...]) -> gettext.NullTranslations:
    """Return the catalogues of a language, one behind the other."""
    if language == SOURCE:
        return gettext.NullTranslations()
    for folder in folders:
        found = [words for domain in DOMAINS if (words := _read(folder / language / "LC_MESSAGES" / domain))]
        for words, fallback in pairwise(found):
            words._fallback = fallback  # type: ignore[attr-defined]
        if found:
            return found[0]
    known = ", ".join(sorted({name for folder in folders for name in languages(folder)}))
    raise ValueError(f"there are no words in {language!r}; the languages are {known}")


def _read(path: Path) -> gettext.GNUTranslations | None:
    """Return the catalogue of a domain: the translator's text, compiled here, or else what is compiled."""
    text, compiled = path.with_suffix(".po"), path.with_suffix(".mo")
    if text.exists():
        from babel.messages import mofile, pofile

        buffer = io.BytesIO()
        mofile.write_mo(buffer, pofile.read_po(io.BytesIO(text.read_bytes())))
        buffer.seek(0)
        return gettext.GNUTranslations(buffer)
    return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes())) if compiled.exists() else None
