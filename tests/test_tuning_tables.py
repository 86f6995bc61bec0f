"""The stored searches: a piece of each table computed anew, and the data that it was trained on."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from d2l_utils.tuning import DIGITS_SPACE, GUESS, DigitsTraining, load_searches, sample, split_digits

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
def test_a_point_of_each_plane_is_found_again(searches, name):
    rate = DIGITS_SPACE["lr"].at(20 / 40)
    other = searches.ACROSS[name].at(8 / 16)
    optimizer = searches.Adam(rate, eps=other) if name == "eps" else None
    setting = {"lr": rate, **({} if name == "eps" else {"rest": other})}
    found = DigitsTraining(setting, seed=20, optimizer=optimizer).run_to(3)
    assert found == pytest.approx(TABLES[f"{name}_scores"][20, 8], rel=0.02, abs=0.005)


def test_the_first_trials_of_each_search_are_found_again(searches):
    np.testing.assert_allclose(
        searches.at_random(0, 3), TABLES["searches_random"][0, :3], rtol=0.02, atol=0.005
    )
    np.testing.assert_allclose(searches.by_tpe(0, 3), TABLES["searches_tpe"][0, :3], rtol=0.02, atol=0.005)
    np.testing.assert_allclose(
        searches.by_gaussian_process(0, 3), TABLES["searches_gp"][0, :3], rtol=0.02, atol=0.005
    )


def test_a_dropout_is_found_again():
    found = DigitsTraining({"lr": 0.05, "dropout": 0.0}, seed=0).run_to(27)
    assert found == pytest.approx(TABLES["dropout_scores"][0, 0], rel=0.05, abs=0.005)


def test_the_folds_hold_a_truth_that_the_best_fold_scores_flatter():
    scores, truth = TABLES["folds_scores"], TABLES["folds_truth"]
    assert scores.shape == (16, 20, 5)
    assert truth.shape == (16, 20)
    chosen = scores[:, :, 0].argmin(axis=1)
    rows = np.arange(16)
    assert np.mean(truth[rows, chosen] - scores[rows, chosen, 0]) > 0


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
