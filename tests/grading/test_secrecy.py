"""What a page can carry out of the hidden cases: which parts were earned, and nothing that an answer says."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from exercises.grading import job, sandbox
from exercises.grading.answers import Answer
from exercises.grading.course import gradescope, journal, results
from exercises.grading.marking import examples
from exercises.grading.marking.judge import trial
from exercises.grading.pages import student_page
from exercises.grading.question import load
from exercises.grading.sandbox.notebook import Cell
from exercises.grading.sandbox.transcript import Transcript
from tests.grading import box, sets
from tests.grading.hostile import Lost
from tests.grading.hostile.tricks import FORGE
from tests.grading.toy import notebooks

TOY = "tests.grading.toy"
SEEDS = (2**90 + 1, 2**100 + 7)
# Each carries numbers of its input out by another way.
LEAKS = {
    "a shape": "def centre(x):\n    n = abs(hash(x.tobytes()))\n    return np.zeros((0, n % 200, n % 199))",
    "a length": "def centre(x):\n    return [0.0] * (abs(hash(x.tobytes())) % 200)",
    "an error": (
        "def centre(x):\n    kinds = [KeyError, OSError, TypeError, IndexError, EOFError, NameError]\n"
        "    raise kinds[int(abs(x).sum() * 1e6) % 6]"
    ),
    "a line": (
        "def centre(x):\n    n = int(abs(x).sum() * 1e6) % 40\n    "
        + "\n    ".join(f"if n == {k}: raise ValueError" for k in range(40))
    ),
    "a kind": (
        "def centre(x):\n    n = int(abs(x).sum() * 1e6) % 6\n"
        "    return [None, True, 'text', x[0], {'n': 1}, (k for k in x)][n]"
    ),
    "how often": ("def centre(x):\n    return None if int(abs(x).sum() * 1e6) % 3 else x - x.mean(axis=0)"),
    "a file": (
        "import os\ndef centre(x):\n    with open('/tmp/x', 'a') as file:\n"
        "        print(x.tolist(), file=file)\n"
        "    return None\n\n"
        "def slope(f, x, h):\n    size = os.path.getsize('/tmp/x') if os.path.exists('/tmp/x') else 0\n"
        "    return [0.0] * (size % 150)"
    ),
}


def page(cells, seed):
    """Return the page of a student, as two seeds may tell it apart: without the marks of parts."""
    task = {"problem_set": TOY, "student": "eve", "notebook": notebooks.answers(**cells), "seed": seed}
    result = job.grade(task)
    earned = [part["earned"] for question in result["questions"].values() for part in question["parts"]]
    return student_page.markdown(result), earned


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("way", LEAKS)
def test_no_answer_carries_its_input_to_the_page(way):
    cells = {"q1": LEAKS[way], "q4": "", "q5": "", "q6": ""} | ({"q3": ""} if "slope" in LEAKS[way] else {})
    (first, earned), (second, again) = (page(cells, seed) for seed in SEEDS)
    assert earned == again
    assert first == second


@pytest.mark.needs("bubblewrap")
def test_a_wrong_answer_is_told_on_tries_that_are_the_same_for_everybody():
    told = {page({"q1": "def centre(x):\n    return x - x.mean()"}, seed)[0] for seed in SEEDS}
    assert len(told) == 1
    (text,) = told
    assert "For example, `centre([[" in text


def test_a_lost_part_that_the_examples_do_not_explain_is_told_without_why():
    question = load(TOY).question("q1")
    marked, shown = trial(question, 3), examples.shown(question)
    right = shown.outcomes(question.reference)
    judged = marked.judge(marked.outcomes(lambda x: x[:, :1] if x.ndim > 1 else x - x.mean()))
    told = examples.explained(judged, shown, right)
    assert (told["score"], told["slip"]) == (judged["score"], None) == (1, None)
    assert told["parts"][0]["message"] == "Not right in all tries: wrong in some that only the grader knows."
    nothing = examples.explained(
        marked.judge(marked.outcomes(question.reference)), shown, [Answer(None)] * len(right)
    )
    assert nothing["message"] == "" == "".join(part["message"] for part in nothing["parts"])


def test_a_slip_is_named_by_the_examples():
    question = load(TOY).question("q2")
    marked, shown = trial(question, 3), examples.shown(question)
    slip = question.slips[0]
    told = examples.explained(
        marked.judge(marked.outcomes(slip.function)), shown, shown.outcomes(slip.function)
    )
    assert (told["slip"], told["message"]) == (slip.key, slip.message)


def test_an_example_is_written_as_one_would_call_it():
    written = examples._written
    assert written((1, 2.0, [True, None], "a")) == "(1, 2, [True, None], 'a')"
    assert written({"W": np.array([[0.123456789]])}) == "{'W': [[0.123457]]}"
    assert written((1.5,)) == "(1.5,)"
    assert written(float("nan")) == "nan"
    assert written({"f": print}) is written([print]) is written(print) is None


# --- the order in which the box hears, and is heard

FIRST = [{"question": "a", "kind": "call", "cases": [[], []]}]
LATER = [
    {"question": "b", "kind": "call", "cases": [[1]]},
    {"question": "c", "kind": "contest", "cases": [[]]},
]


def test_who_knows_the_later_requests_is_not_heard_on_the_first():
    heard = []
    told = Transcript(
        [Cell(1, "1")], [*FIRST, *LATER], lambda *asked: heard.append(asked), 1000, hidden=len(LATER)
    )

    def say(text):
        reply = told.hear(text.encode())
        return json.loads(reply) if reply else None

    assert say('{"turn": true, "ticket": "x"}')["question"] == "a"
    assert say('{"question": "a", "begin": true, "ticket": "x"}')["case"] == 0
    say('{"question": "b", "case": 0, "answer": 1}')
    say('{"question": "c", "ask": [1], "ticket": "x"}')
    assert say('{"question": "a", "case": 0, "answer": 1, "ticket": "x"}')["case"] == 1
    assert say('{"turn": true, "question": "a", "changed": [1], "ticket": "x"}')["question"] == "b"
    assert say('{"question": "b", "begin": true, "ticket": "x"}')["arguments"] == [1]
    for line in (
        '{"question": "a", "case": 1, "answer": 2}',
        '{"question": "a", "stopped": "timeout", "clock": "cpu"}',
        '{"cell": 1, "error": {"type": "KeyError", "line": 1}}',
    ):
        say(line)
    say('{"question": "b", "case": 0, "answer": 3}')
    say('{"turn": true, "question": "b", "changed": [1], "ticket": "x"}')
    outcome = told.outcome(None, 0.0)
    assert heard == []
    assert outcome.cells == {}
    assert outcome.questions["a"][0].value == 1
    assert outcome.questions["a"][1].kind == "killed"
    assert outcome.questions["b"][0].value == 3
    assert outcome.changes == {"a": ("own", 1)}


@pytest.mark.needs("bubblewrap")
def test_an_answer_that_is_forged_when_the_cases_are_known_is_not_heard():
    forger = (
        f"{FORGE}\ndef double(x):\n    if x == 1:\n        os._exit(0)\n"
        '    forge(b\'{"question": "q1 example", "case": 0, "answer": %d}\' % x)\n    return 2 * x'
    )
    first = [request | {"question": "q1 example"} for request in box.ask("double", 1)]
    outcome = box.run(forger, requests=first, later=box.ask("double", 21))
    assert box.first(outcome) == 42
    assert box.first(outcome, "q1 example") == Lost("killed", "")


@pytest.mark.needs("bubblewrap")
def test_what_the_box_is_told_later_is_not_in_it_before():
    spy = (
        "import gc\ndef double(x):\n"
        "    found = [each for each in gc.get_objects() if isinstance(each, (list, dict))]\n"
        "    values = [each if isinstance(each, list) else list(each.values()) for each in found]\n"
        "    return sum(type(one) is float and one == 987654.25 for each in values for one in each)"
    )
    first = [request | {"question": "q1 example"} for request in box.ask("double", 1, cpu_seconds=4.0)]
    outcome = box.run(spy, requests=first, later=box.ask("double", 987654.25, cpu_seconds=4.0))
    assert box.first(outcome, "q1 example") == 0
    assert box.first(outcome) > 0


@pytest.mark.needs("bubblewrap")
def test_a_search_in_the_cell_of_a_function_does_not_cost_the_function():
    cells = (
        "import numpy as np\n\ndef double(x):\n    return factor * x\n\nfactor = 2\n"
        "for trial in range(10**12):\n    best = double(trial)\nbest = 0.5",
        "def triple(x): return 3 * best * x",
    )
    outcome = box.run(*cells, requests=box.REQUESTS[:2], limits=sandbox.Limits(cell_seconds=1.0))
    assert [box.first(outcome, each) for each in ("q1", "q2")] == [42, 1.5 * 2]
    assert box.plain(outcome.cells[1]) == Lost("timeout", "cpu")


# --- seeds


def test_a_seed_has_128_bits_and_no_spreadsheet_rounds_it(tmp_path):
    seeds = [journal.stored_seed(tmp_path / str(k), "ps1") for k in range(8)]
    assert max(seeds) > 2**120
    assert len(set(seeds)) == 8
    assert int(results.shown_seed(seeds[0]), 0) == seeds[0] == journal.stored_seed(tmp_path / "0", "ps1")
    assert results.shown_seed(17) == "17"


def test_gradescope_draws_a_seed_for_each_submission_and_the_same_for_its_rerun(tmp_path):
    def seed(text=None, course=5):
        if text is not None:
            (tmp_path / "submission_metadata.json").write_text(text)
        return gradescope.seed_of(course, tmp_path)

    alone = seed()
    first, again, second = seed('{"id": 901}'), seed('{"id": 901}'), seed('{"id": 902}')
    assert first == again
    assert len({alone, first, second, seed('{"id": 901}', course=6)}) == 4
    assert seed("[torn") == seed("[]") == alone
    assert 2**100 < first < 2**128


# --- what the instructor's page says of it


def test_the_instructors_page_tells_how_many_bits_a_page_carries():
    text = (Path(sets.build.HERE) / "instructors.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"\| (ps\d+) \| (\d+) \|", text))
    assert told == {name: f"{np.ceil(examples.bits(load(name))):.0f}" for name in sets.NAMES}
