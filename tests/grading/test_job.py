"""One submission from file to result, in the real sandbox."""

import base64
import hashlib
import json
from itertools import count

import pytest

from exercises.grading import job, sandbox
from exercises.grading.answers import Answer, Failure
from exercises.grading.statuses import STATUSES, UNSCORED, worst
from tests.grading.toy.notebooks import answers, notebook

TOY = "tests.grading.toy"
KEYS = {
    "student", "problem_set", "title", "digest", "seed", "late", "status", "score", "points", "pending",
    "message", "seconds", "timing", "stops", "questions", "written", "traceback",
}  # fmt: skip


def task(content, **others):
    """A task of the toy set."""
    return {"problem_set": TOY, "student": "ada", "notebook": content, "seed": 17, **others}


def timeless(result):
    """A result without what depends on the clock."""
    return {key: value for key, value in result.items() if key != "seconds"}


@pytest.fixture(scope="module")
def graded():
    """The result of a notebook in which everything is right."""
    return job.grade(task(answers()))


@pytest.mark.needs("bubblewrap")
def test_right_answers_earn_all_that_is_marked_by_machine(graded):
    assert graded.keys() == KEYS
    assert (graded["status"], graded["score"], graded["points"], graded["pending"]) == ("ok", 14, 19, 5)
    assert {name: question["score"] for name, question in graded["questions"].items()} == {
        "q1": 3, "q2": 4, "q3": 2, "q4": 3, "q5": None, "q6": 2,
    }  # fmt: skip
    assert graded["written"] == {"q5": "The terms of even order cancel."}
    assert graded["digest"] == hashlib.sha256(answers()).hexdigest()
    assert (graded["message"], graded["stops"], graded["timing"], graded["traceback"]) == ("", [], None, "")
    assert graded["questions"]["q6"]["asked"] == 1
    assert graded["seconds"] > 0


@pytest.mark.needs("bubblewrap")
def test_a_result_is_json_and_the_same_again(graded):
    assert json.loads(json.dumps(graded)) == graded
    again = job.grade(task(base64.b64encode(answers()).decode()))
    assert timeless(again) == timeless(graded)


@pytest.mark.needs("bubblewrap")
def test_each_mistake_costs_its_question_and_is_told():
    result = job.grade(
        task(
            answers(
                q1="def centre(x):\n    return x - x.mean()",
                q2="def step(p, g, v, lr):\n    return 1 / 0",
                q3="slope = 1 / 0",
                q4="predictions = {'letters': 'ac', 'factor': 2}",
                q5="",
                q6="def find(ask, start, budget):\n    while True:\n        start = start - 0.1 * ask(start)",
            )
        )
    )
    questions = result["questions"]
    assert {name: question["score"] for name, question in questions.items()} == {
        "q1": 1, "q2": 0, "q3": 0, "q4": 2, "q5": None, "q6": 0,
    }  # fmt: skip
    assert [question["status"] for question in questions.values()] == [
        "ok", "partial", "missing_function", "ok", "missing_function", "partial",
    ]  # fmt: skip
    assert (result["status"], result["score"]) == ("missing_function", 3)
    assert questions["q1"]["slip"] == "all"
    raised = "Raised ZeroDivisionError at `return 1 / 0` (line 2 of your code cell 3), in 2 of 2 tries."
    assert questions["q2"]["parts"][0]["message"].startswith(f"{raised} For example, `step([")
    assert result["stops"] == ["Code cell 4 stopped with ZeroDivisionError at `slope = 1 / 0` (line 1)."]
    assert "Raised an error" in questions["q6"]["parts"][0]["message"]
    assert questions["q6"]["asked"] == 11
    assert result["written"] == {"q5": ""}
    assert "\n" not in result["message"]


@pytest.mark.needs("bubblewrap")
def test_an_untouched_notebook_scores_nothing():
    result = job.grade(
        task(
            notebook(
                "def centre(x):\n    ...", "def step(p, g, v, lr):\n    ...", "def slope(f, x, h):\n    ...",
                "predictions = {}\npredictions['letters'] = ...\npredictions['factor'] = ...",
                "explain_q5 = '''\n...\n'''", "def find(ask, start, budget):\n    ...",
            )
        )
    )  # fmt: skip
    assert (result["status"], result["score"], result["written"]) == ("ok", 0, {"q5": ""})


@pytest.mark.needs("bubblewrap")
def test_an_endless_loop_costs_its_question_only():
    loop = "def slope(f, x, h):\n    while True:\n        pass"
    result = job.grade(task(answers(q3=loop)))
    assert (result["status"], result["score"], result["timing"]) == ("timeout", 12, "cpu")
    assert result["questions"]["q3"]["parts"][0]["message"] == "Used more than its 1 s of computing time."


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", notebook()])
def test_what_is_no_notebook_has_a_row_and_a_blank_score(content):
    result = job.grade(task(content))
    assert result.keys() == KEYS
    assert (result["status"], result["score"], result["points"]) == ("invalid_notebook", None, 19)
    assert result["message"].startswith("The file could not be marked: it ")
    assert result["digest"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"problem_set": "ps99"}, "ModuleNotFoundError"),
        ({"notebook": "no base64!"}, "binascii.Error"),
        ({"notebook": None}, "TypeError"),
        ({"seed": -1}, "ValueError"),
        ({"isolation": "none"}, "none"),
    ],
)
def test_what_breaks_the_grader_has_a_row_too(broken, told):
    result = job.grade(task(answers()) | broken)
    assert result.keys() == KEYS
    assert (result["status"], result["score"], result["student"]) == ("grader_error", None, "ada")
    assert told in result["traceback"]
    assert told not in result["message"]
    json.dumps(result)


def test_an_empty_task_has_a_row():
    assert job.grade({})["status"] == "grader_error"


def test_nothing_that_runs_in_the_box_can_blank_the_score(monkeypatch):
    def run(cells, requests, *, later, **_):
        kinds = ("missing", "raised", "timeout", "killed", "unreadable", "too_long", "unheard of")
        failures = count()
        return sandbox.Outcome(
            {
                request["question"]: tuple(Failure(kinds[next(failures) % 7], "x", 10**9, -1) for _ in cases)
                for request in (*requests, *later)
                for cases in [request.get("cases", [[]])]
            },
            {10**9: Failure("raised", "x", -5, None), -1: Failure("killed")},
            "killed",
            1.0,
        )

    monkeypatch.setattr(sandbox, "run", run)
    result = job.grade(task(answers()))
    assert (result["status"], result["score"]) == ("killed", 0)
    assert result["stops"][-1] == "The notebook ended the program that ran it."


def test_a_box_that_ran_out_of_wall_time_is_known(monkeypatch):
    def run(cells, requests, *, later, **_):
        lost = {
            request["question"]: tuple(Failure("timeout", "wall") for _ in request.get("cases", [[]]))
            for request in (*requests, *later)
        }
        return sandbox.Outcome(lost, {}, "timeout", 99.0)

    monkeypatch.setattr(sandbox, "run", run)
    result = job.grade(task(answers()))
    assert (result["status"], result["timing"], result["seconds"]) == ("timeout", "wall", 99.0)


def boxed(monkeypatch, outcome, cells=(), stopped=None):
    """Grade with a box in which each case has this outcome; return the result and what the box was told."""
    told = {}

    def run(_, requests, *, later, **others):
        told.update(others)
        questions = {
            request["question"]: (outcome,) * len(request.get("cases", [[]]))
            for request in (*requests, *later)
        }
        return sandbox.Outcome(questions, dict(cells), stopped, 0.1)

    monkeypatch.setattr(sandbox, "run", run)
    return job.grade(task(answers(), isolation="trusted")), told


def test_the_box_is_told_what_it_needs(monkeypatch):
    _, told = boxed(monkeypatch, Answer(1))
    assert (told["isolation"], told["modules"]) == ("trusted", ("gradients",))
    assert "def parabola" in told["given"]


def test_the_seed_of_the_box_says_nothing_about_the_cases(monkeypatch):
    seeds = set()
    monkeypatch.setattr(sandbox, "run", lambda *_, seed, **__: seeds.add(seed))
    for each in (17, 18):
        job.grade(task(answers(), seed=each))
    assert len(seeds) == 1
    assert not seeds & {17, 18}


def test_a_box_that_was_stopped_gives_the_status_though_all_had_answered(monkeypatch):
    assert boxed(monkeypatch, Answer(1), stopped="killed")[0]["status"] == "killed"


def test_a_question_that_waited_too_long_is_worth_a_second_try(monkeypatch):
    assert boxed(monkeypatch, Failure("timeout", "wall"))[0]["timing"] == "wall"
    assert boxed(monkeypatch, Failure("timeout", "cpu"))[0]["timing"] == "cpu"
    assert boxed(monkeypatch, Failure("raised", "OSError"))[0]["timing"] is None


def test_what_is_told_has_bounds(monkeypatch):
    cells = {k: Failure("raised", "NameError", k, 1) for k in range(1, 40)}
    result, _ = boxed(monkeypatch, Answer(1), cells)
    assert len(result["stops"]) == 10
    assert len(result["message"]) < 310
    told = job.blank(task(b""), "invalid_notebook", "one\ntwo\x00 \u202e" + 500 * "x")["message"]
    assert told.startswith("one two x")
    assert told.endswith("x…")


def test_the_order_of_the_statuses_decides():
    assert list(STATUSES) == [
        "grader_error", "invalid_notebook", "killed", "timeout", "missing_function", "partial", "ok",
    ]  # fmt: skip
    assert list(UNSCORED) == list(STATUSES)[:2]
    assert worst(["ok", "partial", "killed", "timeout"]) == "killed"
    assert worst([]) == "ok"


@pytest.mark.needs("bubblewrap")
def test_a_stopped_cell_is_told_though_all_is_right():
    result = job.grade(task(notebook("x = [1][2]", *_cells(answers()))))
    assert (result["status"], result["score"]) == ("partial", 14)
    assert result["stops"] == ["Code cell 1 stopped with IndexError at `x = [1][2]` (line 1)."]


def _cells(content):
    return [cell["source"] for cell in json.loads(content)["cells"]]


# --- marks of written questions


@pytest.mark.needs("bubblewrap")
def test_written_marks_are_merged_and_may_be_taken_back(graded):
    marked = job.add_written(graded, {"q5": (3.5, "Well said.")})
    assert (marked["score"], marked["pending"]) == (17.5, 0)
    assert marked["questions"]["q5"]["message"] == "Well said."
    assert graded["score"] == 14
    assert graded["questions"]["q5"]["score"] is None
    assert job.add_written(marked, {"q5": 2})["score"] == 16
    assert job.add_written(marked, {"q5": None})["score"] == 14


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("marks", [{"q1": 1}, {"q9": 1}, {"q5": 5.5}, {"q5": -1}, {"q5": float("nan")}])
def test_other_marks_are_refused(graded, marks):
    with pytest.raises(ValueError, match=r"written question|between 0 and 5"):
        job.add_written(graded, marks)


def test_the_oracle_of_a_contest_is_new_for_each_submission(monkeypatch):
    seen = []

    def run(cells, requests, *, later, oracle, **_):
        for _ in range(10):
            oracle("q6", (later[-1]["cases"][0][0]["array"],), 0)
        with pytest.raises(RuntimeError):
            oracle("q6", ([0.0, 0.0],), 0)
        seen.append(oracle)
        nothing = {
            request["question"]: tuple(Answer(None) for _ in request.get("cases", [[]]))
            for request in (*requests, *later)
        }
        return sandbox.Outcome(nothing, {}, None, 0.1)

    monkeypatch.setattr(sandbox, "run", run)
    for _ in range(2):
        assert job.grade(task(answers()))["questions"]["q6"]["asked"] == 11
    assert len(seen) == 2
