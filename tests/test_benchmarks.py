"""The benchmark, small and without frameworks: contestants agree, and the report says what was measured."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import report, step, sweep, timing, toy, training
from benchmarks.timing import Goal, Regime, agree, interleaved, outcome

SMALL = {
    "R1": lambda: toy.regime(steps=20, with_peers=False),
    "R2a": lambda: training.linear_regime(examples=40, with_peers=False),
    "R2b": lambda: training.network_regime(examples=256, with_peers=False),
    "R3": lambda: step.regime(1000, with_peers=False),
    "R4": lambda: sweep.regime(settings=5, steps=20, with_peers=False),
}


@pytest.mark.parametrize("name", SMALL)
def test_contestants_agree_and_are_compared(name):
    regime = SMALL[name]()  # which checks that they agree
    result = outcome(regime, rounds=3, rng=np.random.default_rng(0))
    assert result["key"].startswith(name)
    assert set(result["ratios"]) == set(regime.jobs)
    assert len(regime.jobs) >= 2
    assert result["ratios"][regime.ours] == {"low": 1.0, "median": 1.0, "high": 1.0}
    for spread in result["ratios"].values():
        assert 0 < spread["low"] <= spread["median"] <= spread["high"]
    assert all({goal["slow"], goal["fast"]} <= set(regime.jobs) for goal in result["goals"])
    assert report.table(json.loads(json.dumps(result))).startswith(f"\n{name}")


def test_a_contestant_who_computes_something_else_is_refused():
    agree({"a": [1.0, 2.0], "b": [1.0, 2.000001]}, rtol=1e-5)
    with pytest.raises(AssertionError, match=r"b is 5.0e-01 apart from a; expected at most 1e-05"):
        agree({"a": [1.0, 2.0], "b": [1.0, 3.0]}, rtol=1e-5)
    with pytest.raises(AssertionError, match="b is nan apart"):
        agree({"a": [1.0], "b": [float("nan")]}, rtol=1e-5)


def test_every_contestant_runs_in_each_round_and_ratios_are_taken_within_it(monkeypatch):
    clock, calls = [0.0], []
    monkeypatch.setattr(timing, "processor_time", lambda: clock[0])

    def job(name, cost):
        def run():
            calls.append(name)
            clock[0] += cost * (1 + len(calls) // 12)  # the machine becomes slower and slower

        return run

    jobs = {"one": job("one", 1.0), "three": job("three", 3.0), "six": job("six", 6.0)}
    times = interleaved(jobs, rounds=5, rng=np.random.default_rng(0))
    assert {name: len(each) for name, each in times.items()} == {"one": 5, "three": 5, "six": 5}
    assert all(calls.count(name) == 12 for name in jobs)
    rounds = [tuple(calls[i : i + 6]) for i in range(0, len(calls), 6)]
    assert len(set(rounds)) > 1
    assert all(set(each) == set(jobs) for each in rounds)
    goals = [Goal("three", "one", 2.5), Goal("three", "one", 3.5), Goal("one", "six", 0.2, at_least=False)]
    goals.append(Goal("absent", "one", 1))
    calls.clear()
    result = outcome(Regime("R0", "work", "one", jobs, goals), rounds=9, rng=np.random.default_rng(0))
    assert result["ratios"]["three"]["median"] == pytest.approx(3)
    assert [goal["met"] for goal in result["goals"]] == [True, False, True]


def test_the_status_page_and_its_figures_are_those_of_the_stored_results():
    results = report.read()
    assert report.PAGE.read_text(encoding="utf-8") == report.page(results)
    assert {"processor", "python", "packages", "date"} <= set(results["machine"])
    assert {"numpy", "torch", "mxnet", "keras", "jax", "optax"} <= set(results["machine"]["packages"])
    keys = [each["key"] for each in results["regimes"]]
    assert [key[:2] for key in keys] == ["R1", "R2", "R2", "R3", "R3", "R3", "R3", "R3", "R4"]
    for each in results["regimes"]:
        assert {"title", "ours", "ratios", "goals"} <= set(each)
        figure = Path("benchmarks/figures", report.figures.name(each) + ".svg")
        assert "<svg" in figure.read_text(encoding="utf-8")
        assert str(figure) in report.PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_was_not_reached():
    results = report.read()
    missed = sum(not goal["met"] for each in results["regimes"] for goal in each["goals"])
    assert report.page(results).count("✗") == missed
    results["regimes"][0]["goals"][0]["met"] = not results["regimes"][0]["goals"][0]["met"]
    assert report.page(results) != report.PAGE.read_text(encoding="utf-8")
