"""axe-core, the audit of accessibility: fetched once, at a pinned version, for the tests only."""

from functools import cache
from pathlib import Path

from descent_book import assets

PACKAGE = assets.Package(
    folder="axe-core",
    name="axe-core",
    version="4.11.4",
    sha512="KunSNx+TVpkAw/6ULfhnx+HWRecjqZGTOyquAoWHYLRSdK1tB5Ihce1ZW+UY3fj33bYAFWPu7W/GRSmmrCGuxA==",
    root="package",
    keep=("axe.min.js",),
)
CACHE = Path("_build/tests")
GRAVE = ("serious", "critical")
COLOURS = ["color-contrast", "link-in-text-block"]
# Colours come from the classes of a text and of what is around it: one of each kind shows them all.
FOLD_REPEATED = """() => {
  const seen = new Set();
  const article = document.querySelector("article");
  const kind = element => {
    const chain = [];
    for (let e = element; e && e !== article; e = e.parentElement) chain.push(e.localName + e.className);
    return chain.join("<");
  };
  const isFresh = element => {
    const fresh = [element, ...element.querySelectorAll("*")].map(kind).filter(k => !seen.has(k));
    fresh.forEach(k => seen.add(k));
    return fresh.length > 0;
  };
  for (const element of article?.querySelectorAll("pre span, mjx-container, p, dt") ?? []) {
    if (isFresh(element)) continue;
    element.dataset.repeated = element.getAttribute("style") ?? "";
    element.style.display = "none";
  }
}"""
UNFOLD = """() => {
  for (const element of document.querySelectorAll("[data-repeated]")) {
    element.setAttribute("style", element.dataset.repeated);
    delete element.dataset.repeated;
  }
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


def structure_faults(page):
    """Return the serious and critical violations of ``page`` at its width, colours left out."""
    return _run(page, {"rules": {rule: {"enabled": False} for rule in COLOURS}})


def colour_faults(page):
    """Return the text of ``page`` that its colours make hard to read, in the theme it has now."""
    page.evaluate(FOLD_REPEATED)
    faults = _run(page, {"runOnly": COLOURS})
    page.evaluate(UNFOLD)
    return faults
