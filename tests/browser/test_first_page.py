"""The first page: the race is above the fold, the map's rows and arcs belong together at any width."""

from itertools import pairwise

import pytest

from tests.browser.visit import NARROW, WIDE

NAME = "intro.html"
SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (NARROW, 844)])
ROWS = """() => [...document.querySelectorAll('.descent-map > ol > li')].map(row => {
    const { top, bottom } = row.getBoundingClientRect()
    const over = row.scrollHeight - row.clientHeight, wide = row.scrollWidth - row.clientWidth
    return { top, bottom, over, wide }
})"""
ARCS = """() => {
    const svg = document.querySelector('.descent-arcs'), frame = svg.getBoundingClientRect()
    const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number)
    return [...svg.querySelectorAll('path')].map(path => {
        const at = share => path.getPointAtLength(share * path.getTotalLength())
        const across = frame.width / width, down = frame.height / height
        const here = ({ x, y }) => [frame.left + x * across, frame.top + y * down]
        const name = path.getAttribute('class')
        return { name, from: here(at(0)), to: here(at(1)), middle: here(at(0.5)) }
    })
}"""
SHINING = """() => [...document.querySelectorAll('.descent-arcs path')]
    .filter(path => getComputedStyle(path).opacity === '1').map(path => path.getAttribute('class'))"""


@pytest.fixture
def page(visit):
    return visit(NAME).page


@SIZES
def test_the_race_is_above_the_fold(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_selector("descent-figure svg")
    bottom = page.evaluate("document.querySelector('descent-figure svg').getBoundingClientRect().bottom")
    assert 0 < bottom < height


@SIZES
def test_rows_are_of_one_height_and_cut_nothing(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    rows = page.evaluate(ROWS)
    heights = [row["bottom"] - row["top"] for row in rows]
    assert max(heights) - min(heights) < 1.5
    assert [row for row in rows if row["over"] > 1 or row["wide"] > 1] == []
    assert all(one["bottom"] <= other["top"] + 0.5 for one, other in pairwise(rows))


@SIZES
def test_arcs_lead_from_row_to_row_and_stay_in_the_page(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    rows, arcs = page.evaluate(ROWS), page.evaluate(ARCS)
    middles = [(row["top"] + row["bottom"]) / 2 for row in rows]
    for arc in arcs:
        first, last = (int(part[1:]) for part in arc["name"].split())
        assert arc["from"][1] == pytest.approx(middles[first], abs=2)
        assert arc["to"][1] == pytest.approx(middles[last], abs=2)
        assert 0 <= arc["middle"][0] < arc["from"][0]


def test_the_arcs_of_a_chapter_stand_out_while_the_keyboard_is_there(page):
    page.set_viewport_size({"width": WIDE, "height": 800})
    assert page.evaluate(SHINING) == []
    page.locator(".descent-map li").nth(6).locator("a").focus()
    shining = page.evaluate(SHINING)
    arcs = [arc["name"] for arc in page.evaluate(ARCS)]
    assert shining == [name for name in arcs if "f6" in name.split() or "t6" in name.split()]
    assert len(shining) >= 3
