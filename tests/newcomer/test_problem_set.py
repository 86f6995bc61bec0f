"""A newcomer adds a problem set of four small questions."""

import pytest

from tests.newcomer import checklist

TITLE = "Add a problem set"
NAMES = {"psN": "ps99"}
HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
minutes: 60
builds_on: [03-gradient-descent]
---

# Problem set 99: Lines

What a line does, four times over.
"""
QUESTION = '''
```{{raw-cell}}
# BEGIN QUESTION
name: q{i}
points: 5
```

## Question {i}: A line of slope {i}

Write `line_{i}`, which takes a number x and returns {i} x.

```{{raw-cell}}
# BEGIN SOLUTION
```

```{{code-cell}}
def line_{i}(x):
    """Return {i} x."""
    # BEGIN SOLUTION
    return {i}.0 * x
    # END SOLUTION
```

```{{raw-cell}}
# END SOLUTION
```

```{{raw-cell}}
# BEGIN TESTS
```

```{{code-cell}}
def test_two(line_{i}):
    found = line_{i}(2)
    assert found is not None, "line_{i} gives nothing back yet: does it end with return?"
    assert found == {i} * 2, f"At x = 2 the line stands at {{{i} * 2}}; you found {{found}}."
```

```{{raw-cell}}
# END TESTS
```

```{{raw-cell}}
# END QUESTION
```
'''
CASES = '''"""Problem set 99: four lines."""

from exercises.grading.question import Case, Function, Part, ProblemSet, Mistake


def line(slope):
    """Return the line through 0 of a slope."""
    return lambda x: slope * x


def numbers(rng):
    """Draw five places on either side of 0."""
    for x in rng.uniform(1, 9, 5):
        yield Case("places", (float(x * rng.choice([-1, 1])),))


def question(i):
    """Return the question that asks for the line of slope i."""
    return Function(
        name=f"q{i}",
        title=f"A line of slope {i}",
        target=f"line_{i}",
        parts=(Part("places", 5, "stands where it should", f"Multiply x by {i}."),),
        cases=numbers,
        reference=line(i),
        slips=(Mistake("fall", "Your line falls. Mind the sign.", line(-i)),),
    )


PROBLEM_SET = ProblemSet(name="ps99", title="Lines", questions=tuple(question(i) for i in range(1, 5)))
'''


def add(copy, head=HEAD):
    master, cases = checklist.files(TITLE, **NAMES)
    copy.write(master, head + "".join(QUESTION.format(i=i) for i in range(1, 5)))
    copy.write(cases, CASES)


@pytest.mark.needs("bubblewrap")
def test_the_checklist_is_enough(copy):
    add(copy)
    assert copy.touched() == set(checklist.files(TITLE, **NAMES))
    for command in checklist.commands(TITLE, **NAMES):
        result = copy.run(command)
        assert result.returncode == 0, result.stdout + result.stderr
    assert "[ps99]" in copy.run(f"{command} --collect-only").stdout


def test_a_master_that_forgets_something_is_told_in_a_sentence(copy):
    add(copy, HEAD.replace("minutes: 60\n", ""))
    result = copy.run(checklist.commands(TITLE, **NAMES)[0])
    assert result.returncode == 1
    assert result.stderr == "ps99 was not made: minutes must be a whole number from 60 to 130; got None\n"
