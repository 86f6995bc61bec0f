"""The noise that is the same in every Python, and the module that the page runs."""

import ast
import inspect
import math

import numpy as np
import pytest

from d2l_utils import walk
from d2l_utils.walk import Noise
from tests.helpers import imports


def test_the_walk_imports_nothing():
    assert imports(ast.parse(inspect.getsource(walk))) == []


def test_noise_begins_with_these_numbers():
    """Golden values: the page draws the same ones in the reader's browser."""
    noise = Noise(0)
    golden = [
        0.6738406729187341,
        0.5461437518095423,
        0.9545891180609651,
        0.0040445033683568655,
        0.8190573667823028,
    ]
    assert [noise.uniform() for _ in range(5)] == golden
    noise = Noise(0)
    assert noise.normal() == pytest.approx(0.6535464586713324, rel=1e-14)


def test_noise_is_that_of_lecuyer():
    """The generator of the paper, in integers: s₁ ← 40014 s₁ mod m₁; s₂ ← 40692 s₂ mod m₂; z = s₁ − s₂."""
    noise = Noise(5)
    a, b = int(noise.a), int(noise.b)
    for _ in range(10_000):
        a, b = 40014 * a % 2147483563, 40692 * b % 2147483399
        assert noise.uniform() == ((a - b) % 2147483562 + 0.5) / 2147483562


def test_noise_of_neighbouring_seeds_is_independent():
    """An average over N seeds has variance 1/N: at each of 200 places in the streams, and for each N."""
    streams = []
    for seed in range(1024):
        noise = Noise(seed)
        streams.append([noise.normal() for _ in range(200)])
    streams = np.array(streams)
    for n in (64, 256, 1024):
        assert n * streams[:n].mean(axis=0).var() == pytest.approx(1, abs=0.4)
    for lag in (1, 2, 7):
        pairs = np.mean(streams[:-lag] * streams[lag:], axis=0) * math.sqrt(1024)
        assert abs(pairs).max() < 4.5


@pytest.mark.parametrize("seed", [0, 1, 20, 2**31 - 1, 2**40])
def test_noise_is_uniform_normal_and_independent(seed):
    noise, n = Noise(seed), 20_000
    uniform = np.array([noise.uniform() for _ in range(n)])
    assert 0 < uniform.min() < 0.001
    assert 0.999 < uniform.max() < 1
    assert np.all(np.abs(np.histogram(uniform, 20, (0, 1))[0] - n / 20) < 5 * math.sqrt(n / 20))
    normal = np.array([noise.normal() for _ in range(n)])
    assert abs(normal.mean()) < 4 / math.sqrt(n)
    assert normal.var() == pytest.approx(1, abs=6 / math.sqrt(n))
    assert np.abs(normal).max() < 6
    assert np.mean(np.abs(normal) < 1) == pytest.approx(0.68, abs=0.015)
    for values in (uniform, normal):
        for lag in (1, 2, 12):
            assert abs(np.corrcoef(values[:-lag], values[lag:])[0, 1]) < 4.5 / math.sqrt(n)


def test_noise_is_reproducible_and_its_streams_differ():
    assert len({(noise.uniform(), noise.uniform()) for noise in map(Noise, range(200))}) == 200
    a, b = Noise(7), Noise(7)
    assert [a.normal() for _ in range(5)] == [b.normal() for _ in range(5)]
