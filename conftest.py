"""What pytest leaves out where it cannot run."""

import pytest

from d2l_utils.frameworks import lacking

# The examples of this module train with MXNet, which has wheels for few machines.
collect_ignore = ["d2l_utils/frameworks.py"] if lacking(["needs-mxnet"]) else []


def pytest_collection_modifyitems(items):
    """Leave out a notebook's cell whose framework is not installed: its stored output is the framework's."""
    for item in items:
        if (cell := getattr(item, "cell", None)) and (missing := lacking(cell.metadata.get("tags", []))):
            item.add_marker(pytest.mark.skip(reason=f"{' and '.join(missing)} is not installed"))
