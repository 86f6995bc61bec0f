"""The rooms of the house: imports flow one way, between rooms and between the files of a room."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = "d2l_utils"
# From the ground up: a room imports rooms that stand before it.
ROOMS = (
    "aliases",
    "words",
    "rules",
    "objectives",
    "walk",
    "matrices",
    "_engine",
    "optimizers",
    "checkpoints",
    "averages",
    "schedules",
    "data",
    "calibration",
    "ensembles",
    "connectivity",
    "models",
    "attention",
    "gradients",
    "second_order",
    "descent",
    "training",
    "ward",
    "tuning",
    "recipe",
    "racing",
    "theory",
    "convergence",
    "plotting",
    "frameworks",
    "practice",
    "live",
)
FORWARDERS = {"like_keras", "like_mxnet", "like_optax", "like_torch"}  # old paths, for one release
OUTSIDE = {"_ext", "benchmarks", "descent_book", "exercises", "front", "tests", "tools"}


def files():
    """Return the source of each module by its dotted name; a package stands under its own name."""
    found = {}
    for path in Path(PACKAGE).rglob("*.py"):
        parts = path.with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


def imported(source, known):
    """Return which of the known modules a source imports, wherever in it, and the other top-level names."""
    ours, others = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            ours |= {name if name in known else node.module for name in names}
        elif isinstance(node, ast.Import):
            ours |= {alias.name for alias in node.names}
    others = {name.partition(".")[0] for name in ours}
    return ours & set(known), others


def room(module):
    """Return the room of a module."""
    return module.split(".")[1] if "." in module else PACKAGE


def upward(sources):
    """Return the imports of a room that stands no lower, as sentences."""
    return sorted(
        f"{module} imports {other}, which stands above it"
        for module, source in sources.items()
        for other in imported(source, sources)[0]
        if room(module) in ROOMS
        and room(other) != room(module)
        and (room(other) not in ROOMS or ROOMS.index(room(other)) > ROOMS.index(room(module)))
    )


def circle(sources):
    """Return modules that import each other in a circle, or None; a package's face hands on and may not."""
    graph = {module: imported(source, sources)[0] - {module} for module, source in sources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_every_room_has_its_place():
    assert {room(module) for module in files()} == {PACKAGE, *ROOMS, *FORWARDERS}


def test_imports_flow_one_way_between_rooms():
    assert upward(files()) == []


def test_no_files_import_each_other():
    assert circle(files()) is None


def test_the_package_stands_on_its_own():
    sources = files()
    assert {
        module: found for module in sources if (found := imported(sources[module], sources)[1] & OUTSIDE)
    } == {}


@pytest.mark.parametrize(
    "line", ["from d2l_utils.live import explore", "from d2l_utils import live", "import d2l_utils.live"]
)
def test_an_import_that_runs_back_up_is_found(line):
    sources = files()
    sources["d2l_utils.optimizers.sgd"] += f"\n\ndef late():\n    {line}\n"
    assert upward(sources) == ["d2l_utils.optimizers.sgd imports d2l_utils.live, which stands above it"]


def test_a_circle_is_found():
    sources = files()
    sources["d2l_utils.live.described"] += "\nfrom d2l_utils.live.figure import LiveFigure\n"
    assert {"d2l_utils.live.described", "d2l_utils.live.figure"} <= set(circle(sources))
