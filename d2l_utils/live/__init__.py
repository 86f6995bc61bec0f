"""The figure that moves: sliders for every hyper-parameter, the path and the loss, from one line of code.

Where there is a kernel it is an ipywidget. In a page without one its first frame stands as drawn text
(``<descent-figure>``), the same on every machine, so that no reader meets a slider that does nothing.
"""

from d2l_utils.live.described import BOOK, slider_range, specification
from d2l_utils.live.figure import LiveFigure, explore
from d2l_utils.live.verdict import paths_part, verdict

__all__ = ["BOOK", "LiveFigure", "explore", "paths_part", "slider_range", "specification", "verdict"]
