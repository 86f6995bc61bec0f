"""What other pages say of the chapters, read from the chapters: nothing about one is typed elsewhere.

A chapter's title is that of its first cell, up to the colon. The metadata of the same cell hold what fails
before the chapter, and on which chapters it leans: in the text form of Jupytext, a first line such as
``+++ {"failure": "guessing does not scale", "builds_on": ["01-optimization-and-deep-learning"]}``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

NAME = re.compile(r"\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)")
TITLE = re.compile(r"# ([^:\n]+)")


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
    builds_on : tuple of str
        The chapters on which it leans directly, such as "03-gradient-descent".
    """

    path: Path
    slug: str
    title: str
    failure: str
    builds_on: tuple[str, ...] = ()


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
    builds_on = tuple(cells[0].metadata.get("builds_on", ()))
    return ListedChapter(path, name[1], title[1].strip(), failure, builds_on)


def all_of(folder: Path) -> list[ListedChapter]:
    """Return the chapters in a folder, in order.

    Raises
    ------
    ValueError
        If one lacks something, or leans on a chapter that is not there or does not come before it.
    """
    found = [read(path) for path in sorted(folder.glob("*.ipynb"))]
    for number, chapter in enumerate(found):
        before = [each.path.stem for each in found[:number]]
        if wrong := [name for name in chapter.builds_on if name not in before]:
            raise ValueError(
                f"chapters/{chapter.path.name}: builds on {', '.join(wrong)}; "
                f"before it come {', '.join(before)}"
            )
    return found
