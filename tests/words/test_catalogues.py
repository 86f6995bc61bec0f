"""What translators wrote fits the code: its places, its forms; and a language is a folder."""

import ast
import re

import pytest
from babel.messages.catalog import Catalog

from d2l_utils import SGD, words
from d2l_utils.live import explore
from d2l_utils.words import DOMAINS
from tools import words as collected

OURS = [each for each in sorted(collected.LOCALE.glob("*/LC_MESSAGES/*.po")) if each.stem in DOMAINS]
PLACES = re.compile(r"\{\w*\}|`[^`]*`")


def unlike(catalog):
    """Return the translations that lack a place or a piece of code of their sentence, or add one."""
    found = []
    for message in catalog:
        if not message.id or not message.string or message.fuzzy:
            continue
        sentences = [message.id] if isinstance(message.id, str) else list(message.id)
        told = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = [sorted(PLACES.findall(sentence)) for sentence in sentences]
        found += [text for text in told if text and sorted(PLACES.findall(text)) not in wanted]
    return found


def test_there_are_catalogues():
    assert OURS


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_translations_have_the_places_of_their_sentences(path):
    catalog = collected.stored(path)
    assert unlike(catalog) == []
    assert [str(error) for _, errors in catalog.check() for error in errors] == []


@pytest.mark.parametrize("text", ["第 {stpe} 步", "第步", "第 {step} 步 {step}"])
def test_a_translation_with_another_place_is_found(text):
    catalog = Catalog(locale="zh_CN")
    catalog.add("step {step}", text)
    assert unlike(catalog) == [text]


def test_a_percentage_is_no_place(tmp_path):
    catalog = Catalog(locale="zh_CN")
    catalog.add("97 % of the budget", "预算的 97 %")
    assert [errors for _, errors in catalog.check()]  # "% o" is a place of Python's old kind
    collected.store(catalog, tmp_path / "figures.po")
    assert not [errors for _, errors in collected.stored(tmp_path / "figures.po").check()]


@pytest.mark.parametrize("domain", collected.SOURCES)
def test_sentences_are_collected_whole(domain):
    template = collected.template(domain)
    assert len(template) > 20
    for message in template:
        sentences = [message.id] if isinstance(message.id, str) else message.id
        for sentence in filter(None, sentences):
            assert not re.search(r"\{\w*[!:]", sentence), f"{sentence!r}: the code formats numbers"
            if isinstance(message.id, tuple):
                assert set(PLACES.findall(message.id[0])) == set(PLACES.findall(message.id[1])), sentence


def spoken(source):
    """Return the sentences that calls in a source hold, as Python reads it."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if name in collected.KEYWORDS and node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def lost(source, template):
    """Return the sentences of a source that were not collected: Babel reads no text within a text."""
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in template}
    return [sentence for sentence in spoken(source) if sentence not in ids]


@pytest.mark.parametrize("domain", collected.SOURCES)
def test_no_sentence_is_lost_on_the_way(domain):
    template = collected.template(domain)
    for source in collected.SOURCES[domain]:
        for path in collected.ROOT.glob(source.files):
            if path.suffix == ".py":
                assert lost(path.read_text(encoding="utf-8"), template) == [], path


def test_a_lost_sentence_is_found():
    assert lost("f\"<b>{say('New.')}</b>\"", Catalog()) == ["New."]


def test_a_figure_speaks_chinese():
    figure = explore(SGD(1.3))
    english = figure.summary()
    words.use("zh_CN")
    try:
        assert figure.summary() == "SGD：发散：η = 1.3 大于 2/λmax = 1。"
        assert "高出最小值的损失" in figure._repr_html_()
        assert "zh_CN" in words.languages()
    finally:
        words.use("en")
    assert figure.summary() == english


def test_a_language_is_brought_up_to_date(tmp_path):
    path = tmp_path / "zh_CN" / "LC_MESSAGES" / "figures.po"
    old = Catalog(locale="zh_CN")
    old.add("Play", "播放")
    old.add("Drag the rings: the path starts there.", "拖动圆环：路径从那里开始。")
    collected.store(old, path)
    collected.update(path, collected.template("figures"), "zh_CN")
    new = collected.stored(path)
    assert new["Play"].string == "播放"
    assert new["Drag the ring: the path starts there."].fuzzy
    assert new["Pause"].string == ""
    assert len(new) == len(collected.template("figures"))
