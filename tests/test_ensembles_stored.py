"""The stored measurements of ensembles: complete, tuned inside their grids, and found again."""

import itertools

import numpy as np
import pytest

from d2l_utils import SGD, ExponentialAverage
from d2l_utils.data import minibatches
from d2l_utils.ensembles import distillation_loss, load_ensembles
from d2l_utils.models import TwoLayerNet
from tools import ensemble_heirs as heirs
from tools import ensemble_trials as trials
from tools import ensembles as again

FOUND = load_ensembles()
JOBS = {(part, name): job for part, name, job in itertools.chain(again.jobs(), again.later(FOUND))}
JUDGED = ("validation", "loss", "error", "untempered")
# Beyond these there is nothing: the temperature tends to inf, the average to the plain mean of a run; a
# weight below the lowest or a rate held longer is the row "labels" or "constant"; a run has 20 epochs, and
# more than the latest 5 are the row of SWA.
ENDS = {
    "weight": (0.3, 1.0),
    "rho": (0.0, 0.9997),
    "smoothing": (0.0,),
    "temperature": (float("inf"),),
    "hold": (0.0, 0.8),
    "count": (5, 20),
}
each = pytest.mark.parametrize("key", JOBS, ids=" ".join)


def entry(key):
    return FOUND[key[0]][key[1]]


def number(value):
    return float(value) if value == "inf" else value


def chosen(key):
    return {name: number(value) for name, value in entry(key)["settings"].items()}


def mismatch(found, job):
    """Return what of a stored result is not that of a job: its grids, what was given, its table."""
    grids = {name: [number(value) for value in grid] for name, grid in found["grids"].items()}
    rows = [tuple(map(number, row[:-1])) for row in found["tuning"]]
    pairs = {
        "grids": (grids, {name: list(grid) for name, grid in job.grids.items()}),
        "given": (found["given"], job.given),
        "table": (rows, list(itertools.product(*job.grids.values()))),
    }
    return [name for name, (stored, wanted) in pairs.items() if stored != wanted]


@each
def test_the_stored_grids_are_those_of_the_tool(key):
    assert mismatch(entry(key), JOBS[key]) == []
    seeds = FOUND["seeds"]
    assert seeds == {"tuning": list(again.TUNING), "judging": list(again.JUDGING)}


def test_another_grid_or_a_table_merged_by_hand_is_noticed():
    key = ("budget", "one wide network")
    job, found = JOBS[key], entry(key)
    wider = job._replace(grids={"lr": [*job.grids["lr"], 9.0]})
    assert mismatch(found, wider) == ["grids", "table"]
    assert mismatch(found | {"tuning": found["tuning"][1:]}, job) == ["table"]
    assert mismatch(found, job._replace(given=job.given | {"epochs": 11})) == ["given"]


@each
def test_no_setting_was_chosen_at_a_border_that_could_move(key):
    for name, value in chosen(key).items():
        grid = list(JOBS[key].grids[name])
        if len(grid) > 1 and value not in ENDS.get(name, ()):
            assert value not in (grid[0], grid[-1]), name


@each
def test_every_judge_is_there_and_the_best_was_taken(key):
    found = entry(key)
    for name in JUDGED:
        assert len(found[name]) == len(FOUND["seeds"]["judging"])
    losses = [float(row[-1]) for row in found["tuning"]]
    assert list(found["settings"].values()) == found["tuning"][int(np.argmin(losses))][:-1]


@each
def test_a_run_is_found_again(key):
    found, job = entry(key), JOBS[key]
    run = job.trial(0, **chosen(key), **job.given)
    for name, value in zip(JUDGED, run, strict=True):
        assert value == pytest.approx(found[name][0], abs=5e-3)
    assert abs(found["loss"][1] - run[1]) > 1e-3  # another seed is not taken for it


def test_forks_and_barriers_are_found_again():
    for name, row in heirs.forked(0, **again.FORK).items():
        assert row == pytest.approx(FOUND["fork"][name][0], abs=5e-3)
    cycle = {"epochs": 10, "count": 6}
    found = trials.between(0, **chosen(("budget", "6 snapshots")), **cycle)
    assert found == pytest.approx(FOUND["barriers"][0], abs=1e-3)


# The tool trains as the package does.


def test_a_training_is_the_packages():
    train, rng = trials.data_of(0)[0], trials.drawn(0, 0)
    net = TwoLayerNet(64, 32, 10, rng=rng, weight_decay=0.01)
    optimizer, average = SGD(lambda t: 0.4 / (t + 1)), ExponentialAverage(0.97, bias_correction=True)
    for _ in range(2):
        for batch in minibatches(*train, 32, rng):
            optimizer.update(net.params, net.gradient(*batch))
    found = trials.trained(train, trials.drawn(0, 0), lambda t: 0.4 / (t + 1), 2, weight_decay=0.01)
    for name, value in net.params.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-9, atol=1e-12)
    watched: list[np.ndarray] = []

    def watch(t, flat):
        watched.append(flat.copy())

    trials.trained(train, trials.drawn(0, 0), lambda t: 0.4, 2, watch=watch)
    for flat in watched:
        average.update(flat)
    ours = trials.steady(0, 0.4, 2)["averages"][trials.RHOS.index(0.97)]
    np.testing.assert_allclose(ours, average.params, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1e6])
def test_a_lesson_has_the_packages_gradient(temperature):
    rng = np.random.default_rng(0)
    given, teacher, t = rng.normal(size=(6, 10)), rng.normal(size=(6, 10)), np.zeros(6, int)
    _, wanted = distillation_loss(given, t, teacher, temperature=temperature, weight=1.0)
    limit = float("inf") if temperature == 1e6 else temperature
    found = trials._soft_error(given, trials.Lesson(teacher, limit, 1.0), np.arange(6)) / 6
    np.testing.assert_allclose(found, wanted, atol=1e-6)
