"""A build takes from the one before what is good, and nothing else."""

import pytest

from tools.build import begun


@pytest.fixture
def built(tmp_path):
    (tmp_path / ".doctrees").mkdir()
    return tmp_path


def kept(built):
    return (built / ".doctrees").exists()


def test_a_build_goes_on_from_one_that_was_good(built):
    for _ in range(2):
        with begun(built):
            assert kept(built)


def test_a_build_after_a_failure_reads_every_page_anew(built):
    with begun(built) as troubles:
        troubles.append("chapter 3: a cell failed")
    with begun(built):
        assert not kept(built)


def test_a_build_after_one_that_was_stopped_reads_every_page_anew(built):
    with pytest.raises(KeyboardInterrupt), begun(built):
        raise KeyboardInterrupt
    with begun(built):
        assert not kept(built)


def test_what_went_wrong_once_is_forgotten_after_a_good_build(built):
    with begun(built) as troubles:
        troubles.append("chapter 3: a cell failed")
    with begun(built):
        (built / ".doctrees").mkdir()
    with begun(built):
        assert kept(built)
