"""How a build's kernels start: they draw figures as SVG, and leave no history."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821  IPython gives it
c.InlineBackend.figure_formats = {"svg"}
# What is drawn as pixels has so many an inch, and a file names no date.
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "dpi": 130, "metadata": {"Date": None}}
c.HistoryManager.enabled = False
sys.path.append(str(Path(__file__).parent))
c.InteractiveShellApp.extensions = ["descent_drawing"]
