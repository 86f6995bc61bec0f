"""The index of methods: where each is introduced, its rule in the API, and the papers that its class names.

``{methods}`` lists what the module offers: optimizers, averages, schedules, searches. A method is introduced
in the section that prints its rule, or else in the first whose code calls it, or whose heading names it, or,
if it has a rule, whose text does. Its papers are the entries of ``references.bib`` whose first author and
year stand in the references of its docstring. So neither a new method nor a new chapter needs anything typed.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from docutils import nodes
from pybtex.database import BibliographyData, parse_file
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from d2l_utils import averages, optimizers, schedules, second_order, tuning
from d2l_utils.words import noted, say
from descent_book import sections

ROOMS: tuple[tuple[str, ModuleType], ...] = (
    (noted("Optimizers"), optimizers),
    (noted("Schedules of the learning rate"), schedules),
    (noted("Averages of the parameters"), averages),
    (noted("Line searches and trust regions"), second_order),
    (noted("Searches for settings"), tuning),
)
REFERENCES = re.compile(r"References\n-+\n(.*?)(?=\n\n|\Z)", re.DOTALL)
YEAR = re.compile(r"\b(1[89]|20)\d\d\b")
NAME = re.compile(r"[^\W\d_][\w'’-]+")
TABLE = """\
## {title}

| {method} | {place} | {papers} |
|---|---|---|
{rows}
"""
Method = Callable[..., Any]


def surnames(entry: Any) -> list[str]:
    """Return the last names of an entry's authors, or of its editors."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    return [" ".join(map(str, person.rich_last_names)) for person in people]


def keys(text: str, bibliography: BibliographyData) -> Iterator[str]:
    """Yield the keys of the papers in a text such as "Polyak 1964; Kingma & Ba 2015, Section 7"."""
    for part in " ".join(text.split()).split(";"):
        if not (year := YEAR.search(part)):
            continue
        names = [each for each in NAME.findall(part[: year.start()]) if each not in ("et", "al")]
        for key, entry in bibliography.entries.items():
            people = surnames(entry)
            first = names[:1] == people[:1] and entry.fields.get("year") == year[0]
            if names and first and (len(names) == 1 or names[1] in people or "et al" in part):
                yield key


@cache
def bibliography(path: Path, changed: int) -> BibliographyData:
    """Return the entries of ``references.bib``."""
    return parse_file(path)


def papers(method: Method, root: Path) -> list[str]:
    """Return the keys of the papers that a method's docstring refers to."""
    match = REFERENCES.search(inspect.cleandoc(method.__doc__ or ""))
    path = root / "references.bib"
    return list(keys(match[1], bibliography(path, path.stat().st_mtime_ns))) if match else []


@lru_cache(maxsize=256)
def pieces(path: Path, changed: int) -> tuple[tuple[str, str, str], ...]:
    """Return each heading, text and cell of code of a chapter, with the name of its section."""
    here, found = "", []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            found.append(("code", here, cell.source))
            continue
        for heading, _ in sections.pieces([cell]):
            if heading:
                here = heading.anchor
                found.append(("heading", here, heading.title))
        found.append(("text", here, cell.source))
    return tuple(found)


def introduced(method: Method, chapters: list[Path]) -> str:
    """Return ``NN-slug#anchor`` of the section that introduces a method, or ""."""
    rule = getattr(method, "rule", method)
    name = re.escape(method.__name__)
    tries = (
        ("code", rf"getsource\(rules\.{rule.__name__}\)"),
        ("code", rf"\b{name}\("),
        ("heading", rf"\b{name}\b"),
        ("text", rf"\b{name}\b" if rule is not method else "(?!)"),  # a rule's name is no common word
    )
    for kind, pattern in tries:
        for path in chapters:
            for what, anchor, text in pieces(path, path.stat().st_mtime_ns):
                if what == kind and re.search(pattern, text):
                    return f"{path.stem}#{anchor}"
    return ""


def listed(room: ModuleType, root: Path) -> Iterator[tuple[Method, str, list[str]]]:
    """Yield the methods of a room, with the section and the papers of each.

    Of optimizers these are all of the book. Elsewhere a method has papers, or is a schedule that a chapter
    introduces; the rest are parts of others.
    """
    chapters = sorted((root / sections.CHAPTERS).glob("*.ipynb"))
    offered = optimizers.METHODS if room is optimizers else [getattr(room, name) for name in room.__all__]
    for method in offered:
        if room is not optimizers and not (inspect.isclass(method) or inspect.isfunction(method)):
            continue
        cited, place = papers(method, root), introduced(method, chapters)
        if room is optimizers or cited or (room is schedules and place):
            yield method, place, cited


def row(room: ModuleType, method: Method, place: str, cited: list[str]) -> str:
    """Return the row of a method in Markdown."""
    role = "py:class" if inspect.isclass(method) else "py:func"
    shown = f"{{{role}}}`~{room.__name__}.{method.__name__}`"
    where = f"{{section}}`{place}`" if place else ""
    return f"| {shown} | {where} | {', '.join(f'{{cite:t}}`{key}`' for key in cited)} |"


def table(title: str, room: ModuleType, root: Path) -> str:
    """Return the table of a room in Markdown; of one that has no methods, nothing."""
    rows = [row(room, *each) for each in listed(room, root)]
    if not rows:
        return ""
    heads = {"method": say("method"), "place": say("introduced in"), "papers": say("papers")}
    return TABLE.format(title=say(title), rows="\n".join(rows), **heads)


class Methods(SphinxDirective):
    """``{methods}``: the tables of all methods."""

    def run(self) -> list[nodes.Node]:
        """Return the tables; every build makes them anew."""
        self.env.note_reread()
        root = Path(self.env.srcdir)
        text = "\n".join(table(title, room, root) for title, room in ROOMS)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("methods", Methods)
