"""Let a link to a file name an anchor that its author wrote: ``(wrong-toy)=`` is ``page.ipynb#wrong-toy``.

MyST looks for what follows the ``#`` among the headings only. A notebook that is read without Sphinx needs
the file in the link, and an anchor outlives a change of its heading's words; so both are kept.
"""

from docutils import nodes
from sphinx.application import Sphinx

SLUGS = "myst_slugs"  # where MyST keeps, for each page: name of a heading -> (line, id, words)


def add_anchors(app: Sphinx, document: nodes.document) -> None:
    """Put the anchors of a page that was read beside its headings."""
    metadata = app.env.metadata[app.env.docname]
    anchors = {name: document.nameids.get(name) for name, explicit in document.nametypes.items() if explicit}
    known = {name: (0, target, name) for name, target in anchors.items() if target}
    metadata[SLUGS] = {**known, **metadata.get(SLUGS, {})}


def setup(app: Sphinx) -> None:
    """Connect to the reading of pages."""
    app.connect("doctree-read", add_anchors)
