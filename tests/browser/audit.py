"""axe-core, the audit of accessibility: fetched once, at a pinned version, for the tests only."""

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from descent_book import assets

from tests.browser.visit import look

PACKAGE = assets.Package(
    folder="axe-core",
    name="axe-core",
    version="4.11.4",
    sha512="KunSNx+TVpkAw/6ULfhnx+HWRecjqZGTOyquAoWHYLRSdK1tB5Ihce1ZW+UY3fj33bYAFWPu7W/GRSmmrCGuxA==",
    root="package",
    keep=("axe.min.js",),
)
CACHE = Path("_build/tests") / os.environ.get("PYTEST_XDIST_WORKER", "")  # each writes to its own
GRAVE = ("serious", "critical")
COLOURS = ["color-contrast", "link-in-text-block"]
NAMES = (
    "label-content-name-mismatch"  # what is spoken to a button is what it shows; axe has it as an experiment
)
# The colours of a text come from what it is and what it lies in: one of each kind shows them all.
TAKE_REPEATED = """() => {
  const STATES = ["data-kind", "aria-current", "aria-invalid", "disabled", "hidden", "open"];
  const numbers = new Map();
  const seen = new Set();
  const hasText = element => element.matches("input, select, textarea")
    || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const kind = (element, around) => {
    const told = ["class", "style", ...STATES].map(name => element.getAttribute(name));
    const text = [around, element.localName, element.rowIndex % 2, ...told].join("|");
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text);
  };
  const read = (element, around) => {
    const own = kind(element, around);
    let fresh = hasText(element) && !seen.has(own);
    if (fresh) seen.add(own);
    for (const child of element.children) fresh = read(child, own) || fresh;
    if (!fresh && element.localName !== "tr") repeated.push(element); // every other row has its own colour
    return fresh;
  };
  const repeated = [];
  read(document.body, 0);
  const places = repeated.map(element => {
    const place = document.createComment("repeated");
    element.replaceWith(place);
    return place;
  });
  return () => places.forEach((place, i) => place.replaceWith(repeated[i]));
}"""
# Coloured words of code and the glyphs of an equation, hidden from screen readers, are two thirds of a page.
TAKE_GLYPHS = """() => {
  const places = [...document.querySelectorAll("pre, mjx-container:not([display]) > mjx-math[aria-hidden]")];
  const held = places.map(place => [...place.childNodes]);
  places.forEach(place => place.replaceChildren(place.textContent));
  return () => places.forEach((place, i) => place.replaceChildren(...held[i]));
}"""
RUN = """async options => {
  // Preloading style sheets would resolve their imports against the page, and ask for what is not there.
  const always = { resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run({ ...options, ...always });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(node => ({ id, impact, html: node.html.slice(0, 200), why: node.failureSummary })));
}"""


@cache
def script():
    """Return axe's source text."""
    CACHE.mkdir(parents=True, exist_ok=True)
    assets.vendor(PACKAGE, CACHE)
    return (CACHE / "static" / "vendor" / PACKAGE.folder / "axe.min.js").read_text(encoding="utf-8")


def _run(page, options):
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(script())
    found = page.evaluate(RUN, options)
    return [f"{fault['id']}: {fault['html']}\n{fault['why']}" for fault in found if fault["impact"] in GRAVE]


@contextmanager
def _without(page, take):
    put_back = page.evaluate_handle(take)
    yield
    put_back.evaluate("put_back => put_back()")


def structure_faults(page):
    """Return the serious and critical violations of ``page`` at its width, colours left out."""
    rules = {rule: {"enabled": False} for rule in COLOURS} | {NAMES: {"enabled": True}}
    with _without(page, TAKE_GLYPHS):
        return _run(page, {"rules": rules})


def one_of_each_kind(page):
    """Take from ``page``, while the block runs, the texts that look as one before them does."""
    return _without(page, TAKE_REPEATED)


def colour_faults(page):
    """Return the text of ``page`` that its colours make hard to read, in the theme it has now."""
    return _run(page, {"runOnly": COLOURS})


def faults(page):
    """Return the serious and critical violations of ``page`` at its width, in light and dark."""
    width = page.viewport_size["width"]
    found = structure_faults(look(page, width))
    with one_of_each_kind(page):
        for theme in ("light", "dark"):
            found += colour_faults(look(page, width, theme))
    return found
