"""Pages without leftovers of the kernel that built them, and never older than what they are made with."""

import re
from pathlib import Path
from typing import Any

from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.config import Config

from d2l_utils.words import noted, say
from descent_book.hashing import digest, files
from descent_book.language import catalogues, scripts
from descent_book.narrow import breakable, foldable

FRONT = ("_ext", "_static", "_templates")
# Where a link for the keyboard leads: the place's name, what stands there, and the link's words.
SKIPS = {
    "the-figure": (re.compile("(?=<descent-figure)"), noted("Skip to the live figure")),
    "the-practice": (re.compile("(?=<descent-(?:quiz|exercise))"), noted("Skip to the questions")),
    "exercises": (re.compile('<section id="exercises"'), noted("Skip to the exercises")),
}


def drop_widget_state(app: Sphinx, doctree: document) -> None:
    """Forget the state of the build's widgets: without a kernel a page has no use for it."""
    metadata = getattr(app.env, "nb_metadata", {})
    metadata.get(app.env.docname, {}).get("js_files", {}).pop("ipywidgets_state", None)


def drop_citation_roles(body: str) -> str:
    """Leave references without roles: docutils' list holds what no list may, its entries' role is retired."""
    body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
    return body.replace(' role="doc-biblioentry"', "")


def drop_summary_labels(body: str) -> str:
    """Let a folded cell be called what it shows: its label hides the words."""
    return body.replace('<summary aria-label="Toggle hidden content">', "<summary>")


def mark_places(body: str, places: list[tuple[str, str]]) -> str:
    """Name the places that a reader may skip to, and list those that the page has in ``places``."""
    for name, (element, words) in SKIPS.items():
        if found := element.search(body):
            if not found[0]:
                body = f'{body[: found.start()]}<span id="{name}"></span>{body[found.start() :]}'
            places.append((name, say(words)))
    return body


def finish(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Mend the text of a page before it is written."""
    places: list[tuple[str, str]] = []
    if body := context.get("body"):
        for mend in (drop_citation_roles, drop_summary_labels, breakable, foldable):
            body = mend(body)
        context["body"] = mark_places(body, places)
    context["descent_skips"] = places
    context["descent_words"] = scripts()


def set_front_key(app: Sphinx, config: Config) -> None:
    """Make a changed style sheet or extension part of the configuration.

    Sphinx looks at the pages only: with none of them changed it would not even copy a new style sheet.
    """
    root = Path(app.srcdir)
    paths = [path for name in FRONT for path in files(root / name)]
    config.descent_front_key = digest(root, [*paths, *catalogues(root, config.language)])


def setup(app: Sphinx) -> None:
    """Declare the key of the front end and connect to the events."""
    app.add_config_value("descent_front_key", "", "env", str)
    app.connect("config-inited", set_front_key)
    app.connect("doctree-read", drop_widget_state)
    app.connect("html-page-context", finish)
