"""Every page passes axe's audit, wide and narrow, light and dark, with all that folds unfolded."""

import pytest

from tests.browser import audit
from tests.browser.visit import NARROW, WIDE


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_serious_fault(opened, width):
    faults = audit.structure_faults(opened.look(width))
    assert faults + audit.colour_faults(opened.page) == []
    assert audit.colour_faults(opened.look(width, "dark")) == []
