"""Hyperband's brackets beside the paper's Table 1, and searches with rungs whose scores are known."""

import numpy as np
import pytest

from d2l_utils.tuning import DigitsTraining, Outcome, OverSeeds, brackets, hyperband, successive_halving

# Li et al. 2018, Table 1: (n_i, r_i) for R = 81 and η = 3.
PRINTED = {
    4: [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
    3: [(27, 3), (9, 9), (3, 27), (1, 81)],
    2: [(9, 9), (3, 27), (1, 81)],
    1: [(6, 27), (2, 81)],
    0: [(5, 81)],
}
# What Algorithm 1 of the same paper starts, and what microsoft/nni#1567 counted instead of 27 and 9.
STARTED = {4: 81, 3: 34, 2: 15, 1: 8, 0: 5}


def test_the_brackets_are_those_that_the_paper_prints():
    assert brackets(81, 3) == PRINTED
    assert sum(n for rungs in brackets(81).values() for n, _ in rungs) == 187  # nni#1567 counts so


def test_the_papers_algorithm_starts_more_than_its_table():
    found = brackets(81, 3, as_printed=False)
    assert {s: rungs[0][0] for s, rungs in found.items()} == STARTED
    assert found[3] == [(34, 3), (11, 9), (3, 27), (1, 81)]
    assert found != PRINTED


@pytest.mark.parametrize("most", [1, 2, 3, 8, 9, 26, 27, 80, 81, 242, 243, 1000])
@pytest.mark.parametrize("as_printed", [True, False])
def test_every_bracket_ends_with_everything_and_wastes_nobody(most, as_printed):
    found = brackets(most, 3, as_printed=as_printed)
    top = max(found)
    assert 3**top <= most < 3 ** (top + 1)  # 243 = 3⁵ must not become 3⁴ by a rounded logarithm
    for s, rungs in found.items():
        assert len(rungs) == s + 1
        assert rungs[-1][1] == most
        assert all(n >= 1 for n, _ in rungs)
        assert sum(n * r for n, r in rungs) <= (1.0 if as_printed else 1.5) * (top + 1) * most


class Known:
    """A training whose score after each epoch is known, and which counts what it did."""

    def __init__(self, early, late):
        self.early, self.late, self.done = early, late, 0

    def run_to(self, epochs):
        assert epochs >= self.done
        self.done = epochs
        return self.late if epochs >= 9 else self.early


def test_halving_keeps_the_best_of_each_rung_and_pays_for_each_epoch_once():
    trainings = [Known(k, k) for k in (5, 3, 8, 1, 2, 9, 7, 4, 6)]
    found = successive_halving(trainings, [(9, 1), (3, 3), (1, 9)])
    assert (found.best, found.score, found.started) == (trainings[3], 1, 9)
    assert found.spent == sum(each.done for each in trainings) == 9 + 3 * 2 + 6
    assert [each.done for each in trainings] == [1, 3, 1, 9, 3, 1, 1, 1, 1]


def test_halving_loses_a_late_bloomer_and_hyperband_does_not():
    late = Known(10, 0)
    others = [Known(k, k) for k in range(1, 9)]
    assert successive_halving([late, *others], [(9, 1), (3, 3), (1, 9)]).score == 1

    rng = np.random.default_rng(0)

    def start():
        return Known(10, 0) if rng.random() < 0.3 else Known(1, 1)

    found = hyperband(start, 9)
    assert found.score == 0
    assert isinstance(found, Outcome)


def test_hyperband_spends_what_its_brackets_say():
    begun = []

    def start():
        begun.append(Known(len(begun), len(begun)))
        return begun[-1]

    found = hyperband(start, 81)
    assert found.started == len(begun) == 81 + 27 + 9 + 6 + 5
    assert found.spent == sum(each.done for each in begun)


def test_a_training_that_stops_goes_on_where_it_was():
    once, twice = (DigitsTraining({"lr": 0.05, "dropout": 0.1}, seed=3) for _ in range(2))
    twice.run_to(1)
    assert once.run_to(3) == twice.run_to(3)
    with pytest.raises(ValueError, match="epochs must be at least 3, which are done; got 2"):
        twice.run_to(2)


def test_a_lost_training_scores_as_one_who_guesses():
    lost = DigitsTraining({"lr": 1e9}, seed=0)
    assert lost.run_to(2) == pytest.approx(np.log(10))
    assert lost.lost
    assert not lost.right(lost.data[1]).any()


def test_weight_decay_shrinks_weights_and_is_no_part_of_the_score():
    plain, decayed = (DigitsTraining({"lr": 1e-9, "weight_decay": w}, seed=0) for w in (0.0, 1.0))
    assert decayed.run_to(1) == pytest.approx(plain.run_to(1), abs=1e-4)
    with pytest.raises(ValueError, match="setting has no 'momentum'"):
        DigitsTraining({"momentum": 0.9}, seed=0)
    with pytest.raises(ValueError, match="dropout must be below 1; got 1"):
        DigitsTraining({"dropout": 1.0}, seed=0)


def test_a_part_of_an_epoch_is_refused_and_not_trained_as_a_whole_one():
    with pytest.raises(TypeError, match=r"epochs must be a whole number; got 1\.33"):
        hyperband(lambda: DigitsTraining({"lr": 0.1}, seed=0), 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: brackets(0), "most must be at least 1"),
        (lambda: brackets(9, 1), "eta must be at least 2"),
        (
            lambda: successive_halving([Known(1, 1)], [(3, 1)]),
            "the first rung has room for 3 trainings; got 1",
        ),
        (lambda: successive_halving([], [(0, 1)]), "trainings must hold at least one; got none"),
        (
            lambda: successive_halving([Known(k, k) for k in (1, np.nan, 2)], [(3, 1), (1, 9)]),
            "score must be finite",
        ),
    ],
)
def test_what_makes_no_bracket_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("rungs", [[], [(2, 9), (1, 3)], [(2, 1), (3, 3)], [(2, 1), (0, 3)], [(2, -1)]])
def test_rungs_lead_up(rungs):
    with pytest.raises(ValueError, match="rung"):
        successive_halving([Known(1, 1), Known(2, 2)], rungs)


def test_a_switch_is_true_or_false():
    with pytest.raises(TypeError, match="as_printed must be True or False; got 'no'"):
        brackets(9, as_printed="no")


def test_seeds_are_rationed_and_each_is_scored_once():
    asked = []

    def score(setting, seed):
        asked.append((setting, seed))
        return {"lucky": [0.0, 9.0, 9.0], "good": [1.0, 1.0, 1.0], "bad": [5.0, 0.0, 0.0]}[setting][seed]

    tried = [OverSeeds(setting, score) for setting in ("lucky", "good", "bad")]
    found = successive_halving(tried, [(3, 1), (2, 3)])
    assert (found.best.setting, found.score, found.spent) == ("good", 1.0, 3 + 2 * 2)
    assert sorted(asked) == [("bad", 0), *(("good", s) for s in range(3)), *(("lucky", s) for s in range(3))]
    assert tried[0].scores == [0.0, 9.0, 9.0]
    assert tried[2].run_to(1) == 5.0  # nothing is scored again
    assert len(asked) == 7
    assert tried[1].run_to(2) == tried[1].run_to(3) == 1.0
    assert tried[0].run_to(1) == 0.0  # the first alone, though three are scored


@pytest.mark.parametrize("seeds", [0, -1, 1.5, True])
def test_no_seeds_have_no_mean(seeds):
    with pytest.raises((TypeError, ValueError), match="seeds must be"):
        OverSeeds(1.0, lambda setting, seed: setting).run_to(seeds)
