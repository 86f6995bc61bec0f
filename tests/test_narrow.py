"""A narrow page cuts neither code nor tables, and a folded cell says what it holds."""

import re

import pytest
from bs4 import BeautifulSoup
from descent_book import folded, narrow, pages, reading
from nbformat.v4 import new_code_cell, new_notebook, new_output, writes

CODE = '<div class="highlight"><pre><span></span>{}</pre></div>'
LOOP = (
    '<span class="k">for</span> t <span class="k">in</span> x:\n    <span class="n">print</span>(t)\n\nend\n'
)


def lines(body):
    return BeautifulSoup(narrow.breakable(body), "html.parser").select("pre .descent-line")


def test_each_line_of_code_can_be_broken_and_none_is_changed():
    code = CODE.format(LOOP)
    assert [line.get_text() for line in lines(code)] == ["for t in x:\n", "    print(t)\n", "\n", "end\n"]
    assert BeautifulSoup(narrow.breakable(code), "html.parser").pre.get_text() == re.sub("<.*?>", "", LOOP)


def test_a_broken_line_goes_on_further_in_than_it_began():
    assert [line.get("style") for line in lines(CODE.format(LOOP))] == [None, "--indent:4ch", None, None]


def test_text_that_is_no_code_stays_as_it_is():
    body = "<p>one\ntwo</p><pre>three\nfour</pre>"
    assert narrow.breakable(body) == body


def table(heads, *rows):
    def cells(tag, texts):
        return "".join(f"<{tag}><p>{text}</p></{tag}>" for text in texts)

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<table class="table"><thead><tr>{cells("th", heads)}</tr></thead><tbody>{body}</tbody></table>'


SYMBOLS = table(
    ["symbol", "in <code>code</code>", "units"], [r"\(p\)", "<code>p</code>", ""], ["v", "v", "m"]
)


def test_a_folded_table_has_the_head_of_its_column_in_each_cell():
    cells = BeautifulSoup(narrow.foldable(SYMBOLS), "html.parser").select("tbody td")
    heads = [head and head.decode_contents() for cell in cells for head in [cell.select_one(".descent-head")]]
    assert heads == [None, "in <code>code</code>", "units"] * 2
    assert cells[1].select_one(".descent-value").decode_contents() == "<p><code>p</code></p>"


def test_a_folded_table_stays_a_table_to_a_screen_reader():
    parsed = BeautifulSoup(narrow.foldable(SYMBOLS), "html.parser")
    assert parsed.table["role"] == "table"
    roles = [element["role"] for element in parsed.table.find_all(["tr", "th", "td"])]
    assert roles == ["row", *["columnheader"] * 3] + ["row", *["cell"] * 3] * 2
    assert all(head["aria-hidden"] == "true" for head in parsed.select(".descent-head"))


def test_a_head_at_the_left_stays_one():
    with_heads = SYMBOLS.replace("<td><p>v</p></td>", '<th scope="row"><p>units</p></th>', 1)
    roles = [cell["role"] for cell in BeautifulSoup(narrow.foldable(with_heads), "html.parser").select("th")]
    assert roles == ["columnheader"] * 3 + ["rowheader"]


def test_an_empty_cell_is_known_to_be_empty():
    empty = BeautifulSoup(narrow.foldable(SYMBOLS), "html.parser").select("td.descent-empty")
    assert [cell.get_text(strip=True) for cell in empty] == ["units"]


@pytest.mark.parametrize(
    "whole",
    [
        table(["a", "b"], ["some", "words"]),
        table(
            ["method", "1", "2", "3"], ["SGD", "0.1", "1e-3", "−2"], ["Adam", "10 %", "0.2 (0.1–0.3)", "word"]
        ),
        table(["a", "b", "c"], ["one", "of two"]),
        "<table><tr><td>no head</td></tr></table>",
    ],
)
def test_what_fits_or_compares_numbers_is_not_folded(whole):
    assert narrow.foldable(whole) == whole


FIGURE = new_output("display_data", data={"text/plain": "<Figure size 512x336 with 1 Axes>"})
PRINT = new_output("stream", text="0.5\n")


@pytest.mark.parametrize(
    ("tag", "source", "outputs", "prompt"),
    [
        ("hide-input", "show(runs)", [FIGURE], "Show the plotting code"),
        ("hide-input", "fig, ax = plt.subplots()", [], "Show the plotting code"),
        ("hide-input", "def vote(x):\n    return x", [], "Show the code of vote"),
        (
            "hide-input",
            "import os\n\ndef a(): ...\n\ndef b(): ...\n\nclass C: ...",
            [],
            "Show the code of a, b and C",
        ),
        ("hide-input", "for a in x:\n    assert a > 0", [], "Show the check"),
        ("hide-input", "practice.chapter('adam')", [], "Show the code"),
        ("hide-cell", "print(0.5)", [PRINT], "Show the code and what it prints"),
        ("hide-output", "print(0.5)", [PRINT], "Show what it prints"),
    ],
)
def test_a_folded_cell_says_what_it_holds(tag, source, outputs, prompt):
    cell = new_code_cell(source, outputs=outputs, metadata={"tags": [tag]})
    folded.label([cell])
    assert cell.metadata["mystnb"]["code_prompt_show"] == prompt
    assert cell.metadata["mystnb"]["code_prompt_hide"] == prompt.replace("Show", "Hide")


def test_an_authors_own_words_stay():
    mystnb = {"code_prompt_show": "Show the trick", "image": {"alt": "x"}}
    cell = new_code_cell("1", metadata={"tags": ["hide-input"], "mystnb": mystnb})
    folded.label([cell])
    assert cell.metadata["mystnb"] == {**mystnb, "code_prompt_hide": "Hide the code"}


def test_a_cell_that_is_not_folded_says_nothing():
    text = writes(new_notebook(cells=[new_code_cell("assert True")]))
    assert reading.read(text).cells[0].metadata == {}


def test_a_page_names_the_places_to_skip_to():
    figure = '<p>x</p><descent-figure class="descent-figure"></descent-figure>'
    body = figure * 2 + '<descent-quiz class="q"></descent-quiz><section id="exercises"></section>'
    places = []
    marked = pages.mark_places(body, places)
    assert [name for name, _ in places] == ["the-figure", "the-practice", "exercises"]
    assert [marked.count(f'id="{name}"') for name, _ in places] == [1, 1, 1]
    assert marked.startswith('<p>x</p><span id="the-figure"></span><descent-figure')
    assert '<span id="the-practice"></span><descent-quiz' in marked


def test_a_page_without_them_is_left_alone():
    places = []
    assert pages.mark_places("<p>words</p>", places) == "<p>words</p>"
    assert places == []


def test_a_folded_cells_button_is_called_what_it_shows():
    shown = '<summary aria-label="Toggle hidden content">\n<p>Show the check</p>'
    assert pages.drop_summary_labels(shown) == "<summary>\n<p>Show the check</p>"
