"""The stored searches: a piece of each table computed anew, and the data that it was trained on."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from d2l_utils.tuning import (
    DIGITS_SPACE,
    GUESS,
    DigitsTraining,
    gaussian,
    load_searches,
    sample,
    split_digits,
)

TABLES, ABOUT = load_searches()
SPEC = importlib.util.spec_from_file_location("searches", Path("tools/searches.py"))


@pytest.fixture(scope="module")
def searches():
    pytest.importorskip("optuna")
    module = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(module)
    return module


def row(name, number):
    return {
        key.removeprefix(name + "_"): value[number] for key, value in TABLES.items() if key.startswith(name)
    }


def quick():
    """Return numbers of settings of the pool that are cheap to train: large batches."""
    return [k for k in range(40) if TABLES["pool_setting"][k][4] == 128][:3]


@pytest.mark.parametrize("number", quick())
def test_a_training_of_the_pool_is_found_again(searches, number):
    found, stored = searches.pool(number), row("pool", number)
    np.testing.assert_allclose(found["setting"], stored["setting"], rtol=1e-6)
    np.testing.assert_allclose(found["scores"], stored["scores"], rtol=0.02, atol=0.005)
    differing = np.unpackbits(found["right"] ^ stored["right"]).sum()
    assert differing <= 10  # of 720; the last bits of a processor may turn one


def test_another_seed_is_not_taken_for_the_stored_one(searches):
    number = next(k for k in quick() if TABLES["pool_scores"][k, 0] < 0.9 * GUESS)
    setting = sample(DIGITS_SPACE, np.random.default_rng(number))
    other = DigitsTraining(setting, seed=number + 1).run_to(1)
    assert abs(other - TABLES["pool_scores"][number, 0]) > 0.01


@pytest.mark.parametrize("name", ["eps", "rest"])
def test_a_row_of_each_plane_is_found_again(searches, name):
    found, stored = getattr(searches, name)(24), row(name, 24)
    for key in ("scores", "own"):
        np.testing.assert_allclose(found[key], stored[key], rtol=0.02, atol=0.005)


def test_no_two_cells_of_a_plane_share_their_own_seed():
    """A seed that a whole row shared would count as something that the row's rate explains."""
    own, scores = TABLES["eps_own"], TABLES["eps_scores"]
    assert own.shape == (60, 9)
    assert scores.shape == (60, 9, 8)
    assert np.median(scores[20:35, :, 0].std(axis=1)) < 1e-3  # one seed: ε does next to nothing
    assert np.median(own[20:35].std(axis=1)) > 0.01


TRIALS = 16


def differ(found, stored):
    return not np.allclose(found[:TRIALS], stored[:TRIALS], rtol=0.02, atol=0.005)


SEARCHES = {"random": "at_random", "gp": "by_gaussian_process", "tpe": "by_tpe"}


@pytest.mark.parametrize("name", SEARCHES)
def test_the_first_trials_of_each_search_are_found_again(searches, name):
    """Sixteen: the first ten are drawn at random, and say nothing about what learns."""
    found, stored = getattr(searches, SEARCHES[name])(0, TRIALS), row("searches", 0)
    assert not differ(found.scores, stored[name])
    assert not differ(found.test, stored[f"{name}_test"])
    np.testing.assert_array_equal(stored[name][:10], stored["random"][:10])
    assert name == "random" or differ(stored[name], stored["random"])


def test_a_search_that_does_not_learn_is_not_taken_for_the_stored_one(searches, monkeypatch):
    stored = row("searches", 0)
    monkeypatch.setattr(gaussian, "propose", lambda x, y, rng: rng.random(x.shape[1]))
    assert differ(searches.by_gaussian_process(0, TRIALS).scores, stored["gp"])
    blind = searches.optuna.samplers.RandomSampler
    monkeypatch.setattr(
        searches.optuna.samplers, "TPESampler", lambda seed, n_startup_trials: blind(seed=seed)
    )
    assert differ(searches.by_tpe(0, TRIALS).scores, stored["tpe"])


def test_a_dropout_is_found_again(searches):
    np.testing.assert_allclose(
        searches.dropout(6)["scores"], TABLES["dropout_scores"][6], rtol=0.05, atol=0.005
    )
    assert np.abs(TABLES["dropout_scores"][6] - TABLES["dropout_scores"][0]).min() > 0.001


@pytest.mark.parametrize("number", [0])
def test_a_draw_of_the_folds_is_found_again(searches, number):
    found, stored = searches.folds(number), row("folds", number)
    for key in ("scores", "truth"):
        np.testing.assert_allclose(found[key], stored[key], rtol=0.05, atol=0.01)


def test_five_folds_and_the_truth_agree_on_which_settings_are_good():
    scores, truth = TABLES["folds_scores"], TABLES["folds_truth"]
    assert scores.shape == (16, 20, 5)
    assert truth.shape == (16, 20)
    alike = [np.corrcoef(a.mean(axis=1), b)[0, 1] for a, b in zip(scores, truth, strict=True)]
    assert np.min(alike) > 0.7
    assert not np.array_equal(truth[0], truth[2])


def test_the_tables_say_how_they_came_about():
    assert set(ABOUT) == {"pool", "eps", "rest", "dropout", "searches", "folds"}
    for each in ABOUT.values():
        assert {"what", "rows", "date", "minutes", "versions"} <= set(each)
    for name, about in ABOUT.items():
        assert {len(v) for k, v in TABLES.items() if k.startswith(f"{name}_")} == {about["rows"]}
    assert all(np.all((v >= 0) & (v <= GUESS + 1e-6)) for k, v in TABLES.items() if k.endswith("scores"))


def test_the_three_parts_of_the_digits_share_no_image():
    parts = [{each.tobytes() for each in part.x} for part in split_digits()]
    assert [len(part) for part in parts] == [1077, 360, 360]
    assert not (parts[0] & parts[1])
    assert not (parts[0] & parts[2])
    assert not (parts[1] & parts[2])
