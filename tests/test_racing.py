"""The race: its gradients, its fairness, and how it goes on after a kill."""

import itertools
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from d2l_utils import racing
from d2l_utils.gradients import gradient_check
from d2l_utils.racing import races, workloads
from d2l_utils.racing.methods import METHODS

SMALL = racing.Plan(trials=3, finals=2, draws=2)
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
    if name == "quadratic":  # its held-out loss is the true one, of the same inputs
        assert not np.isin(task.held_out.t, task.train.t).any()
        return
    known = {row.tobytes() for row in task.train.x}
    whole = {row.tobytes() for row in np.column_stack(task.train)}
    held_out = [row.tobytes() for row in np.column_stack(task.held_out)]
    assert len(held_out) >= 300
    assert not whole.intersection(held_out)
    if name not in ("letters", "attention"):  # where the same words may go on in another way
        assert not known.intersection(row.tobytes() for row in task.held_out.x)


@pytest.mark.parametrize("length", [6, 8])
def test_held_out_windows_share_no_place_of_the_text_with_training(length):
    train, held_out = workloads._windows(np.arange(5400), length, 10_000, 0)
    places = [{*each.x.ravel(), *each.t} for each in (train, held_out)]
    assert not places[0] & places[1]
    assert max(each % 1000 for each in places[0]) < 900 <= min(each % 1000 for each in places[1])
    assert len(train.t) == 5 * (900 - length) + 400 - length
    again = workloads._windows(np.zeros(5400, int), length, 10_000, 0)[1]
    assert len(again.t) == 0  # word for word in training


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
        races.train(task, spy, seed=7, num_steps=10)
    for one, other in zip(spies[0].seen, spies[1].seen, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in one)
    other = Spy()
    races.train(task, other, seed=8, num_steps=10)
    assert not np.array_equal(other.starts[0]["W1"], spies[0].starts[0]["W1"])


def test_every_method_has_the_same_trials_and_seeds():
    log, asked = racing.Log(), {}
    for method in METHODS:
        before = set(log.done)
        racing.race("quadratic", method, "usual", SMALL, 0.1, log, draw=1)
        asked[method] = {(run.trial, run.seed) for run in set(log.done) - before}
    tuning = {(i, SMALL.tuning_seed(i)) for i in SMALL.numbers(1)}
    for found in asked.values():
        assert tuning <= found
        assert {seed for _, seed in found - tuning} == set(SMALL.final_seeds(1))


def test_seeds_and_trials_of_the_parts_and_draws_never_meet():
    plan = racing.Plan(draws=8)
    numbers = [i for draw in range(plan.draws) for i in plan.numbers(draw)]
    seeds = [plan.tuning_seed(i) for i in numbers]
    seeds += [seed for draw in range(plan.draws) for seed in plan.final_seeds(draw)]
    assert len(set(numbers)) == plan.draws * plan.trials
    assert len(set(seeds)) == plan.draws * (plan.trials + plan.finals)


@pytest.mark.parametrize(
    ("method", "space"),
    [*itertools.product(METHODS, ("usual", "long")), ("Adam", "halved"), ("NAdam", "ahead")],
)
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
    with pytest.raises(ValueError, match="space must be one of usual, long, halved, ahead"):
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


class Fake:
    """A log with known curves, that keeps what it is asked for."""

    def __init__(self, curve):
        self.curve, self.requests = curve, []

    def __call__(self, what):
        self.requests.append(what)
        return np.array(self.curve(what), np.float16)


def _reaches(steps, end):
    """Return a curve of the quadratic (300 steps, a loss every 5) that is at 1 from a step on."""
    return np.r_[np.where(np.arange(0, 300, 5) < steps, 9.0, 1.0), end]


@pytest.mark.parametrize("draw", [0, 1])
def test_the_fastest_trial_runs_again_and_of_equals_the_one_that_ends_lower(draw):
    known = [(80, 0.5), (40, 0.9), (60, 0.1), (40, 0.7), (40, 0.8)]
    first = 1000 * draw
    log = Fake(lambda what: _reaches(*known[what.trial - first]))
    plan = racing.Plan(trials=5, finals=3, draws=2)
    found = racing.race("quadratic", "Adam", "long", plan, 1.0, log, draw=draw)
    assert found["tuned"] == [80, 40, 60, 40, 40]
    np.testing.assert_allclose(found["ends"], [end for _, end in known], rtol=1e-3)
    assert found["trial"] == first + 3
    assert found["steps"] == [40] * 3
    assert [what.seed for what in log.requests] == [
        *(20_000 + first + i for i in range(5)),
        *(10_000 + first + i for i in range(3)),
    ]
    assert {what.trial for what in log.requests[5:]} == {first + 3}
    assert {(what.workload, what.method, what.space) for what in log.requests} == {
        ("quadratic", "Adam", "long")
    }


def test_the_target_is_what_half_of_the_field_has_reached_after_three_quarters():
    names = list(METHODS)
    lowest = dict(zip(names, np.random.default_rng(0).permutation(11) + 1.0, strict=True))

    def curve(what):  # before and after the measurement everything is better
        loss = lowest[what.method] + 20 * (what.trial % 1000 != 1) + (0, 7, -0.5)[what.trial // 1000]
        return np.r_[np.zeros(45), loss, np.zeros(15)]

    log = Fake(curve)
    plan = racing.Plan(trials=3, finals=2, draws=3)
    found = racing.target_of("quadratic", plan, log)
    assert found == lowest | {"target": 6.0, "hard": 3.0}
    asked = {(what.method, what.space, what.trial, what.seed) for what in log.requests}
    assert asked == {
        (method, "usual", 1000 * draw + i, 20_000 + 1000 * draw + i)
        for method in METHODS
        for draw in range(3)
        for i in range(3)
    }


def test_half_the_memory_is_half_of_beta1_and_nothing_else():
    for trial in range(20):
        long, halved = (racing.draw("Adam", trial, space) for space in ("long", "halved"))
        beta, half = 1 - long.pop("1 - beta1"), 1 - halved.pop("1 - beta1")
        assert half == pytest.approx(beta / 2)
        assert 0.5 <= beta <= 0.99
        assert long == halved


def test_steps_that_are_not_measured_or_have_no_batch_are_refused():
    task = racing.workload("digits")
    for steps in (205, 7):
        with pytest.raises(ValueError, match="multiple of 5 up to 200"):
            races.train(task, Spy(), 0, steps)


def test_a_log_with_other_settings_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "log.jsonl"
    what = racing.Run("quadratic", "SGD", "usual", 0, seed=0)
    racing.Log(file)(what)
    assert what in racing.Log(file).done
    monkeypatch.setattr(races.methods, "draw", lambda *_: {"lr": 1.0})
    with pytest.raises(ValueError, match="was run with other settings"):
        racing.Log(file)


WORK = """
from pathlib import Path; import sys
from d2l_utils import racing
plan = racing.Plan(trials=3, finals=2, draws=1)
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
