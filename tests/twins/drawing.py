"""What a panel shows, read back from either language, and compared."""

import re
from xml.etree import ElementTree

import numpy as np


class Drawing:
    """What a panel of Python's shows, as numbers and texts."""

    def __init__(self, text):
        self.root = ElementTree.fromstring(text)
        self.all = list(self.root.iter())

    def of(self, name, css):
        """The elements of a class, in order."""
        return [each for each in self.all if each.tag == name and each.get("class") == css]

    def words(self):
        """Texts with their class and place."""
        return [
            (each.get("class"), each.get("x"), each.get("y"), "".join(each.itertext()))
            for each in self.of_text()
        ]

    def of_text(self):
        return [each for each in self.all if each.tag == "text" and each.get("class") != "note"]


def coordinates(text):
    return np.array(re.findall(r"-?[\d.]+", text), dtype=float)


def near(text, other):
    """Tell whether two strokes go the same way; both round to tenths, and may round a half differently."""
    kinds = [re.sub(r"-?[\d.]+", "", each).replace(" ", "") for each in (text, other)]
    return kinds[0] == kinds[1] and np.allclose(coordinates(text), coordinates(other), rtol=0, atol=0.1001)


def compare(python, script, looks):
    frame = python.of("rect", "frame")[0]
    assert python.root.get("aria-label") == script["label"]
    assert python.root.get("viewBox") == script["view"]
    assert {name: frame.get(name) for name in ("x", "y", "width", "height")} == {
        name: value for name, value in script["frame"].items() if name != "class"
    }
    written = Drawing(f"<g>{script['written']}</g>")
    assert len(python.words()) == len(written.words())
    for ours, theirs in zip(python.words(), written.words(), strict=True):
        assert (ours[0], ours[3]) == (theirs[0], theirs[3])
        assert near(" ".join(ours[1:3]), " ".join(theirs[1:3]))
    lines = [each for each in python.all if (each.get("class") or "").startswith("line ")]
    assert len(lines) == len(script["series"])
    for ours, (line, _, _), look in zip(lines, script["series"], looks, strict=True):
        assert ours.get("class") == line["class"] == f"line look-{look}"
        assert near(ours.get("d"), line["d"])
