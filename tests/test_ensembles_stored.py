"""The stored measurements of ensembles: complete, tuned inside their grids, and found again."""

import numpy as np
import pytest

from d2l_utils.ensembles import load_ensembles
from tools import ensembles as again

FOUND = load_ensembles()
JOBS = again.jobs()
# Beyond these there is nothing; as the temperature rises, the loss tends to a distance of scores.
ENDS = {"weight": (0.0, 1.0), "rho": (0.0,), "smoothing": (0.0,), "temperature": (128.0,)}
each = pytest.mark.parametrize("key", JOBS, ids=" ".join)


def entry(key):
    return FOUND[key[0]][key[1]]


@each
def test_no_setting_was_chosen_at_a_border_that_could_move(key):
    found, grids = entry(key), JOBS[key][1]
    at = [name for name in found["on the border"] if found["settings"][name] not in ENDS.get(name, ())]
    assert [name for name in at if len(grids[name]) > 1] == []


@each
def test_every_judge_is_there_and_the_best_was_taken(key):
    found = entry(key)
    for name in ("validation", "loss", "error", "untempered"):
        assert len(found[name]) == len(FOUND["seeds"]["judging"])
    losses = [row[-1] for row in found["tuning"]]
    assert list(found["settings"].values()) == found["tuning"][int(np.argmin(losses))][:-1]


def test_what_is_not_tuned_has_the_rate_that_is_best():
    assert FOUND["smooth 0.2"]["cosine"]["settings"]["lr"] == again.RATE


@pytest.mark.parametrize("key", [("smooth 0.2", "cosine"), ("distillation", "smoothing")], ids=" ".join)
def test_a_run_is_found_again(key):
    found, (trial, _, given) = entry(key), JOBS[key]
    run = trial(0, **found["settings"], **given)
    for name, value in zip(("validation", "loss", "error", "untempered"), run, strict=True):
        assert value == pytest.approx(found[name][0], abs=5e-3)
    assert abs(found["loss"][1] - run[1]) > 5e-3  # another seed is not taken for it
