"""What the live elements of a page load: our front end, the rules themselves, and the objectives' contours.

All of it is gathered under ``_build/front`` and served as ``_static/descent``; like the vendored libraries it
does not lie in ``_static`` of the sources, because Jupyter Book would load every script there on every page.
"""

import inspect
import json
import shutil
from pathlib import Path
from typing import Any

from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.config import Config

from d2l_utils import objectives, rules
from d2l_utils._engine.printed import rules_text
from d2l_utils.live import BOOK, constants, specification
from d2l_utils.live.svg import contour_path
from d2l_utils.objectives import Objective
from d2l_utils.practice import feedback, slip
from d2l_utils.practice.slips import SLIPS
from d2l_utils.practice.trials import TRIALS
from d2l_utils.words import table

ELEMENTS = "<descent-"  # how each of our elements begins
# Files of d2l_utils that the page runs as they are, beside the rules.
MODULES = (
    "_engine/clock.py",
    "objectives.py",
    "practice/feedback.py",
    "practice/lessons.py",
    "walk.py",
)
FRONT = Path(__file__).resolve().parent.parent / "front"


def described(objective: Objective) -> dict[str, Any]:
    """Return what the page must know about an objective besides its formula in Python."""
    return {
        "name": objective.name,
        "window": objective.window,
        "minima": objective.minima,
        "lowest": objective.value(*objective.minima[0]) if objective.minima else None,
        "start": objective.start,
        "eigenvalues": objective.eigenvalues,
        "contours": contour_path(objective),
    }


def slips_text() -> str:
    """Return the slips as a module for MicroPython, which reads no TOML: their class and their table."""
    lines = [inspect.getsource(slip), "", "SLIPS = {"]
    for rule, slips in SLIPS.items():
        lines.append(f"    {rule!r}: (")
        for each in slips:
            values = ", ".join(map(repr, (each.key, each.hint, *each.edits)))
            lines.append(f"        Slip({values}, button={each.button!r}),")
        lines.append("    ),")
    return "\n".join([*lines, "}", ""])


def translated(target: Path) -> None:
    """Add what the language in use says to the modules of the page that say it."""
    sentences, forms = table()
    if not sentences:
        return
    words = {sentence: text for sentence, text in sentences.items() if text}
    with (target / "words.py").open("a", encoding="utf-8") as file:
        file.write(f"\nTABLE.update({words!r})\nFORMS.extend({forms!r})\n")
    with (target / "words.js").open("a", encoding="utf-8") as file:
        shown = json.dumps(words, ensure_ascii=False)
        file.write(f"\nObject.assign(TABLE, {shown});\nFORMS.push(...{forms});\n")


def gather(root: Path, target: Path) -> None:
    """Write everything that a live page loads into ``target``, anew."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(FRONT, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name in MODULES:
        shutil.copy(root / "d2l_utils" / name, target)
    (target / "rules.py").write_text(rules_text(), encoding="utf-8")
    (target / "slips.py").write_text(slips_text(), encoding="utf-8")
    (target / "trials.py").write_text(f"TRIALS = {TRIALS!r}\n", encoding="utf-8")
    (target / "constants.js").write_text(constants.javascript(), encoding="utf-8")
    translated(target)
    generated = {
        "sources": {name: feedback.cut(rules_text(), name) for name in rules.on_page},
        "objectives": [described(objective) for objective in objectives.ALL],
        "optimizers": [specification(label, optimizer) for label, optimizer in BOOK.items()],
    }
    for name, content in generated.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (target / f"{name}.json").write_text(text, encoding="utf-8")


def add_static_path(app: Sphinx, config: Config) -> None:
    """Gather the front end and let Sphinx copy it to ``_static/descent``."""
    folder = Path(app.srcdir) / "_build" / "front"
    gather(Path(app.srcdir), folder / "descent")
    config.html_static_path.append(str(folder))


def load(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: document) -> None:
    """Load the front end on pages that hold one of its elements, and on no other."""
    if ELEMENTS in context.get("body", ""):
        app.add_css_file("descent/descent.css")
        app.add_css_file("descent/controls.css")
        app.add_js_file("descent/main.js", type="module")


def setup(app: Sphinx) -> None:
    """Connect to the moments when the configuration is known and when a page is written."""
    app.connect("config-inited", add_static_path)
    app.connect("html-page-context", load)
