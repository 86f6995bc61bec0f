"""A chapter's practice on its page, made from the data as it is when the page is read.

The cell's output says only which chapter it is. So a changed sentence needs no execution: the page is read
again, with its outputs from the cache. MyST-NB finds `Practice` by an entry point, which stands in
``_ext/descent_book-1.dist-info``.
"""

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from d2l_utils import practice
from d2l_utils.practice.chapters import files, home
from d2l_utils.practice.shown import MIME


class Practice(MimeRenderPlugin):
    """Renders what `practice.chapter` and `practice.question` show, in place of the HTML beside it."""

    mime_priority_overrides = [("html", MIME, -1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the questions and exercises; the page depends on the files they stand in."""
        if data.mime_type != MIME or inline:
            return None
        name = data.content.get("question")
        slug = home(name) if name else data.content["chapter"]
        for path in files(slug):
            renderer.renderer.sphinx_env.note_dependency(str(path))
        html = (practice.question(name) if name else practice.chapter(slug))._repr_html_()
        return [nodes.raw(text=html, format="html", classes=["output", "text_html"])]
