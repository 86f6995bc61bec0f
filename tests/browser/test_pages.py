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


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_code_output_or_table_is_cut(opened, width):
    opened.look(width)
    assert faults.cut_off(opened.page) == []


# Wide, then narrow: a change of width takes half a second.
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_serious_fault_for_readers_of_any_kind(opened, width):
    assert audit.faults(opened.page, width) == []


@pytest.mark.parametrize("width", [NARROW, 320])  # a laptop's page at 400 % is 320 wide
def test_nothing_sticks_out_on_a_phone(opened, width):
    assert faults.too_wide(opened.look(width)) == []
