"""What pytest leaves out where it cannot run."""

import pytest

from d2l_utils.frameworks import lacking

pytest_plugins = ["tests.leaving_out"]
# The examples of this module train with MXNet, which has wheels for few machines.
collect_ignore = ["d2l_utils/frameworks.py"] if lacking(["needs-mxnet"]) else []


# The examples that need a part of the system.
NEEDS = {"exercises.grading.sandbox.run": "bubblewrap"}


def pytest_collection_modifyitems(items):
    """Leave out a notebook's cell whose framework is not installed: its stored output is the framework's."""
    for item in items:
        if item.name in NEEDS:
            item.add_marker(pytest.mark.needs(NEEDS[item.name]))
        if (cell := getattr(item, "cell", None)) and (missing := lacking(cell.metadata.get("tags", []))):
            item.add_marker(pytest.mark.skip(reason=f"{' and '.join(missing)} is not installed"))
