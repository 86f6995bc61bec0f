"""A link to a file may name an anchor that its author wrote, and not only a heading."""

from types import SimpleNamespace

from descent_book.anchors import SLUGS, add_anchors
from docutils.core import publish_doctree


def page():
    text = "Title\n=====\n\n.. _wrong-toy:\n\nA toy\n-----\n\nText.\n"
    return publish_doctree(text, settings_overrides={"doctitle_xform": False})


def read(document, known):
    env = SimpleNamespace(docname="page", metadata={"page": {SLUGS: known}})
    add_anchors(SimpleNamespace(env=env), document)
    return env.metadata["page"][SLUGS]


def test_an_anchor_is_found_beside_the_headings():
    heading = {"a-toy": (6, "a-toy", "A toy")}
    found = read(page(), heading)
    assert found["a-toy"] == heading["a-toy"]
    assert found["wrong-toy"][1] == "wrong-toy"


def test_a_heading_of_the_same_name_stays_what_it_is():
    own = (6, "the-heading", "A toy")
    assert read(page(), {"wrong-toy": own})["wrong-toy"] == own


def test_a_page_without_anchors_keeps_its_headings():
    bare = publish_doctree("Title\n=====\n\nText.\n")
    assert read(bare, {}) == {}
