"""Who only knows the answers to the public checks earns nothing."""

import inspect
import re

import numpy as np
import pytest

from exercises.grading.marking.judge import rehearse
from exercises.grading.question import Function, load, load_given
from tests.grading import sets

NOT_OURS = re.compile(r"^(from otter.*|@test_case.*)$", re.MULTILINE)
FUNCTIONS = [
    pytest.param(name, question, id=f"{name}-{question.name}")
    for name in sets.NAMES
    for question in load(name).questions
    if isinstance(question, Function)
]


class Parrot:
    """Answers as the solution does, but only what it has heard."""

    def __init__(self, solution):
        self.solution, self.heard = solution, {}

    @staticmethod
    def key(arguments, options):
        """Return what a call was asked, without the addresses that a repr may hold."""

        def told(each):
            if isinstance(each, np.random.Generator):
                return each.bit_generator.state
            return "function" if callable(each) else each

        return repr(
            [told(each) for each in arguments] + [(name, told(each)) for name, each in options.items()]
        )

    def listen(self, *arguments, **options):
        """Answer as the solution, and remember the answer and what became of the arguments."""
        key = self.key(arguments, options)
        answer = self.solution(*arguments, **options)
        self.heard[key] = answer, [np.copy(each) for each in arguments if isinstance(each, np.ndarray)]
        return answer

    def repeat(self, *arguments, **options):
        """Answer what was heard, or nothing."""
        answer, after = self.heard.get(self.key(arguments, options), (None, []))
        for array, values in zip(
            (each for each in arguments if isinstance(each, np.ndarray)), after, strict=False
        ):
            array[...] = values
        return answer


def run_checks(name, question, **replaced):
    """Run the public checks of a question on the solution, with some of its names replaced."""
    names = {**sets.left_behind(name, solved=True)[0], "np": np, **replaced}
    checks: dict = {}
    exec(NOT_OURS.sub("", sets.notebooks(name)[0].metadata["otter"]["tests"][question]), checks)
    for check in (each for key, each in checks.items() if key.startswith("test_")):
        check(*(names[parameter] for parameter in inspect.signature(check).parameters))


def test_a_parrot_knows_a_generator_by_what_it_will_draw():
    first, again, other = (np.random.default_rng(seed) for seed in (1, 1, 2))
    assert Parrot.key((first,), {"rng": first}) == Parrot.key((again,), {"rng": again})
    assert Parrot.key((first,), {}) != Parrot.key((other,), {})
    assert "0x" not in Parrot.key((first, print), {"rng": first, "f": print})


@pytest.mark.parametrize(("name", "question"), FUNCTIONS)
def test_a_parrot_earns_nothing(name, question):
    parrot = Parrot(sets.left_behind(name, solved=True)[0][question.target])
    run_checks(name, question.name, **{question.target: parrot.listen})
    assert parrot.heard
    run_checks(name, question.name, **{question.target: parrot.repeat})  # which satisfies them
    for seed in range(3):
        assert rehearse(question, parrot.repeat, seed, load_given(name))["score"] == 0
