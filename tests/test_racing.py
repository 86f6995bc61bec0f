"""The race: its gradients, fairness, resumption; profiles by hand and by brute force; the stored result."""

import itertools
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2l_utils import racing
from d2l_utils.gradients import gradient_check
from d2l_utils.racing import races
from d2l_utils.racing.methods import METHODS, SPACES

SMALL = racing.Plan(trials=3, finals=2)
TASKS = pytest.mark.parametrize("name", racing.NAMES)


@TASKS
def test_gradient(name):
    task = racing.workload(name)
    model = task.start(np.random.default_rng(0))
    x, t = task.train.x[:3], task.train.t[:3]
    for p in model.params.values():
        p += 0.1 * np.random.default_rng(1).normal(size=p.shape)
    if name == "bags of words":  # words that nobody says have no gradient
        seen = x.sum(axis=0) > 0
        model.params["W"] = model.params["W"][seen]
        x, model.num_inputs = x[:, seen], int(seen.sum())
    errors = gradient_check(model, x, t)
    assert errors.keys() == model.params.keys()
    assert max(errors.values()) < 1e-6


def test_a_wrong_gradient_through_time_is_found():
    class Forgetful(racing.RecurrentModel):
        def _backward(self, x, hidden, error):
            found = super()._backward(x, hidden, error)
            last = error @ self.params["U"].T * (1 - hidden[-1] ** 2)
            return found | {"W": hidden[-2].T @ last}  # as if the state before were given

    rng = np.random.default_rng(0)
    x, t = rng.integers(5, size=(4, 6)), rng.integers(5, size=4)
    assert max(gradient_check(racing.RecurrentModel(5, 6, 3, rng=rng), x, t).values()) < 1e-6
    assert gradient_check(Forgetful(5, 6, 3, rng=rng), x, t)["W"] > 1e-2


def test_letters_beyond_the_alphabet_are_refused():
    model = racing.RecurrentModel(5, 2, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="letters' numbers from 0 to 4"):
        model.loss(np.array([[0, 5]]), np.array([1]))


@TASKS
def test_batches_are_dealt_and_held_out_examples_are_not_among_them(name):
    task = racing.workload(name)
    batches = task.batches(5)
    n = len(task.train.t)
    assert batches.shape == (task.num_steps, task.batch_size)
    epoch = batches.ravel()[:n]
    assert len(np.unique(epoch)) == len(epoch)
    assert task.num_steps % task.every == 0
    if name != "quadratic":  # whose held-out loss is the true one
        assert not np.array_equal(task.train.x[:50], task.held_out.x[:50])


# Fairness ------------------------------------------------------------------------------------------------


class Spy:
    """A method that goes nowhere and keeps what it is shown."""

    def __init__(self):
        self.starts, self.seen = [], []

    def update(self, params, grads):
        self.starts.append({name: p.copy() for name, p in params.items()})
        self.seen.append({name: g.copy() for name, g in grads.items()})


def test_every_method_starts_at_the_same_weights_and_is_shown_the_same_batches():
    task, spies = racing.workload("digits"), (Spy(), Spy())
    for spy in spies:
        races.train(task, spy, seed=7, num_steps=9)
    for one, other in zip(spies[0].seen, spies[1].seen, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in one)
    other = Spy()
    races.train(task, other, seed=8, num_steps=9)
    assert not np.array_equal(other.starts[0]["W1"], spies[0].starts[0]["W1"])


def test_every_method_has_the_same_trials_and_seeds():
    log, asked = racing.Log(), {}
    for method in METHODS:
        before = set(log.done)
        racing.race("quadratic", method, "usual", SMALL, 0.1, log)
        asked[method] = {(run.trial, run.seed, run.part) for run in set(log.done) - before}
    tuning = {(i, SMALL.tuning_seed(i), 1.0) for i in range(3)}
    for found in asked.values():
        assert tuning <= found
        assert {seed for _, seed, _ in found - tuning} == set(SMALL.final_seeds())


def test_seeds_of_the_three_parts_never_meet():
    plan = racing.Plan()
    paths = {plan.path_seeds(i) for i in range(1000)} | set(range(11_000, 11_000 + plan.finals))
    tuning, finals = {plan.tuning_seed(i) for i in range(1000)}, set(plan.final_seeds())
    assert len(paths | tuning | finals) == len(paths) + len(tuning) + len(finals)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("method", METHODS)
def test_every_rate_has_four_decades_and_every_method_the_same_luck_in_them(method, space):
    rates = racing.space_of(method, space)["lr"]
    assert np.log10(rates.high / rates.low) == pytest.approx(4)
    shares = [rates.share(racing.draw(method, i, space)["lr"]) for i in range(5)]
    reference = racing.space_of("SGD")["lr"]
    np.testing.assert_allclose(shares, [reference.share(racing.draw("SGD", i)["lr"]) for i in range(5)])
    racing.make(method, racing.draw(method, 0, space), 100)


def test_what_is_refused():
    with pytest.raises(ValueError, match="method must be one of SGD"):
        racing.space_of("Adem")
    with pytest.raises(ValueError, match="space must be one of rate, usual, eps"):
        racing.space_of("Adam", "wide")
    with pytest.raises(ValueError, match="name must be one of 'digits'"):
        racing.workload("imagenet")


# Runs, kept and resumed ------------------------------------------------------------------------------------


def test_a_run_that_explodes_is_lost_and_not_an_error():
    task = racing.workload("digits")
    losses = races.train(task, racing.make("SGD", {"lr": 1e6}, 200), 0, 200)
    assert np.isinf(losses[-1])
    assert racing.steps_to_target(losses, 0.5, task.every) == np.inf


def test_the_last_loss_is_measured_after_the_last_step():
    task, spy = racing.workload("quadratic"), Spy()
    assert len(races.train(task, spy, 0, task.num_steps)) == task.num_steps // task.every + 1
    assert len(spy.seen) == task.num_steps
    losses = races.train(task, racing.make("SGD", {"lr": 0.05}, 300), 0, task.num_steps)
    assert np.isfinite(losses).all()


def test_the_target_is_the_worse_of_the_two_camps(monkeypatch):
    ends = {"Momentum": 3.0, "Nesterov": 2.0, "AdamW": 1.0, "NAdam": 1.5}
    log = lambda what: np.array([ends[what.method] + (what.trial != 1)], np.float16)  # noqa: E731
    found = racing.target_of("digits", SMALL, log)
    assert found == ends | {"target": 2.0, "hard": 1.0}


WORK = """
from pathlib import Path; import sys
from d2l_utils import racing
plan = racing.Plan(trials=3, finals=2)
log = racing.Log(Path(sys.argv[1]))
for method in ("SGD", "Adam", "Lion"):
    print(racing.race("quadratic", method, "usual", plan, 0.1, log), flush=True)
"""


def _raced(file, timeout=None):
    done = subprocess.run([sys.executable, "-c", WORK, file], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_race_that_was_killed_goes_on_to_the_same_end(tmp_path):
    whole = _raced(tmp_path / "whole.jsonl")
    killed = tmp_path / "killed.jsonl"
    process = subprocess.Popen([sys.executable, "-c", WORK, killed], stdout=subprocess.DEVNULL)
    while not killed.exists() or killed.read_bytes().count(b"\n") < 4:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = killed.read_bytes()
    lines = (tmp_path / "whole.jsonl").read_bytes().splitlines()
    assert 4 <= kept.count(b"\n") <= len(lines)
    with killed.open("ab") as file:
        file.write(lines[-1][:30])  # as if it had been killed within a line
    assert _raced(killed) == whole
    assert killed.read_bytes().startswith(kept[: kept.rindex(b"\n") + 1])
    assert sorted(_without_seconds(killed)) == sorted(_without_seconds(tmp_path / "whole.jsonl"))


def _without_seconds(file):
    return [line.partition(b', "seconds"')[0] for line in file.read_bytes().splitlines()]


# What a race says ------------------------------------------------------------------------------------------

TIMES = np.array([[10.0, 40.0, 30.0, np.inf], [20.0, 20.0, 90.0, np.inf], [np.inf, 30.0, 60.0, 50.0]])


def test_profile_by_hand():
    r = [[1, 2, 1, np.inf], [2, 1, 3, np.inf], [np.inf, 1.5, 2, 1]]
    np.testing.assert_array_equal(racing.ratios(TIMES), r)
    found = racing.profile(TIMES, np.array([1.0, 1.5, 2.0, 3.0]))
    np.testing.assert_array_equal(
        found, [[0.5, 0.5, 0.75, 0.75], [0.25, 0.25, 0.5, 0.75], [0.25, 0.5, 0.75, 0.75]]
    )


def test_score_is_the_area_under_the_profile():
    tau = np.linspace(1, 4, 300_001)
    np.testing.assert_allclose(racing.score(TIMES), racing.profile(TIMES, tau).mean(axis=1), atol=1e-4)
    # By hand, tau_max 4: (3 + 2 + 3 + 0) / 12 and so on.
    np.testing.assert_allclose(racing.score(TIMES), [8 / 12, 6 / 12, 7.5 / 12])


def test_a_workload_that_nobody_finished_counts_for_nobody():
    times = np.array([[10.0, np.inf], [20.0, np.inf]])
    assert np.isinf(racing.ratios(times)[:, 1]).all()
    np.testing.assert_allclose(racing.score(times, 3.0), [0.5, 0.25])


@given(st.lists(st.integers(1, 50), min_size=1, max_size=7), st.integers(1, 7))
def test_expected_best_is_what_brute_force_finds(times, k):
    if k > len(times):
        with pytest.raises(ValueError, match="k must be at most the number of trials"):
            racing.expected_best(np.array(times), k)
        return
    brute = np.mean([min(each) for each in itertools.combinations(times, k)])
    assert racing.expected_best(np.array(times, float), k) == pytest.approx(brute)


def test_study_time_and_median_take_the_slower_of_two_middles():
    assert racing.study_time(np.array([1.0, 9.0, np.inf, 5.0, 7.0, 8.0, np.inf, np.inf]), 2) == 7.0
    assert racing.median(np.array([1.0, np.inf])) == np.inf
    with pytest.raises(ValueError, match="size must divide"):
        racing.study_time(np.ones(7), 2)


def test_bands_hold_the_median_and_shrink_without_noise():
    rng = np.random.default_rng(0)
    runs = 100 + 30 * rng.random((3, 4, 9))
    low, middle, high = racing.band(runs, racing.score, np.random.default_rng(1))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low < high).any()
    still = np.repeat(runs[:, :, :1], 9, axis=2)
    low, _, high = racing.band(still, racing.score, np.random.default_rng(1))
    np.testing.assert_array_equal(low, high)


# The stored race -------------------------------------------------------------------------------------------


def test_the_stored_race_is_whole():
    stored = racing.load_race()
    plan = racing.Plan(**stored["plan"])
    assert list(stored["workloads"]) == list(racing.NAMES)
    for space, trials in (("usual", plan.trials), ("hard", plan.trials), ("rate", plan.trials // 2)):
        tuned = racing.table(stored, space, "tuned")
        assert tuned.keys() == METHODS.keys()
        for method in METHODS:
            assert tuned[method].shape == (8, trials)
    assert all(each.shape == (8, plan.finals) for each in racing.table(stored).values())
    assert 100 < stored["seconds"] < 1500
    assert stored["runs"] > 3500


@pytest.mark.parametrize(
    ("name", "method"), [("quadratic", "Adam"), ("digits", "Nesterov"), ("letters", "RMSProp")]
)
def test_a_piece_of_the_stored_race_comes_out_again(name, method):
    stored, plan = racing.load_race(), racing.Plan()
    kept, every = stored["workloads"][name], racing.workload(name).every
    found = kept["usual"][method]
    trial = found["trial"]
    target = kept["targets"]["target"]
    for seed, steps in list(zip(plan.final_seeds(), found["steps"], strict=True))[:2]:
        losses = racing.run(racing.Run(name, method, "usual", trial, seed))
        again = racing.steps_to_target(losses, target, every)
        assert again == pytest.approx(np.inf if steps is None else steps, abs=2 * every)
    losses = racing.run(racing.Run(name, method, "usual", trial, plan.tuning_seed(trial)))
    assert float(losses[-1]) == pytest.approx(found["ends"][trial], rel=0.05)
    assert racing.steps_to_target(losses, target, every) == pytest.approx(
        found["tuned"][trial], abs=2 * every
    )


def test_the_targets_follow_from_the_pathfinders():
    for each in racing.load_race()["workloads"].values():
        reached = each["targets"]
        camps = [min(reached[one] for one in camp) for camp in races.CAMPS]
        assert reached["target"] == max(camps)
        assert reached["hard"] == min(camps)
