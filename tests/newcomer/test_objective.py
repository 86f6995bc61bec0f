"""A newcomer adds a toy objective."""

from tests.newcomer import checklist

TITLE = "Add an objective"
GULLY = """gully = Objective(
    "gully",
    r"x^2 + y^4",
    lambda x, y: x * x + y * y * y * y,
    lambda x, y: (2 * x, 4 * y * y * y),
    ((0.0, 0.0),),
    ((-2.0, 2.0), (-2.0, 2.0)),
    (-1.5, 1.0),
)
"""


def add(copy, slope="4 * y * y * y"):
    copy.edit(
        "d2l_utils/objectives.py",
        "\nALL = (\n",
        f"{GULLY.replace('4 * y * y * y)', slope + ')')}\nALL = (\n    gully,\n",
    )


def test_the_checklist_is_enough(copy):
    add(copy)
    assert copy.touched() == set(checklist.files(TITLE))
    for command in checklist.commands(TITLE):
        result = copy.run(command)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "gully" in copy.run(f"{command} --collect-only").stdout


def test_a_wrong_gradient_is_told(copy):
    add(copy, slope="3 * y * y * y")
    result = copy.run(checklist.commands(TITLE)[0])
    assert result.returncode == 1
    assert "test_gradient_is_that_of_the_value[gully]" in result.stdout
