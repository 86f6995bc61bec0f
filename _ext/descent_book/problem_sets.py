"""The page of a problem set is its student's notebook, without what only a kernel can use.

``python -m exercises.build`` writes ``exercises/psN.ipynb``. That file is what the page offers for download;
what the page shows leaves out the checks, folds away what only helps, and says how to get the notebook.
"""

import json
import re
from typing import Any

from sphinx.application import Sphinx

from d2l_utils.words import plural, say

PAGE = re.compile(r"exercises/(ps\d+)")
LEFT_OUT, FOLDED = "check", {"given", "figure"}
SUMMARY = """\
:::{{admonition}} {title}
:class: tip

{builds_on}

<a class="sd-btn sd-btn-primary" href="../_sources/exercises/{name}.ipynb" download>{download}</a>
:::"""


def tags(cell: dict[str, Any]) -> set[str]:
    """Return the tags of a cell."""
    return set(cell["metadata"].get("tags", []))


def summary(name: str, facts: dict[str, Any]) -> str:
    """Return the box at the top of the page of the set ``name``."""
    chapters = ", ".join(f"[](../chapters/{chapter}.ipynb)" for chapter in facts["builds_on"])
    points, minutes = facts["points"], facts["minutes"]
    return SUMMARY.format(
        name=name,
        title=plural(
            "{points} point, about {minutes} minutes",
            "{points} points, about {minutes} minutes",
            points,
            points=f"{points:g}",
            minutes=minutes,
        ),
        builds_on=say("Builds on {chapters}.", chapters=chapters),
        download=say("Download {file}", file=f"{name}.ipynb"),
    )


def shown(name: str, notebook: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a student's notebook; it is never executed."""
    cells = [cell for cell in notebook["cells"] if LEFT_OUT not in tags(cell)]
    for cell in cells:
        if "introduction" in tags(cell):
            _, _, rest = "".join(cell["source"]).partition("\n\n")
            cell["source"] = summary(name, notebook["metadata"]["problem_set"]) + "\n\n" + rest
        if tags(cell) & FOLDED:
            cell["metadata"]["tags"].append("hide-input")
    metadata = {"kernelspec": notebook["metadata"]["kernelspec"], "mystnb": {"execution_mode": "off"}}
    return notebook | {"cells": cells, "metadata": metadata}


def read_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Replace a student's notebook by its page before Sphinx reads it."""
    if match := PAGE.fullmatch(page):
        source[0] = json.dumps(shown(match[1], json.loads(source[0])))


def setup(app: Sphinx) -> None:
    """Connect to the moment when a source is read."""
    app.connect("source-read", read_page)
