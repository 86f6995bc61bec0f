"""A newcomer adds an optimizer, and meets it in the published page."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from descent_book import assets
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.figures import Figure
from tests.browser.server import serving
from tests.browser.visit import Visit, reader
from tests.newcomer import checklist
from tests.newcomer.conftest import ROOT
from tests.newcomer.toy_rule import CHECKED, CLASS, FILES, METHODS, NAMES, PACKAGE, RULE, TITLE, add

FORGOTTEN, NARROW = checklist.commands(TITLE, **NAMES)
# What the build does for a page, without a chapter.
PUBLISH = """
import sys
from pathlib import Path
sys.path.insert(0, "_ext")
from descent_book import live
from d2l_utils import Averaged, bowl
from d2l_utils.live import explore
site = Path(sys.argv[1])
live.gather(Path(), site / "_static" / "descent")
style = '<link rel="stylesheet" href="_static/descent/{}.css">'
head = style.format("descent") + style.format("controls")
figure = explore(Averaged(0.3, 0.75), bowl, num_steps=40)._repr_html_()
script = '<script type="module" src="_static/descent/main.js"></script>'
page = f'<!doctype html><html lang="en"><meta charset="utf-8">'
page += f'<link rel="icon" href="data:,"><title>Toy</title>{head}<body>{figure}{script}'
(site / "toy.html").write_text(page, encoding="utf-8")
"""
# What `descend` walks in the copy, from what the page's figure says of itself.
WALK = """
import json, sys
import numpy as np
from d2l_utils import Averaged, bowl, descend
state = json.load(sys.stdin)
settings = {each["name"]: each["value"] for each in state["racers"][0]["settings"]}
trace = descend(Averaged(**settings), bowl, state["start"], state["num_steps"])
print(json.dumps(np.column_stack([trace.points, trace.values]).tolist()))
"""


# What the first command of the checklist asks, without pytest's own start.
STILL = "from tests.forgotten import forgotten; print(*forgotten(), sep='\\n')"


def test_the_checklist_is_enough(copy):
    add(copy)
    assert copy.touched() == set(FILES)
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(copy.run, (FORGOTTEN, f"{NARROW} -vv")))
    for result in results:
        assert result.returncode == 0, result.stdout + result.stderr
    for checked in (
        "test_first_step_by_hand[averaged",
        "test_steps_of_the_printed_formula[Averaged",
        "test_a_wrong_rule_is_rejected[averaged",
        "test_the_page_walks_the_path_of_descend[Averaged",
    ):
        assert checked in results[1].stdout


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (RULE, f"d2l_utils.rules has no rule 'averaged'; one would stand in {RULE}"),
        (CLASS, "No module named 'd2l_utils.optimizers.averaged'"),
        (METHODS, rf"cannot import name 'Averaged' from 'd2l_utils\.optimizers' \(.*/{METHODS}\)"),
        (PACKAGE, rf"cannot import name 'Averaged' from 'd2l_utils' \(.*/{PACKAGE}\)"),
        (CHECKED, f"BY_HAND in {CHECKED} has no step of the rule averaged"),
    ],
    ids=FILES,
)
def test_a_file_that_is_forgotten_is_named(copy, file, told):
    add(copy, without=[file])
    result = copy.python(STILL)
    assert re.search(told, result.stdout + result.stderr)


def test_a_class_that_is_not_listed_is_told(copy):
    add(copy)
    copy.edit(METHODS, "    NAdam,\n    Averaged,\n", "    NAdam,\n")
    assert copy.python(STILL).stdout == f"METHODS in {METHODS} does not list Averaged of {CLASS}\n"


def test_a_wrong_rule_is_told(copy):
    add(copy)
    copy.edit(RULE, "(1 - momentum) * g", "g")
    narrower = "pytest tests/test_rules.py -k averaged"
    assert NARROW.startswith("pytest tests/test_rules.py ")
    assert "FAILED tests/test_rules.py::test_first_step_by_hand[averaged" in copy.run(narrower).stdout


@pytest.fixture
def site(copy, tmp_path):
    """A site of one page, made from the copy with the toy."""
    add(copy)
    vendor = ROOT / "_build" / "vendor"
    vendor.mkdir(parents=True, exist_ok=True)
    for package in assets.PACKAGES:
        if package.folder == "micropython":
            assets.vendor(package, vendor)
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "vendor").symlink_to(vendor / "static" / "vendor", target_is_directory=True)
    result = copy.python(PUBLISH, str(tmp_path))
    assert result.returncode == 0, result.stderr
    return tmp_path


@pytest.mark.needs("chromium")
def test_the_toy_runs_in_the_published_page(copy, site):
    with sync_playwright() as playwright, serving(site) as server:
        browser = chromium.launch(playwright)
        with reader(browser) as context:
            visit = Visit(context, server, "toy.html")
            figure = Figure(visit.page).touch()
            paths = [walked(copy, figure)]
            figure.type("Averaged η", 0.2)
            paths.append(walked(copy, figure))
            figure.handle.focus()
            visit.page.keyboard.press("Shift+ArrowRight")
            paths.append(walked(copy, figure.rest()))
            menu = figure.element.get_by_label("Optimizer to add to the race").locator("option")
            offered = menu.all_inner_texts()  # in the order of METHODS
            assert offered[offered.index("Averaged") - 1] == "Adam"
            assert visit.complaints == []
        browser.close()
    assert not any(np.array_equal(path, other) for path, other in pairwise(paths))


def walked(copy, figure):
    """Return the figure's path, which is that of NumPy in the copy."""
    (path,) = figure.paths()
    result = copy.python(WALK, given=json.dumps(figure.state))
    assert result.returncode == 0, result.stderr
    np.testing.assert_allclose(path, json.loads(result.stdout), rtol=1e-12, atol=1e-300)
    return path
