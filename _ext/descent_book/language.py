"""The language of a book: Sphinx's ``language`` is that of its figures, practice and furniture too."""

import json
import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from d2l_utils import words
from d2l_utils.words import noted, say
from descent_book.hashing import files

# What the scripts of ``_static`` say; in English each stands in its script.
SCRIPTS = (
    noted("A wide table"),
    noted("A wide formula"),
    noted("The table goes on →"),
    noted("The formula goes on →"),
    noted("Go to the bibliography"),
)


def catalogues(root: Path, language: str) -> list[Path]:
    """Return the files that decide what is said in a language; none decides about English."""
    folder = root / "locale" / language / "LC_MESSAGES"
    return [] if language == words.SOURCE else [path for path in files(folder) if path.suffix == ".po"]


def scripts() -> str:
    """Return what the scripts of ``_static`` say in another language than English, as JSON."""
    if words.language() == words.SOURCE:
        return ""
    return json.dumps({each: say(each) for each in SCRIPTS}, ensure_ascii=False).replace("<", "\\u003c")


def choose(app: Sphinx, config: Config) -> None:
    """Let everything be said in the language of the book, in the kernels of its chapters too."""
    words.use(config.language)
    os.environ[words.VARIABLE] = config.language


def setup(app: Sphinx) -> None:
    """Connect to the moment when the configuration is known, before anything is said."""
    app.connect("config-inited", choose, priority=100)
