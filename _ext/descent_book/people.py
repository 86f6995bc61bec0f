"""The index of people: everybody whose work a chapter cites, and the chapters that cite it.

``{people}`` is made from the citations in the chapters and from ``references.bib``; nobody is typed here.
"""

import re
import unicodedata
from pathlib import Path

import nbformat
from docutils import nodes
from pybtex.database import BibliographyData, Person
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from descent_book import methods, sections

CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


def cited(path: Path) -> set[str]:
    """Return the keys of what a chapter cites."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {key.strip() for group in CITED.findall(text) for key in group.split(",")}


def words(parts: list[object]) -> str:
    """Return the parts of a name as text."""
    return " ".join(map(str, parts))


def identity(person: Person) -> tuple[str, str]:
    """Return what two spellings of one name share: the last name, and the first letter of the first."""
    last = words([*person.rich_prelast_names, *person.rich_last_names])
    return last, words(person.rich_first_names)[:1]


def sorted_by(name: str) -> str:
    """Return a name as it is sorted: without accents."""
    plain = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ø", "o"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def everybody(chapters: list[Path], bibliography: BibliographyData) -> dict[str, list[str]]:
    """Return the chapters in which each person is cited, "Polyak, Boris T.": ["07-momentum", ...]."""
    names: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], list[str]] = {}
    for path in chapters:
        for key in sorted(cited(path) & set(bibliography.entries)):
            for person in bibliography.entries[key].persons.get("author", []):
                who = identity(person)
                given = words([*person.rich_first_names, *person.rich_middle_names])
                name = ", ".join(filter(None, (who[0], given)))
                names[who] = max(names.get(who, ""), name, key=len)  # the fullest spelling
                places = found.setdefault(who, [])
                if path.stem not in places:
                    places.append(path.stem)
    return {names[who]: found[who] for who in sorted(found, key=lambda each: sorted_by(" ".join(each)))}


def listed(people: dict[str, list[str]], chapters: list[Path]) -> str:
    """Return the index in Markdown."""
    numbers = {path.stem: number for number, path in enumerate(chapters, start=1)}
    lines = []
    for name, places in people.items():
        links = ", ".join(f"[{numbers[each]}](/{sections.CHAPTERS}/{each}.ipynb)" for each in places)
        lines.append(f"- {name}: {links}")
    return "\n".join(lines)


class People(SphinxDirective):
    """``{people}``: everybody, with the numbers of the chapters."""

    def run(self) -> list[nodes.Node]:
        """Return the list; every build makes it anew."""
        self.env.note_reread()
        root = Path(self.env.srcdir)
        chapters = sorted((root / sections.CHAPTERS).glob("*.ipynb"))
        path = root / "references.bib"
        people = everybody(chapters, methods.bibliography(path, path.stat().st_mtime_ns))
        content = self.parse_text_to_nodes(listed(people, chapters))
        return [nodes.container("", *content, classes=["descent-index"])]


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("people", People)
