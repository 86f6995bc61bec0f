"""What can be wrong with an open page: most functions return the faults that they find, as text."""

from tests.browser.server import SITE

RAW_TEX = r"""() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const { data, parentElement: parent } = words.currentNode;
    if (parent.closest("pre, code, script, style, template, mjx-container, dialog")) continue;
    if (/\$|\\[()[\]]|\\[a-zA-Z]+\{/.test(data)) found.push(data.trim().slice(0, 120));
  }
  return found;
}"""
NOT_SET = """() => [...document.querySelectorAll(".math")]
  .filter(element => !element.querySelector("mjx-container") || element.querySelector("mjx-merror"))
  .map(element => element.outerHTML.slice(0, 200))"""
NAMELESS = """() => [...document.querySelectorAll("img, svg[role=img], svg[role=group]")]
  .filter(image => !["alt", "aria-label", "aria-labelledby", "aria-hidden"].some(n => image.getAttribute(n)))
  .map(image => image.outerHTML.slice(0, 200))"""
LINKS = """() => [...document.querySelectorAll("a[href]")]
  .map(a => new URL(a.getAttribute("href"), document.baseURI).href)"""
# A link may also set a figure.
MISSING = """ids => {
  const figures = document.querySelectorAll("descent-figure").length;
  return ids.filter(id => {
    const figure = new URLSearchParams(id).get("figure");
    return figure === null ? !document.getElementById(id) : !(Number(figure) < figures);
  });
}"""
SEARCHES = """() => [...document.querySelectorAll("input[type=search], .search-button__button")]
  .filter(element => element.checkVisibility()).map(element => element.outerHTML.slice(0, 200))"""
# What is wider than its room, and neither scrolls by itself nor is cut on purpose.
TOO_WIDE = """() => {
  const inside = element => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement)
      if (e.localName !== "main" && getComputedStyle(e).overflowX !== "visible") return true;
    return false;
  };
  const room = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll(".bd-article *")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > room + 1 && !inside(e))
    .map(e => e.outerHTML.slice(0, 160));
  const { scrollWidth } = document.scrollingElement;
  return scrollWidth > room ? [`the page scrolls sideways: ${scrollWidth}`, ...wide] : wide;
}"""
# What does not fit and would have to be scrolled; a table of numbers may, if it says so.
CUT = """() => [...document.querySelectorAll(
    ".bd-article :is(pre, .cell_output > .output, .pst-scrollable-table-container)")]
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
  .filter(e => e.querySelector(".descent-folding") || !e.matches(".descent-scrolls[tabindex='0'][role]"))
  .map(e => `${e.scrollWidth} > ${e.clientWidth}: ${e.textContent.trim().slice(0, 120)}`)"""

CONTRAST = """element => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const brightness = colour => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(byte => byte / 255);
    const [r, g, b] = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (/, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const { fill, color } = getComputedStyle(element);
  const text = brightness(element instanceof SVGElement ? fill : color);
  const ground = brightness(getComputedStyle(behind).backgroundColor);
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
}"""


def raw_equations(page):
    """Return the equations that are not set, and the TeX that stands in the text."""
    return page.evaluate(NOT_SET) + page.evaluate(RAW_TEX)


def nameless_pictures(page):
    """Return the pictures that say nothing to somebody who does not see them."""
    return page.evaluate(NAMELESS)


def search_boxes(page):
    """Return every search box, and every button that opens one."""
    return page.evaluate(SEARCHES)


def too_wide(page):
    """Return what sticks out at the page's width."""
    return page.evaluate(TOO_WIDE)


def cut_off(page):
    """Return the code, outputs and tables that are wider than their place."""
    return page.evaluate(CUT)


def dead_links(page, address):
    """Return the links to files and places that the site, which begins at ``address``, does not have."""
    inside = [link.removeprefix(address) for link in page.evaluate(LINKS) if link.startswith(address)]
    parts = {tuple(link.partition("#")[::2]) for link in inside}
    paths = {path.partition("?")[0] for path, _ in parts}
    here = page.url.removeprefix(address).partition("#")[0]
    anchors = sorted(anchor for path, anchor in parts if path == here and anchor)
    dead = [path for path in sorted(paths) if not (SITE / path).is_file()]
    return dead + ["#" + anchor for anchor in page.evaluate(MISSING, anchors)]


def contrast(element):
    """Return how far a text's colour is from the colour behind it, as WCAG counts; 4.5 can be read."""
    return element.evaluate(CONTRAST)
