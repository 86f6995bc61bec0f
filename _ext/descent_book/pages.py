"""Pages without leftovers of the kernel that built them."""

from docutils.nodes import document
from sphinx.application import Sphinx


def drop_widget_state(app: Sphinx, doctree: document) -> None:
    """Forget the state of the build's widgets: without a kernel a page has no use for it."""
    metadata = getattr(app.env, "nb_metadata", {})
    metadata.get(app.env.docname, {}).get("js_files", {}).pop("ipywidgets_state", None)


def setup(app: Sphinx) -> None:
    """Connect to the moment when a page has been read."""
    app.connect("doctree-read", drop_widget_state)
