"""The race on the first page: a live figure without a notebook, drawn when the page is made."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from d2l_utils import SGD, Adam, Momentum, bowl
from d2l_utils.live import LiveFigure, explore
from d2l_utils.words import noted, say

RACERS = {noted("gradient descent"): SGD(0.95), noted("momentum"): Momentum(0.1, 0.9), "Adam": Adam(0.5)}
STEPS = 60


def race() -> LiveFigure:
    """Return the figure; the rates were picked by hand."""
    return explore({say(name): optimizer for name, optimizer in RACERS.items()}, bowl, num_steps=STEPS)


class Race(SphinxDirective):
    """``{race}``: the live figure of the first page."""

    def run(self) -> list[nodes.Node]:
        """Return the figure's first frame, which the page's front end takes over."""
        return [nodes.raw("", race()._repr_html_(), format="html", classes=["output", "text_html"])]


def setup(app: Sphinx) -> None:
    """Offer the directive."""
    app.add_directive("race", Race)
