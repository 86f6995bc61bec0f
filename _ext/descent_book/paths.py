"""Ways through the book: lists of chapters and sections, with the minutes that they take.

A path is typed as rows, what stands in front of the colon first, then chapters, sections and problem sets::

    ```{path}
    Saturday: 03-gradient-descent; 05-stochastic-gradient-descent#the-noise-floor; ps2
    ```

Titles, links and minutes are made by the build. A name that is not there stops it.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from d2l_utils.words import plural, say
from descent_book import sections

SETS = "exercises"
TABLE = """\
| {when} | {read} | {time} |
|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Stop:
    """One thing to read or to do on a path.

    Attributes
    ----------
    target : str
        "NN-slug", "NN-slug#anchor" or "psN".
    minutes : int
        How long it takes.
    """

    target: str
    minutes: int

    @property
    def is_set(self) -> bool:
        """Tell whether it is a problem set."""
        return self.target.startswith("ps")

    def link(self) -> str:
        """Return the link to it in Markdown."""
        return f"[](/{SETS}/{self.target}.ipynb)" if self.is_set else f"{{section}}`{self.target}`"


def stop(root: Path, target: str) -> Stop:
    """Return what a name on a path stands for.

    Raises
    ------
    ValueError
        If there is no such chapter, section or problem set.
    """
    if not target.startswith("ps"):
        return Stop(target, sections.find(root / sections.CHAPTERS, target).minutes)
    master = root / SETS / target / f"{target}.md"
    if not master.exists():
        raise ValueError(f"{target}: there is no exercises/{target}/{target}.md")
    _, head, _ = master.read_text(encoding="utf-8").split("---\n", 2)
    return Stop(target, yaml.safe_load(head)["minutes"])


def rows(root: Path, text: list[str]) -> list[tuple[str, list[Stop]]]:
    """Return the rows of a path: what stands before the colon, and the stops.

    Raises
    ------
    ValueError
        If a row has no colon, or a stop is not there.
    """
    found = []
    for line in filter(str.strip, text):
        when, colon, targets = line.partition(":")
        if not colon:
            raise ValueError(f"a row of a path is 'when: what; what'; got {line!r}")
        found.append((when.strip(), [stop(root, each.strip()) for each in targets.split(";")]))
    return found


def spoken(minutes: int) -> str:
    """Return a time in words: in minutes, or from two hours on in hours and minutes."""
    if minutes < 120:
        return plural("{count} min", "{count} min", minutes, count=minutes)
    return say("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def table(path: list[tuple[str, list[Stop]]]) -> str:
    """Return a path as a table in Markdown, with the sum in its last row."""
    lines = [
        f"| {when} | {' · '.join(each.link() for each in stops)} | "
        f"{spoken(sum(each.minutes for each in stops))} |"
        for when, stops in path
    ]
    total = spoken(sum(each.minutes for _, stops in path for each in stops))
    all_of_it = say("all of it")
    lines.append(f"| **{all_of_it}** |  | **{total}** |")
    heads = {"when": say("when"), "read": say("what"), "time": say("time")}
    return TABLE.format(rows="\n".join(lines), **heads)


class Way(SphinxDirective):
    """``{path}``: a way through the book."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table; every build makes it anew."""
        self.env.note_reread()
        try:
            path = rows(Path(self.env.srcdir), list(self.content))
        except ValueError as error:
            raise self.error(str(error)) from error
        return self.parse_text_to_nodes(table(path))


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("path", Way)
