"""The page of a problem set says what it asks and how long it takes, and hands out the student's notebook."""

import re

import nbformat
import pytest

from exercises import build

NAMES = [folder.name for folder in build.masters()]


@pytest.fixture(params=NAMES)
def page(request, visit):
    page = visit(f"exercises/{request.param}.html").page
    page.problem_set = request.param
    return page


@pytest.mark.parametrize("button", ["in the page", "of the theme"])
def test_both_buttons_give_the_students_notebook(page, tmp_path, button):
    name = page.problem_set
    link = page.get_by_role("link", name=f"Download {name}.ipynb")
    if button == "of the theme":
        page.get_by_role("button", name="Download this page").click()
        link = page.locator("a.btn-download-source-button")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"{name}.ipynb"
    download.value.save_as(tmp_path / "saved.ipynb")
    assert (tmp_path / "saved.ipynb").read_bytes() == build.student_notebook(name).read_bytes()
    assert nbformat.read(tmp_path / "saved.ipynb", as_version=4).metadata["otter"]["tests"]


def test_points_and_time_are_in_sight(page):
    box = page.locator(".admonition", has_text="Builds on")
    assert re.search(r"^\d+ points, about \d+ minutes", box.inner_text())
    headings = page.locator("article h2").all_inner_texts()
    assert len(headings) >= 4
    for number, heading in enumerate(headings, start=1):
        assert re.search(rf"^Question {number}: .+ \([\d.]+ points?\)", heading)


def test_nothing_of_the_workshop_is_left_over(page):
    text = page.locator("article").inner_text()
    assert [
        word for word in ("grader.check", "import otter", "# BEGIN", "# END", "raw-cell") if word in text
    ] == []
    assert page.locator("article .cell_output").count() == 0
    assert page.locator("article .cell_input:visible").count() >= 4
