"""Sections of the chapters: their names in addresses, how long one reads them, and links that cannot rot.

``{section}`09-adagrad#the-cure-the-words-again` `` is a link in the words of the chapter and of its heading
as they are today; without ``#`` it is the chapter's. A name that no heading has stops the build.

How long one reads is counted: words of prose at 180 a minute, four seconds for a line of code that is not
folded, twenty for a formula on lines of its own. Exercises, hints and references do not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole

from descent_book.folded import FOLDING

CHAPTERS = "chapters"
WORDS_A_MINUTE, SECONDS_A_LINE, SECONDS_A_FORMULA = 180, 4, 20
UNREAD = {"exercises", "references", "check-yourself"}  # sections that have a time of their own
HEADING = re.compile(r"^(#{1,4}) +(.+?) *$")
FENCED = re.compile(r"^```.*?^```[^\n]*$", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
SILENT = re.compile(r"\]\([^)]*\)|\{[a-z:]+\}|<[^>]*>|[*`|]")
MARKS = re.compile(r"[$*`]")
WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Section:
    """A part of a chapter that has a heading.

    Attributes
    ----------
    anchor : str
        Its name in addresses: that which docutils gives it.
    title : str
        Its heading, in Markdown.
    level : int
        1 for the chapter, 2 for its sections, 3 and 4 below.
    seconds : float
        How long one reads it, with the sections below it.
    """

    anchor: str
    title: str
    level: int
    seconds: float = 0.0

    @property
    def minutes(self) -> int:
        """How long one reads it, in minutes, one at least."""
        return max(1, round(self.seconds / 60))


def anchor(title: str) -> str:
    """Return the name that docutils gives a heading."""
    return nodes.make_id(MARKS.sub("", title))


def read_seconds(text: str) -> float:
    """Return how long one reads a piece of Markdown."""
    text = DETAILS.sub("", text)
    lines = sum(len(block.splitlines()) - 2 for block in FENCED.findall(text))
    text = FENCED.sub("", text)
    formulas = len(FORMULA.findall(text))
    words = len(WORD.findall(SILENT.sub(" ", FORMULA.sub("", text))))
    return words * 60 / WORDS_A_MINUTE + lines * SECONDS_A_LINE + formulas * SECONDS_A_FORMULA


def code_seconds(cell: NotebookNode) -> float:
    """Return how long one reads a cell of code; what is folded takes no time."""
    if FOLDING & set(cell.metadata.get("tags", [])):
        return 0.0
    return SECONDS_A_LINE * sum(1 for line in cell.source.splitlines() if line.strip())


def pieces(cells: list[NotebookNode]) -> Iterator[tuple[Section | None, float]]:
    """Yield each heading of a notebook, and the seconds of what follows it, piece by piece."""
    for cell in cells:
        if cell.cell_type == "code":
            yield None, code_seconds(cell)
            continue
        text, fenced = "", False
        for line in cell.source.splitlines():
            fenced ^= line.startswith("```")
            if not fenced and (match := HEADING.match(line)):
                yield None, read_seconds(text)
                yield Section(anchor(match[2]), match[2], len(match[1])), 0.0
                text = ""
            else:
                text += line + "\n"
        yield None, read_seconds(text)


@lru_cache(maxsize=256)
def _of(path: Path, changed: int) -> dict[str, Section]:
    found: list[Section] = []
    own: list[float] = []
    for heading, seconds in pieces(nbformat.read(path, as_version=4).cells):
        if heading:
            known = [each.anchor for each in found]
            if heading.anchor in known:  # docutils numbers it, and nobody links to it
                heading = replace(heading, anchor=f"{heading.anchor}-{len(found)}")
            found.append(heading)
            own.append(0.0)
        elif own:
            own[-1] += seconds
    for i, each in enumerate(found):
        end = next((j for j in range(i + 1, len(found)) if found[j].level <= each.level), len(found))
        parts = (own[j] for j in range(i, end) if j == i or found[j].anchor not in UNREAD)
        found[i] = replace(each, seconds=sum(parts))
    return {each.anchor: each for each in found}


def sections(path: Path) -> dict[str, Section]:
    """Return the sections of a chapter by their names, the chapter itself first."""
    return _of(path, path.stat().st_mtime_ns)


def whole(path: Path) -> Section:
    """Return a chapter as a section."""
    return next(iter(sections(path).values()))


def find(folder: Path, target: str) -> Section:
    """Return the section that ``NN-slug#anchor`` names in a folder of chapters.

    Raises
    ------
    ValueError
        If there is no such chapter, or no such heading in it.
    """
    name, _, wanted = target.partition("#")
    path = folder / f"{name}.ipynb"
    if not path.exists():
        raise ValueError(f"{target}: there is no chapters/{name}.ipynb")
    known = sections(path)
    if not wanted:
        return whole(path)
    if wanted not in known:
        raise ValueError(f"{target}: {path.name} has no such heading; it has {', '.join(known)}")
    return known[wanted]


class place(nodes.General, nodes.Inline, nodes.Element):
    """Where a link to a chapter or to a section of it will stand."""


class Link(SphinxRole):
    """``{section}`09-adagrad#the-idea` ``: a link to a section, ``{section}`09-adagrad` `` to a chapter."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the place; the page is read again when the chapter changes."""
        try:
            find(Path(self.env.srcdir) / CHAPTERS, self.text)
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [nodes.literal("", self.text)], [message]
        name, _, wanted = self.text.partition("#")
        self.env.note_dependency(str(self.env.doc2path(f"{CHAPTERS}/{name}")))
        return [place("", chapter=f"{CHAPTERS}/{name}", anchor=wanted)], []


def short(title: str) -> str:
    """Return a chapter's title up to its colon."""
    return title.partition(":")[0].strip()


class Words(SphinxPostTransform):
    """Say each link in the words of the heading, in the book's language."""

    default_priority = 8  # before Sphinx resolves what headings may hold

    def run(self, **kwargs: object) -> None:
        """Do it for one page."""
        trees: dict[str, nodes.document] = {}
        for node in list(self.document.findall(place)):
            name = node["chapter"]
            tree = trees.setdefault(name, self.env.get_doctree(name))
            node.replace_self(self.link(name, tree, node["anchor"]))

    def link(self, name: str, tree: nodes.document, wanted: str) -> nodes.reference:
        """Return the link to a section of a chapter."""
        chapter = next(tree.findall(nodes.title))
        uri = self.app.builder.get_relative_uri(self.env.docname, name)
        link = nodes.reference("", "", internal=True, refuri=f"{uri}#{wanted}" if wanted else uri)
        words = nodes.inline("", short(chapter.astext()))
        if wanted:
            title = next(
                each.next_node(nodes.title) for each in tree.findall(nodes.section) if wanted in each["ids"]
            )
            copied = [child.deepcopy() for child in title.children]
            words += [nodes.Text(", "), nodes.emphasis("", "", *copied)]
            for reference in words.findall(addnodes.pending_xref):
                reference["refdoc"] = self.env.docname
        link += words
        return link


def setup(app: Sphinx) -> None:
    """Offer the role."""
    app.add_node(place)
    app.add_role("section", Link())
    app.add_post_transform(Words)
