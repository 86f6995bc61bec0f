"""The list of chapters on the first page, made from the chapters: nothing about one is typed elsewhere.

A chapter's title is that of its first cell, up to the colon. The metadata of the same cell hold what fails
before the chapter: in the text form of Jupytext, a first line such as ``+++ {"failure": "guessing does not
scale"}``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

NAME = re.compile(r"\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)")
TITLE = re.compile(r"# ([^:\n]+)")
HEAD = "| chapter | the failure that starts it |\n|---|---|\n"


@dataclass(frozen=True)
class ListedChapter:
    """What other pages say of a chapter.

    Attributes
    ----------
    path : Path
        Its notebook, ``chapters/NN-slug.ipynb``.
    slug : str
        Its name in addresses and in practice, such as "momentum".
    title : str
        Its title up to the colon.
    failure : str
        What fails before it.
    """

    path: Path
    slug: str
    title: str
    failure: str


def read(path: Path) -> ListedChapter:
    """Return the chapter in a notebook.

    Raises
    ------
    ValueError
        If its name, its title or what fails before it is missing.
    """
    name = NAME.fullmatch(path.stem)
    if not name:
        raise ValueError(f"chapters/{path.name}: a chapter is named NN-slug.ipynb, as 07-momentum.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    title = TITLE.match(cells[0].source) if cells else None
    if not title:
        begin = cells[0].source[:40] if cells else ""
        raise ValueError(f"chapters/{path.name}: must begin with '# Title'; got {begin!r}")
    failure = cells[0].metadata.get("failure")
    if not failure:
        raise ValueError(
            f"chapters/{path.name}: the metadata of its first cell must say which failure starts it, as "
            f'{{"failure": "guessing does not scale"}}; got {dict(cells[0].metadata)}'
        )
    return ListedChapter(path, name[1], title[1].strip(), failure)


def all_of(folder: Path) -> list[ListedChapter]:
    """Return the chapters in a folder, in order."""
    return [read(path) for path in sorted(folder.glob("*.ipynb"))]


class List(SphinxDirective):
    """``{chapters}``: the table of all chapters, each with the failure that starts it."""

    def run(self) -> list[nodes.Node]:
        """Return the table; every build makes the page anew, for a chapter may have changed or come."""
        self.env.note_reread()
        try:
            chapters = all_of(Path(self.env.srcdir) / "chapters")
        except ValueError as error:
            raise self.error(str(error)) from error
        rows = (f"| [{each.title}](chapters/{each.path.name}) | {each.failure} |" for each in chapters)
        return self.parse_text_to_nodes(HEAD + "\n".join(rows))


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("chapters", List)
