"""Every page: quiet, whole, at home in its folder, and for everyone; each is opened once."""

import pytest

from tests.browser import audit, faults
from tests.browser.visit import NARROW, WIDE


def test_asks_no_other_site_and_complains_of_nothing(opened, server):
    assert opened.elsewhere == []
    assert opened.complaints == []
    assert server.refused == []


def test_every_equation_is_set(opened):
    assert faults.raw_equations(opened.page) == []


def test_every_picture_says_what_it_shows(opened):
    assert faults.nameless_pictures(opened.page) == []


def test_every_link_into_the_site_resolves(opened, server):
    assert faults.dead_links(opened.page, server.address) == []


def test_one_search_box(opened):
    assert len(faults.search_boxes(opened.page)) == 1


# All that is asked at a width, then all at the next: a change of width takes a second.
@pytest.mark.parametrize(
    ("width", "faults_of"),
    [
        pytest.param(WIDE, faults.cut_off, id="wide-no code, output or table is cut"),
        pytest.param(WIDE, audit.faults, id="wide-no serious fault for readers of any kind"),
        pytest.param(NARROW, faults.cut_off, id="narrow-no code, output or table is cut"),
        pytest.param(NARROW, audit.faults, id="narrow-no serious fault for readers of any kind"),
        pytest.param(NARROW, faults.too_wide, id="narrow-nothing sticks out"),
        pytest.param(320, faults.too_wide, id="320-nothing sticks out"),  # a laptop's page at 400 %
    ],
)
def test_good_at_every_width(opened, width, faults_of):
    assert faults_of(opened.look(width)) == []
