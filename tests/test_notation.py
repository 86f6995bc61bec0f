"""One symbol for one thing: the notation page holds in the chapters' tables, the rules, and every text."""

import ast
import inspect
import re
import unicodedata
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from d2l_utils import rules
from d2l_utils.optimizers.settings import Hyperparameter
from d2l_utils.practice import feedback
from tests.rules import MADE, RULES

PAGE = Path("notation.md").read_text(encoding="utf-8")
CHAPTERS = sorted(Path("chapters").glob("*.ipynb"))
OF_NO_METHOD = {"19-one-optimizer-four-frameworks"}  # it has no table of its own
TEXTS = [
    path
    for pattern in ("*.md", "chapters/*.ipynb", "d2l_utils/**/*.py", "exercises/**/*.md", "exercises/**/*.py",
                    "_ext/**/*.py", "_ext/**/*.js", "tests/**/*.py", "benchmarks/*.py")
    for path in sorted(Path().glob(pattern))
]  # fmt: skip
OTHER_EPSILON = re.compile("\N{GREEK LUNATE EPSILON SYMBOL}|" + r"\\{1,2}" + "epsilon")
INDEX = re.compile(r"_(\w|t[-+]1|\\mathcal B)$")
SPELT = {"epsilon": "varepsilon", "lamda": "lambda"}  # Unicode's name of a letter, where TeX has another


def in_tex(symbol):
    """Return a setting's symbol, a letter and perhaps an index, as TeX spells it."""
    letter, index = symbol[0], unicodedata.normalize("NFKC", symbol[1:])
    if not letter.isascii():
        name = unicodedata.name(letter).split()[-1].lower()
        letter = "\\" + SPELT.get(name, name)
    return f"{letter}_{index}" if index else letter


def plain(symbol):
    """Return a symbol of TeX in one spelling, without what it equals and which one it is."""
    symbol = symbol.split("=")[0].replace("{", " ").replace("}", " ")
    symbol = re.sub(r" ?_ ?", "_", " ".join(symbol.split()))
    return symbol if re.search(r"_[12]$", symbol) else INDEX.sub("", symbol)


def table(text):
    """Return the rows of the symbol tables in a text: their symbols, and their names in code."""
    rows, within = [], False
    for line in text.split("\n"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            within = False
        elif "symbol" in cells[0].lower():
            within = True
            assert cells[:2] == ["symbol", "in code"]
        elif within and not set(line) <= set("|-: "):
            symbols = [part for math in re.findall(r"\$([^$]+)\$", cells[0]) for part in math.split(",")]
            rows.append(([plain(symbol) for symbol in symbols], re.findall("`([^`]+)`", cells[1])))
    return rows


def faults(rows, page):
    """Say which symbols and names of a table the notation page does not pair in this way."""
    pairs = {(symbol, name) for symbols, names in page for symbol in symbols for name in names}
    known = {symbol for symbols, _ in page for symbol in symbols}
    listed = {name for _, names in page for name in names}
    told = []
    for symbols, names in rows:
        called = [name if name in listed else name.split("(")[0] for name in names]
        told += [f"{symbol} is not listed" for symbol in symbols if symbol not in known]
        if called:
            told += [
                f"{each} is not {called}" for each in symbols if not any((each, n) in pairs for n in called)
            ]
        told += [
            f"{name} is not {symbols}" for name in called if not any((s, name) in pairs for s in symbols)
        ]
    return told


def missing(chapter, rows):
    """Return which of its rule's state a chapter's table lacks: a velocity in it may be meant for that."""
    rule = getattr(rules, chapter.split("-", 1)[1], None)
    state = feedback.state_names(list(inspect.signature(rule).parameters)) if rule else []
    return [name for name in state if not any(name in names for _, names in rows)]


def repeated(page):
    """Return the symbols that stand in more than one row, and the names that stand for different symbols."""
    symbols = Counter(symbol for row, _ in page for symbol in row)
    meant = {}
    for row, names in page:
        for name in names:
            meant.setdefault(name, set()).add(tuple(row))
    return {symbol for symbol, times in symbols.items() if times > 1}, {n for n in meant if len(meant[n]) > 1}


def two_meanings(text):
    """Return the symbols of which the page says that they have two meanings."""
    section = text.split("## Letters with two meanings")[1].split("\n## ")[0]
    return {plain(symbol) for symbol in re.findall(r"^- \$([^$]+)\$", section, re.MULTILINE)}


def prose(path):
    """Return the text of a notebook's Markdown cells."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


NOTATION = table(PAGE)
HEAD = "| symbol | in code |\n|---|---|\n"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_chapters_tables_agree_with_the_notation_page(path):
    rows = table(prose(path))
    assert rows or path.stem in OF_NO_METHOD, f"{path} has no table of its symbols: | symbol | in code | …"
    assert faults(rows, NOTATION) == []
    assert missing(path.stem, rows) == []


def test_a_missing_state_is_found():
    squares = table(HEAD + "| $v$, average of squared gradients | `v` |")
    assert faults(squares, NOTATION) == []
    assert missing("10-rmsprop", squares) == ["s"]


@pytest.mark.parametrize(
    "row",
    [
        "| $g = \\nabla L(p)$ | `g`, `grads` | that of $p$ |",
        "| $\\eta$, $\\eta_t$ | `lr`, `lr(t)` |",
        "| $\\beta_1, \\beta_2$ | `beta1`, `beta2` |",
        "| $\\hat{m}_t$ | `m_hat` |",
        "| $s_\\max$ | `s_max` |",
        "| $N$ | `len(x)` |",
        "| $t$ | |",
    ],
)
def test_ways_to_write_a_right_row(row):
    assert faults(table(HEAD + row), NOTATION) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| $v$, average of squares | `s` |", ["v is not ['s']", "s is not ['v']"]),
        ("| $h$ | `s` |", ["h is not ['s']", "s is not ['h']"]),
        ("| $\\theta$ | |", ["\\theta is not listed"]),
        ("| $\\sigma$ | `sigma` |", ["\\sigma is not ['sigma']", "sigma is not ['\\\\sigma']"]),
        ("| $\\beta$ | `momentum`, `beta` |", ["beta is not ['\\\\beta']"]),
        ("| $p$, $u$ | `p`, `params` |", ["u is not ['p', 'params']"]),
        ("| the rate | `lr` |", ["lr is not []"]),
    ],
)
def test_a_wrong_row_is_found(row, told):
    assert faults(table(HEAD + row), NOTATION) == told


def test_a_table_with_another_head_is_found():
    with pytest.raises(AssertionError):
        table("| Symbol | code |\n|---|---|\n| $v$ | `v` |")


def test_two_meanings_are_those_that_the_page_names():
    assert repeated(NOTATION) == (two_meanings(PAGE), set())


def test_a_second_meaning_is_found():
    planted = [*NOTATION, (["v"], ["speed"]), (["\\xi"], ["lr"])]
    assert repeated(planted) == (two_meanings(PAGE) | {"v"}, {"lr"})


def test_every_name_in_the_rules_is_on_the_page():
    listed = {name for _, names in NOTATION for name in names}
    text = "\n".join(inspect.getsource(getattr(rules, name)) for name in {*RULES, *rules.elementwise})
    assert [f"notation.md does not list {each}" for each in unlisted(text, listed)] == []
    assert unlisted("def rule(p, h, lr, cache):\n    gain = cache", listed) == {"cache", "gain"}


def unlisted(source, listed):
    """Return which arguments and variables of the functions in a module are not among the listed names."""
    nodes = list(ast.walk(ast.parse(source)))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return (stored | {node.arg for node in nodes if isinstance(node, ast.arg)}) - listed


def test_every_setting_has_its_symbol():
    kinds = {kind for make in MADE.values() for kind in type(make()).__mro__}
    settings = {value for kind in kinds for value in vars(kind).values() if isinstance(value, Hyperparameter)}
    settings = {each for each in settings if each.symbol}  # a framework's own setting has none
    assert len(settings) >= 8
    assert faults([([in_tex(each.symbol)], [each.name]) for each in settings], NOTATION) == []


@pytest.mark.parametrize(
    ("symbol", "tex"),
    [("η", r"\eta"), ("β₁", r"\beta_1"), ("ε", r"\varepsilon"), ("λ", r"\lambda"), ("k", "k")],
)
def test_a_symbol_is_spelt_as_tex_spells_it(symbol, tex):
    assert in_tex(symbol) == tex


def test_epsilon_has_one_glyph():
    assert len(TEXTS) > 200
    assert [str(path) for path in TEXTS if OTHER_EPSILON.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("text", [chr(0x3F5), "$\\" + "epsilon$", '"$\\\\' + 'epsilon$"'])
def test_another_epsilon_is_found(text):
    assert OTHER_EPSILON.search(text)
    assert not OTHER_EPSILON.search("ε, epsilon, $\\varepsilon$, \\\\varepsilon")
