"""The book's own Sphinx extension: vendored libraries, the cache's key, live and clean pages, progress."""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from descent_book import (
    ahead,
    anchors,
    assets,
    concept_map,
    execution,
    fonts,
    language,
    live,
    methods,
    numbers,
    pages,
    paths,
    people,
    pictures,
    problem_sets,
    progress,
    race,
    references,
    sections,
    solutions,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Connect every part of the extension."""
    progress.setup(app)
    ahead.setup(app)
    anchors.setup(app)
    assets.setup(app)
    concept_map.setup(app)
    execution.setup(app)
    fonts.setup(app)
    language.setup(app)
    live.setup(app)
    methods.setup(app)
    numbers.setup(app)
    pages.setup(app)
    paths.setup(app)
    people.setup(app)
    pictures.setup(app)
    problem_sets.setup(app)
    race.setup(app)
    references.setup(app)
    sections.setup(app)
    solutions.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
