"""What a notebook's figure says comes from the catalogues, and English is what stands in the code."""

import html
import re

import pytest

from d2l_utils import SGD, Adam, Momentum, objectives, words
from d2l_utils.live import constants, explore, sliders
from tests.words import pseudo

NAMES = ["SGD", "Adam", "Momentum", "2/λmax", "2(1 + β)/λmax"]
RACES = [
    explore({"SGD": SGD(1.3), "Momentum": Momentum(3.95), "Adam": Adam(0.3)}, objectives.bowl),
    explore({"SGD": SGD(0.3), "Adam": Adam(60.0)}, objectives.saddle, num_steps=1),
    explore(Adam(0.5), objectives.bowl, num_steps=150),
    explore(Momentum(0.1, 0.99), objectives.double_well, num_steps=200),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locale")
    pseudo.write(folder, ["figures"])
    return folder


def shown(figure):
    """Return every text and every label of a figure, and of its controls."""
    drawn = re.sub(r"<style>.*?</style>|<script.*?</script>", "", figure._repr_html_(), flags=re.DOTALL)
    labels = re.findall(r'aria-label="([^"]*)"', drawn)
    texts = re.sub(r"</?(?:b|span|tspan|code)\b[^>]*>", "", drawn)
    rows = sliders.controls(figure, constants.MOST_STEPS, constants.MOST_NOISE).children[0].children
    controls = [getattr(row, "children", [row])[0] for row in rows]
    described = [each.description for each in controls]
    menus = [option for each in controls for option in getattr(each, "options", ())]
    menus = [option[0] if isinstance(option, tuple) else option for option in menus]
    return [html.unescape(text) for text in (*labels, *re.split(r"<[^>]+>", texts), *described, *menus)]


def unmarked(figure):
    return {word for text in shown(figure) for word in pseudo.bare(text, NAMES)}


@pytest.mark.parametrize("figure", RACES)
def test_all_words_of_a_figure_come_from_a_catalogue(folder, figure):
    with pseudo.spoken(folder):
        assert unmarked(figure) == set()
        assert figure.summary().count("⟦") > len(figure.optimizers)
    assert "⟦" not in "".join(shown(figure))


def test_a_bare_sentence_is_found(folder, monkeypatch):
    monkeypatch.setitem(constants.WORDS, "height", "how high it is")
    with pseudo.spoken(folder):
        assert {"how", "high"} <= unmarked(RACES[0])


def test_each_form_of_a_sentence_is_reached():
    said = "\n".join(figure.summary() + "".join(shown(figure)) for figure in RACES)
    for words_of_path in ("after 1 step the", "after 150 steps", "go on", "diverges", "leaves the picture"):
        assert words_of_path in said, words_of_path


def test_places_and_forms_are_those_of_gettext(folder):
    one, many = constants.WORDS["above"]
    with pseudo.spoken(folder):
        assert words.plural(one, many, 1, labels="SGD") == pseudo.wrapped(one).format(labels="SGD")
        assert words.plural(one, many, 2, labels="SGD") == pseudo.wrapped(many).format(labels="SGD")
        told, forms = words.table()
    assert told[one] == [pseudo.wrapped(one), pseudo.wrapped(many)]
    assert [forms[number] for number in (0, 1, 2, 199)] == [1, 0, 1, 1]
    assert words.table() == ({}, [])


def test_an_unknown_language_is_refused_by_name(folder):
    with pytest.raises(ValueError, match=f"no words in 'tlh'; the languages are en, {pseudo.NAME}"):
        words.use("tlh", folder)
    assert words.language() == "en"
