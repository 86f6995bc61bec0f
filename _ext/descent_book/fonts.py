"""The letters of the figures: Matplotlib's own font, so that each text is as wide as it was drawn.

A picture's text stays text: it can be found, selected and read in any size. The page needs the letters with
which it was laid out. A few hundred of them, of the faces that a figure uses, are written to
``_build/fonts`` and served as ``_static/letters``.
"""

import logging
import shutil
from pathlib import Path

import matplotlib
from fontTools import subset
from sphinx.application import Sphinx
from sphinx.config import Config

FACES = ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold")
LICENCE = "LICENSE_DEJAVU"
# Latin, Greek, punctuation, powers and indices, arrows, operators, shapes.
RANGES = (
    *((0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x370, 0x3FF), (0x2010, 0x2044), (0x2070, 0x2094)),
    *((0x2113, 0x2113), (0x2190, 0x21D5), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2605, 0x2606)),
    *((0x2713, 0x2717), (0x27E8, 0x27E9)),
)
CHARACTERS = frozenset(code for first, last in RANGES for code in range(first, last + 1))


def shorten(source: Path, target: Path) -> None:
    """Write the font ``source`` with our characters only, as a web font."""
    options = subset.Options(flavor="woff", layout_features=["kern"], hinting=False, drop_tables=["FFTM"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    with subset.load_font(str(source), options) as font:
        subsetter.subset(font)
        subset.save_font(font, str(target), options)


def add_static_path(app: Sphinx, config: Config) -> None:
    """Make the fonts anew and let Sphinx copy them to ``_static/letters``."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    static = Path(app.srcdir) / "_build" / "fonts"
    target = static / "letters"
    target.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        shorten(source / f"{face}.ttf", target / f"{face}.woff")
    shutil.copy(source / LICENCE, target)
    config.html_static_path.append(str(static))


def setup(app: Sphinx) -> None:
    """Connect to the moment when the configuration is known."""
    app.connect("config-inited", add_static_path)
