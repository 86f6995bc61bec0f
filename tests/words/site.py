"""A page with a live figure, a question and a rule to complete, made without the book, in any language."""

from pathlib import Path

from descent_book import live

from d2l_utils import SGD, Momentum, objectives, practice
from d2l_utils.live import explore

ROOT = Path(live.FRONT).parents[1]
VENDOR = ROOT / "_build" / "vendor" / "static" / "vendor"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>⟦Page⟧</title>
<link rel="stylesheet" href="_static/descent/descent.css">
<link rel="stylesheet" href="_static/descent/controls.css">
<script type="module" src="_static/descent/main.js"></script></head>
<body><article>{}</article></body></html>"""


def make(folder):
    """Write the page and what it loads below ``folder``, in the language in use."""
    live.gather(ROOT, folder / "_static" / "descent")
    (folder / "_static" / "vendor").symlink_to(VENDOR)
    race = {"SGD": SGD(0.1), "Momentum": Momentum(0.1)}
    shown = [explore(race, objectives.bowl), *practice.chapter("momentum").items]
    content = PAGE.format("".join(each._repr_html_() for each in shown))
    (folder / "page.html").write_text(content, encoding="utf-8")


# Every text and label of an element with where it stands; code and what is typed are nobody's words.
SEEN = """element => {
  const seen = [];
  const labels = ["aria-label", "aria-valuetext", "title", "alt", "placeholder"];
  const visit = (node, where) => {
    if (node.nodeType === Node.TEXT_NODE) return void seen.push([where, node.data]);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches("style, script, code, textarea, .descent-code-colours")) return;
    const here = node.getAttribute("class") || node.localName;
    for (const label of labels) {
      if (node.hasAttribute(label)) seen.push([`${here}[${label}]`, node.getAttribute(label)]);
    }
    for (const child of node.childNodes) visit(child, here);
  };
  visit(element, "");
  return seen;
}"""
