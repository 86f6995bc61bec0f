"""What pytest leaves out where it cannot run."""

from functools import partial

import pytest

from d2l_utils.frameworks import NEEDS, lacking
from d2l_utils.practice.shown import MIME
from tools import parts

pytest_plugins = ["tests.leaving_out"]
# The examples of this module train with MXNet, which has wheels for few machines.
FRAMEWORKS = "d2l_utils.frameworks.installed."
# The examples that need a part of the system.
NEEDS_PART = {"exercises.grading.sandbox.run": "bubblewrap"}
# What takes longest begins first, or one worker would end with it while the others have nothing left to do.
LONG = ("tests/browser/test_pages.py", "chapters/", "tests/browser/", "tests/newcomer/", "tests/grading/")


def turn(item):
    """Return the place in `LONG` of the file of a test; the short ones come after it."""
    return next((at for at, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))


def pytest_collection_modifyitems(items):
    """Leave out a cell or an example that lacks its framework: the stored output is the framework's."""
    items.sort(key=turn)
    for item in items:
        overlook_what_is_asked(item)
        if part := NEEDS_PART.get(item.name):
            item.add_marker(pytest.mark.needs(part))
        cell = getattr(item, "cell", None)
        tags = (
            list(NEEDS) if item.name.startswith(FRAMEWORKS) else cell.metadata.get("tags", []) if cell else []
        )
        missing = lacking(tags)
        if "mxnet" in missing and parts.trouble("libgomp1"):
            item.add_marker(pytest.mark.needs("libgomp1"))
        elif missing:
            item.add_marker(pytest.mark.skip(reason=f"{' and '.join(missing)} is not installed"))


def overlook_what_is_asked(item):
    """Let a cell of practice show HTML that is not stored: the build makes it of the data of its day."""
    outputs = item.cell.get("outputs", []) if hasattr(item, "cell") else []
    if any(MIME in output.get("data", {}) for output in outputs):
        skipped = (*item.parent.skip_compare, "text/html")
        item.compare_outputs = partial(item.compare_outputs, skip_compare=skipped)
