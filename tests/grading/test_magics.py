"""The runner outside the box: what it makes of Jupyter's magic, and that it needs Python and NumPy only."""

import ast
import importlib.util
import sys

import pytest

from tests.grading.box import ROOT

FOLDER = ROOT / "exercises" / "grading" / "sandbox" / "box"


@pytest.fixture(scope="module")
def magics():
    spec = importlib.util.spec_from_file_location("box_magics", FOLDER / "magics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("x = 1\n!pip install numpy", "x = 1\npass"),
        ("x = !ls\ny = %who_ls", "x = []\ny = []"),
        ("if True:\n    %matplotlib inline", "if True:\n    pass"),
        ("%time x = 3", "x = 3"),
        ("x?\n?x\nx.y??", "pass\npass\npass"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%timeit\nx = 1", "\n\nx = 1"),
        ("%%bash\nls -l", ""),
        ("%%html\n<b>x</b>", ""),
        ("x = '''\n%matplotlib\n!ls\n'''", "x = '''\n%matplotlib\n!ls\n'''"),
        ("x = (7\n% 4)", "x = (7\n% 4)"),
        ("x = '''\n!ls\n'''\n!ls", "x = '''\n!ls\n'''\npass"),
    ],
)
def test_magic_does_nothing_on_its_line(magics, source, plain):
    assert ast.dump(magics.parse(source), include_attributes=True) == ast.dump(
        ast.parse(plain), include_attributes=True
    )


@pytest.mark.parametrize("source", ["def f(:\n    pass", "x = = 1", "%time x = = 1", "!ls\nx ="])
def test_wrong_syntax_stays_wrong(magics, source):
    with pytest.raises(SyntaxError):
        magics.parse(source)


def test_a_text_of_magic_is_given_up(magics):
    with pytest.raises(SyntaxError, match="more than 50 lines of magic"):
        magics.parse("!\n" * 10_000)


@pytest.mark.parametrize(
    ("source", "tame"),
    [
        ("def f(x: np.ndarray, y=1, *, z=(1, 2)) -> dict[str, int]:\n    while True: pass", True),
        ("import numpy as np\nfrom math import pi", True),
        ("'''words'''\nx = {'a': 1}\nx = None", True),
        ("grader = otter.Notebook('ps1.ipynb')\ngrader.check('q1')", True),
        ("rng = np.random.default_rng(0)", True),
        ("predict = {}\npredict['a'] = 2 * (1 - 0.8) / 5\npredict['b'] = 'c'", True),
        ("predict['a'] = 10 ** 10 ** 10", False),
        ("predict['a'] = 'x' * 10_000_000_000", False),
        ("predict[f()] = 1", False),
        ("x = 10 ** 10 ** 10", False),
        ("@f\ndef g(): pass", False),
        ("def f(x=g()): pass", False),
        ("def f(x: g()): pass", False),
        ("def f() -> g(): pass", False),
        ("class A:\n    x = f()", False),
        ("grader.check(f())", False),
        ("x.y = 1", False),
        ("for i in x: pass", False),
        ("[i for i in x]", False),
        ("x = f'{y}'", False),
    ],
)
def test_only_what_cannot_hang_runs_without_a_checkpoint(magics, source, tame):
    assert magics.is_tame(ast.parse(source)) is tame


def test_the_runner_needs_nothing_but_python_and_numpy():
    allowed = (
        set(sys.stdlib_module_names)
        | {"numpy"}
        | {path.stem for path in FOLDER.glob("*")}
        | {"values", "given"}
    )
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path
