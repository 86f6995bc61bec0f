"""Collect the sentences of the project for translators, and bring each language's catalogues up to date.

``python -m tools.words`` writes them below ``_build/words`` and updates every ``.po`` file below ``locale``:
a new sentence is added, one that changed is marked as fuzzy, and said in English until somebody looks at it.
``python -m tools.words zh_CN`` begins a language, ``python -m tools.words zh_CN chapters/07-momentum`` a page
in it. The templates are not committed: they would change with every sentence.
"""

from __future__ import annotations

import argparse
import ast
import io
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

import yaml
from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from d2l_utils.practice.chapters import CHAPTERS
from d2l_utils.words import DOMAINS

__all__ = ["LOCALE", "SOURCES", "Source", "chapters", "template", "update"]

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
TEMPLATES = ROOT / "_build" / "words"
KEYWORDS: dict[str, Any] = {"say": None, "noted": None, "plural": (1, 2), "noted_forms": (1, 2)}
COMMENTS = ("Translators:",)
OPTIONS = {"parse_template_string": True}  # JavaScript's `${say("…")}`


class Source(NamedTuple):
    """Files with sentences: a pattern below the root, how Babel reads them, which calls hold sentences."""

    files: str
    method: str
    keywords: Mapping[str, Any] = KEYWORDS


SOURCES: dict[str, tuple[Source, ...]] = {
    "figures": (
        Source("d2l_utils/live/*.py", "python"),
        Source("d2l_utils/objectives.py", "tools.words:asked"),
        Source("_ext/front/*.js", "javascript"),
        Source("_ext/front/page.py", "python"),
    ),
    "practice": (
        Source("d2l_utils/practice/*.py", "python"),
        Source("d2l_utils/practice/data/*.toml", "tools.words:practised"),
        Source("_ext/front/check.py", "python"),
    ),
    "grader": (
        Source("exercises/grading/**/*.py", "python"),
        Source("exercises/ps*/*.py", "tools.words:asked"),
    ),
    "book": (
        Source("_ext/descent_book/*.py", "python"),
        Source("exercises/authoring/*.py", "python"),
    ),
}
# Which arguments of objectives and of a problem set's objects are words, by place and by name.
ASKED: dict[str, tuple[slice, set[str]]] = {
    "Objective": (slice(1), {"name"}),
    "noted": (slice(1), set()),
    "quadratic": (slice(2, 3), {"name"}),
    "Part": (slice(2, 4), {"title", "hint"}),
    "Mistake": (slice(1, 2), {"message"}),
    **dict.fromkeys(
        ("Contest", "Function", "ProblemSet", "Value", "Written"), (slice(0), {"title", "wrong"})
    ),
}


def asked(file: IO[bytes], *_: Any, **__: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield line, function, message and comments of words in the arguments of `ASKED`; Babel calls this."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKED:
            places, names = ASKED[node.func.id]
            values = [*node.args[places], *(each.value for each in node.keywords if each.arg in names)]
            for value in values:
                for each in value.values if isinstance(value, ast.Dict) else [value]:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield each.lineno, None, each.value, []


def practised(file: Any, *_: Any, **__: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield the sentences of a chapter's practice as they are said, with what is shared in its place."""
    asked = CHAPTERS.get(Path(file.name).stem)
    if asked is None:
        return  # what chapters share is said by theirs
    said = [
        text for each in asked.questions.values() for text in (each.question, *chain(*each.answers.items()))
    ]
    said += [text for each in asked.gaps.values() for text in (each.task, *each.gaps.values())]
    said += [each.story for each in asked.bugs.values()]
    said += [text for slips in asked.slips.values() for each in slips for text in (each.hint, each.button)]
    yield from ((0, None, text, []) for text in dict.fromkeys(said) if text)


def messages(source: Source) -> Iterator[tuple[str, int, Any, list[str]]]:
    """Yield file, line, message (of two forms: both) and comments of a source."""
    for path in sorted(ROOT.glob(source.files)):
        with path.open("rb") as file:
            found = extract.extract(source.method, file, source.keywords, COMMENTS, OPTIONS)
            for line, message, comments, _ in found:
                yield path.relative_to(ROOT).as_posix(), line, message, comments


def template(domain: str) -> Catalog:
    """Return the catalogue of a domain's sentences, untranslated."""
    catalog = Catalog(domain=domain, project="Descent", charset="utf-8")
    for source in SOURCES[domain]:
        for path, line, message, comments in messages(source):
            catalog.add(message, locations=[(path, line)], auto_comments=comments)
    return braced(catalog)


def braced(catalog: Catalog) -> Catalog:
    """Return a catalogue without Babel's guess that "97 % of" holds a place; ours have braces."""
    for message in catalog:
        message.flags.discard("python-format")
    return catalog


def chapters(target: Path, *more: str, root: Path = ROOT) -> None:
    """Write a template of each page of the book at ``root`` below ``target``; no notebook is executed.

    ``more`` are arguments of ``jupyter-book build``; what is a warning there ends it.
    """
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    target.mkdir(parents=True, exist_ok=True)
    unexecuted = target / "_config.yml"
    unexecuted.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    command = [f"{sysconfig.get_path('scripts')}/jupyter-book", "build", str(root), "-q", "--all"]
    where = ["--config", str(unexecuted), "--path-output", str(target)]
    builder = ["--builder", "custom", "--custom-builder", "gettext"]
    subprocess.run([*command, *where, *builder, *more], cwd=root, check=True, stdout=subprocess.DEVNULL)


def stored(path: Path) -> Catalog:
    """Return the catalogue in a file."""
    return braced(read_po(io.BytesIO(path.read_bytes())))


def store(catalog: Catalog, path: Path) -> None:
    """Write a catalogue; without the lines of the code, which change with every commit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)


def update(path: Path, found: Catalog, language: str) -> None:
    """Bring a catalogue of a language up to date with a template, or begin it."""
    catalog = stored(path) if path.exists() else Catalog(locale=language, domain=found.domain)
    catalog.locale = language
    catalog.update(found)
    store(catalog, path)


def templates(pages: bool) -> dict[str, Catalog]:
    """Collect every template below `TEMPLATES` and return them by name; a chapter's has a folder in it."""
    found = {domain: template(domain) for domain in SOURCES}
    if pages:
        shutil.rmtree(TEMPLATES, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "exercises.build"], cwd=ROOT, check=True)
        chapters(TEMPLATES)
        built = TEMPLATES / "_build" / "gettext"
        found |= {
            path.relative_to(built).with_suffix("").as_posix(): stored(path) for path in built.rglob("*.pot")
        }
    for name, catalog in found.items():
        store(catalog, TEMPLATES / f"{name}.pot")
    return found


def name_of(path: Path, language: str) -> str:
    """Return which template belongs to a catalogue: "figures", "chapters/07-momentum"."""
    return path.relative_to(LOCALE / language / "LC_MESSAGES").with_suffix("").as_posix()


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.words", description=__doc__)
    parser.add_argument("language", nargs="?", help="begin the catalogues of this language, such as zh_CN")
    parser.add_argument("names", nargs="*", help="which, such as chapters/07-momentum (all but the pages)")
    options = parser.parse_args(None if arguments is None else list(arguments))
    wanted = {(path.relative_to(LOCALE).parts[0], path) for path in LOCALE.rglob("*.po")}
    begun = (options.names or DOMAINS) if options.language else ()
    wanted |= {(options.language, LOCALE / options.language / "LC_MESSAGES" / f"{each}.po") for each in begun}
    found = templates(pages=any(name_of(path, language) not in DOMAINS for language, path in wanted))
    for language, path in sorted(wanted):
        if (name := name_of(path, language)) not in found:
            parser.error(f"there are no sentences of {name!r}; there are {', '.join(sorted(found))}")
        update(path, found[name], language)
        catalog = stored(path)
        done = sum(1 for each in catalog if each.id and each.string and not each.fuzzy)
        print(f"{path.relative_to(ROOT)}: {done} of {len(catalog)} sentences are translated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
