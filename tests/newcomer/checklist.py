"""The checklists of CONTRIBUTING.md: which files to touch, and which command then checks them."""

import re
from pathlib import Path

CONTRIBUTING = Path("CONTRIBUTING.md")
STEP = re.compile(r"^\d+\. `([^`]+)`", re.MULTILINE)
CHECK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def section(title):
    """Return the text below a heading of CONTRIBUTING.md."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"CONTRIBUTING.md has no section {title!r}"
    return found[1]


def files(title, **names):
    """Return the files that a checklist names, in its order, with a toy's names in their places."""
    steps = STEP.findall(section(title))
    for placeholder, name in names.items():
        steps = [step.replace(placeholder, name) for step in steps]
    return steps


def commands(title, **names):
    """Return the commands that check it."""
    lines = CHECK.search(section(title))[1].splitlines()
    for placeholder, name in names.items():
        lines = [line.replace(placeholder, name) for line in lines]
    return [line.partition("  #")[0].strip() for line in lines if line.strip()]
