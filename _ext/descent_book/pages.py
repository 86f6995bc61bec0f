"""Pages without leftovers of the kernel that built them, and never older than what they are made with."""

from pathlib import Path
from typing import Any

from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.config import Config

from descent_book.hashing import digest, files


def drop_widget_state(app: Sphinx, doctree: document) -> None:
    """Forget the state of the build's widgets: without a kernel a page has no use for it."""
    metadata = getattr(app.env, "nb_metadata", {})
    metadata.get(app.env.docname, {}).get("js_files", {}).pop("ipywidgets_state", None)


def drop_citation_roles(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Leave references without roles: docutils' list holds what no list may, its entries' role is retired."""
    if body := context.get("body"):
        body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        context["body"] = body.replace(' role="doc-biblioentry"', "")


def set_front_key(app: Sphinx, config: Config) -> None:
    """Make a changed style sheet or extension part of the configuration.

    Sphinx looks at the pages only: with none of them changed it would not even copy a new style sheet.
    """
    root = Path(app.srcdir)
    config.descent_front_key = digest(root, [*files(root / "_static"), *files(root / "_ext")])


def setup(app: Sphinx) -> None:
    """Declare the key of the front end and connect to the events."""
    app.add_config_value("descent_front_key", "", "env", str)
    app.connect("config-inited", set_front_key)
    app.connect("doctree-read", drop_widget_state)
    app.connect("html-page-context", drop_citation_roles)
