"""Pages without leftovers of the kernel that built them, and never older than what they are made with."""

from pathlib import Path

from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.config import Config

from descent_book.hashing import digest, files


def drop_widget_state(app: Sphinx, doctree: document) -> None:
    """Forget the state of the build's widgets: without a kernel a page has no use for it."""
    metadata = getattr(app.env, "nb_metadata", {})
    metadata.get(app.env.docname, {}).get("js_files", {}).pop("ipywidgets_state", None)


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
