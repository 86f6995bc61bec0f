"""Search spaces: every value is inside, each as likely as the law says, and bad ends are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2l_utils.tuning import (
    Choice,
    LogUniform,
    Uniform,
    bayesian_search,
    expected_improvement,
    grid,
    sample,
)

SPACE = {"lr": LogUniform(1e-5, 1.0), "dropout": Uniform(0.0, 0.5), "batch_size": Choice([16, 32, 64])}


def drawn(name, count=4000):
    rng = np.random.default_rng(1)
    return np.array([sample(SPACE, rng)[name] for _ in range(count)])


@given(st.floats(0, 1))
def test_a_share_and_its_value_are_each_others_inverse(share):
    for each in (LogUniform(1e-5, 1.0), Uniform(-2.0, 3.0)):
        assert each.low * (1 - 1e-12 * np.sign(each.low)) <= each.at(share) <= each.high * (1 + 1e-12)
        assert each.share(each.at(share)) == pytest.approx(share, abs=1e-12)
    each = Choice(["a", "b", "c"])
    assert each.at(each.share(each.at(share))) == each.at(share)


def test_each_order_of_magnitude_is_equally_likely_and_linear_ones_are_not():
    counts = np.histogram(np.log10(drawn("lr")), bins=5, range=(-5, 0))[0]
    np.testing.assert_allclose(counts, 800, rtol=0.12)
    linear = np.array([Uniform(1e-5, 1.0).at(share) for share in np.linspace(0, 1, 4000)])
    assert (linear > 0.1).mean() > 0.89  # the counter-case: nine values in ten lie in the last fifth


def test_linear_values_and_choices_are_equally_likely():
    np.testing.assert_allclose(np.histogram(drawn("dropout"), bins=5, range=(0, 0.5))[0], 800, rtol=0.12)
    np.testing.assert_allclose(np.unique(drawn("batch_size"), return_counts=True)[1], 4000 / 3, rtol=0.12)


def test_one_number_is_drawn_a_name_so_that_a_narrower_space_changes_no_other_setting():
    wide, narrow = (
        sample({**SPACE, "lr": lr}, np.random.default_rng(3)) for lr in (LogUniform(1e-5, 1.0), Choice([0.1]))
    )
    assert wide["dropout"] == narrow["dropout"]
    assert wide["batch_size"] == narrow["batch_size"]


def test_a_grid_holds_both_ends_and_every_combination_once():
    found = grid(SPACE, 3)
    assert len(found) == len({tuple(each.values()) for each in found}) == 27
    assert found[0] == {"lr": 1e-5, "dropout": 0.0, "batch_size": 16}
    assert found[-1] == {"lr": pytest.approx(1.0), "dropout": 0.5, "batch_size": 64}


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: Uniform(1, 1), ValueError, "low must be below high; got low=1 and high=1"),
        (lambda: LogUniform(0, 1), ValueError, "low must be above 0; got 0"),
        (lambda: LogUniform(1, 0.1), ValueError, "low must be below high; got low=1 and high=0.1"),
        (lambda: Uniform(0, np.inf), ValueError, "high must be finite"),
        (lambda: Uniform("0", 1), TypeError, "low must be a number"),
        (lambda: Choice([]), ValueError, "values must hold at least one; got none"),
        (lambda: grid(SPACE, 1), ValueError, "points must be at least 2; got 1"),
        (lambda: sample(SPACE, 7), TypeError, "7"),
        (lambda: Uniform(-1.7e308, 1.7e308), ValueError, "high − low must be finite; got low=-1.7e"),
        (lambda: LogUniform(1e-300, 1e300), ValueError, "high / low must be finite; got low=1e-300"),
        (lambda: Choice("adam"), TypeError, "values must be a sequence of choices; got 'adam'"),
        (lambda: Choice([1, 2]).share(3), ValueError, "value must be one of 1, 2; got 3"),
        (lambda: LogUniform(1, 2).share(0), ValueError, "value must be above 0; got 0"),
        (lambda: sample([1], np.random.default_rng(0)), TypeError, r"space must be a dict.*got \[1\]"),
        (lambda: bayesian_search(len, [1], 3, np.random.default_rng(0)), TypeError, "space must be a dict"),
        (
            lambda: expected_improvement(np.zeros(2), np.array([1.0, 0.0]), 0.0),
            ValueError,
            "std must be above 0",
        ),
        (lambda: grid({"lr": (1, 2)}, 2), TypeError, r"space\['lr'\] must be a Uniform.*got \(1, 2\)"),
    ],
)
def test_a_bad_space_is_refused_in_words(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


@pytest.mark.parametrize("each", [Uniform(0, 1), LogUniform(1, 2), Choice([16, 32, 64])], ids=repr)
@pytest.mark.parametrize("share", [-0.5, 1.5, np.nan])
def test_a_share_beyond_the_way_is_refused(each, share):
    with pytest.raises(ValueError, match=f"share must be from 0 to 1; got {share}"):
        each.at(share)


def test_nothing_is_drawn_for_a_space_that_is_none():
    rng, untouched = np.random.default_rng(0), np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"space\['decay'\] must be a Uniform, LogUniform or Choice; got 0.1"):
        sample({"lr": Uniform(0, 1), "decay": 0.1}, rng)
    assert rng.random() == untouched.random()
