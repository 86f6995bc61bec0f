"""The map of the book: all chapters in their order, and an arc from each to those that lean on it.

Everything is read from the chapters. The list can be read and walked with the keyboard, and says in words
what the arcs show; they are one drawing beside it, stretched to the list's height, as its rows are all as
high. An arc that leads to a chapter's row, or from it, stands out while the pointer or the keyboard is there.
"""

from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from d2l_utils.words import plural, say
from descent_book import chapter_list, sections
from descent_book.chapter_list import ListedChapter

WIDTH = 100.0  # of the drawing; a row is 1 high
NEAR, FAR = 0.16, 1.0  # how far an arc bulges to the next chapter, and from the first to the last
ROW = """\
1. [{title}](chapters/{name})

   {failure}

   {facts}
"""


def edges(chapters: list[ListedChapter]) -> list[tuple[int, int]]:
    """Return the rows of each pair of chapters of which the second leans on the first."""
    rows = {each.path.stem: row for row, each in enumerate(chapters)}
    return [(rows[name], row) for row, each in enumerate(chapters) for name in each.builds_on]


def bulge(length: int, longest: int) -> float:
    """Return how far an arc over ``length`` rows reaches to the left, in units of the drawing."""
    share = ((length - 1) / max(1, longest - 1)) ** 0.7
    return WIDTH * 0.97 * (NEAR + (FAR - NEAR) * share)


def arc(first: int, last: int, longest: int) -> str:
    """Return the path of an arc between the middles of two rows."""
    x = WIDTH - bulge(last - first, longest) / 0.75  # a cubic goes three quarters of the way
    top, bottom = first + 0.5, last + 0.5
    return f"M{WIDTH:g} {top:g}C{x:.1f} {top:g} {x:.1f} {bottom:g} {WIDTH:g} {bottom:g}"


def drawing(chapters: list[ListedChapter]) -> str:
    """Return the arcs as SVG, and the style that lets those of a row stand out."""
    pairs = edges(chapters)
    longest = max((last - first for first, last in pairs), default=1)
    paths = "".join(
        f'<path class="f{first} t{last}" d="{arc(first, last, longest)}"/>' for first, last in pairs
    )
    return (
        f"<style>{''.join(stands_out(len(chapters)))}</style>"
        f'<svg class="descent-arcs" aria-hidden="true" preserveAspectRatio="none" '
        f'viewBox="0 0 {WIDTH:g} {len(chapters)}">{paths}</svg>'
    )


def stands_out(rows: int) -> Iterator[str]:
    """Yield the rules of style for the arcs of each row."""
    for row in range(rows):
        here = f".descent-map:has(li:nth-child({row + 1}):is(:hover,:focus-within))"
        yield f"{here} .t{row}{{stroke:var(--to);opacity:1}}{here} .f{row}{{stroke:var(--from);opacity:1}}"


def facts(chapter: ListedChapter, rows: dict[str, int]) -> str:
    """Return how long a chapter takes and what it leans on, in words."""
    minutes = sections.whole(chapter.path).minutes
    time = plural("{count} minute", "{count} minutes", minutes, count=minutes)
    if not chapter.builds_on:
        return time
    names = ", ".join(str(rows[name] + 1) for name in chapter.builds_on)
    return f"{time} · " + say("leans on {chapters}", chapters=names)


def listed(chapters: list[ListedChapter]) -> str:
    """Return the list in Markdown."""
    rows = {each.path.stem: row for row, each in enumerate(chapters)}
    return "\n".join(
        ROW.format(
            title=each.title,
            name=each.path.name,
            failure=each.failure,
            facts=facts(each, rows),
        )
        for each in chapters
    )


class Map(SphinxDirective):
    """``{chapters}``: the map of all chapters, each with the failure that starts it."""

    def run(self) -> list[nodes.Node]:
        """Return the map; every build makes the page anew, for a chapter may have changed or come."""
        self.env.note_reread()
        try:
            chapters = chapter_list.all_of(Path(self.env.srcdir) / sections.CHAPTERS)
        except ValueError as error:
            raise self.error(str(error)) from error
        arcs = nodes.raw("", drawing(chapters), format="html")
        return [
            nodes.container("", arcs, *self.parse_text_to_nodes(listed(chapters)), classes=["descent-map"])
        ]


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("chapters", Map)
