"""Matplotlib's figures as inline SVG that takes the page's colours, in light, in dark and on paper.

A build's kernels draw SVG (see `execution`). When a page is written, each such picture becomes part of it:
greys turn into mixtures of the page's ink and paper, so that black text is read on either; colours stay, but
lines and texts get as much ink as lets them be seen in both themes. Names are made unique in the page, what
only other programs read is left out, and the size is the page's to choose. What was drawn with a ``url`` into
the page is a link; it is called by its ``gid``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from descent_book.ink import INK, themed

MAKER = "https://matplotlib.org/"  # in the metadata of what it draws
LARGEST = 150_000  # bytes that a page gets
LEFT_OUT = {"metadata", "style"}  # the style is for every element of a page; custom.css has it for ours
WORDS = {"text", "tspan"}
NUMBER = re.compile(r"-?\d+\.\d+")
REFERENCE = re.compile(r"#([^)\s\"']+)")
COMMON = "DejaVu Sans"  # the family that the page gives a picture's text by itself


class Picture(nodes.General, nodes.Inline, nodes.Element):
    """A picture whose text ``svg`` is written into the page."""


def local(name: str) -> str:
    """Return a tag or an attribute without its namespace."""
    return name.rpartition("}")[2]


def rounded(text: str, digits: int) -> str:
    """Return ``text`` with fewer digits behind the points."""
    return NUMBER.sub(lambda match: f"{float(match[0]):.{digits}f}".rstrip("0").rstrip("."), text)


def styled(style: str, tag: str) -> str:
    """Return a style attribute in the theme's colours, without what the page's own style sheet says."""
    kept = []
    for rule in filter(None, map(str.strip, style.split(";"))):
        name, value = (part.strip() for part in rule.split(":", 1))
        if name in ("fill", "stroke", "stop-color"):
            value = themed(value, is_text=tag in WORDS, is_line=name == "stroke")
        elif name == "font-family" and value.split(",")[0].strip("'\" ") == COMMON:
            continue
        kept.append(f"{name}:{rounded(value, 3)}")
    return ";".join(kept)


def simplified(element: Element) -> Iterator[Element]:
    """Yield what stands for an element in the page: itself, its children, or nothing."""
    tag = local(element.tag)
    if tag in LEFT_OUT or (tag == "g" and element.get("id") == "patch_1"):  # the figure's own background
        return
    attributes = {local(name): value for name, value in element.items()}
    if "style" in attributes:
        attributes["style"] = styled(attributes["style"], tag)
    for name in ("d", "x", "y", "width", "height", "points"):
        if name in attributes:
            attributes[name] = " ".join(rounded(attributes[name], 2).split())
    if "transform" in attributes:
        attributes["transform"] = rounded(attributes["transform"], 4)
        if attributes["transform"].startswith("rotate(-0 "):
            del attributes["transform"]
    clean = Element(tag, {name: value for name, value in attributes.items() if value})
    for child in element:
        clean.extend(simplified(child))
    if tag in WORDS:
        clean.text = element.text if (element.text or "").strip() or not len(element) else None
    if tag == "text":
        joined(clean)
    yield clean


def joined(text: Element) -> None:
    """Join the glyphs of a formula that stand side by side and look alike: ``1`` and ``0`` are ``10``."""
    last = None
    for span in list(text):
        if last is not None and all(last.get(name) == span.get(name) for name in ("y", "style")):
            last.set("x", f"{last.get('x')} {span.get('x')}")
            last.text = (last.text or "") + (span.text or "")
            text.remove(span)
        else:
            last = span


def flattened(element: Element) -> None:
    """Replace each group that says nothing by what it holds."""
    children = []
    for child in element:
        flattened(child)
        children += list(child) if child.tag == "g" and not child.attrib else [child]
    element[:] = [child for child in children if len(child) or child.tag not in ("g", "defs")]


def renamed(root: Element, prefix: str) -> None:
    """Keep the names that something refers to, and begin each with ``prefix``."""
    used: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.items():
            if (name not in ("id", "href") and "url(#" not in value) or element.tag == "a":
                continue
            for old in REFERENCE.findall(value) if name != "id" else ():
                used.setdefault(old, f"{prefix}-{len(used) + 1}")
    for element in root.iter():
        for name, value in list(element.items()) if element.tag != "a" else ():
            if name == "id":
                element.attrib.pop("id")
                if value in used:
                    element.set("id", used[value])
            elif value.startswith("#") if name == "href" else "url(#" in value:
                element.set(name, REFERENCE.sub(lambda match: "#" + used[match[1]], value))


def linked(root: Element) -> bool:
    """Call each link by the name of its group, and tell whether there is one.

    There may be a hundred, so the Tab key passes them by.
    """
    names: dict[Element, str] = {}
    for group in root.iter("g"):
        if "id" in group.attrib:
            names |= dict.fromkeys(group.iter("a"), group.attrib["id"])  # the innermost comes last
    for link, name in names.items():
        link.attrib = {"href": link.attrib["href"], "tabindex": "-1"}
        title = Element("title")
        title.text = name
        link.insert(0, title)
    return bool(names)


def inline(svg: str, prefix: str, label: str) -> str:
    """Return the text of a picture as it stands in a page.

    Parameters
    ----------
    svg : str
        What Matplotlib wrote.
    prefix : str
        How the names in it begin, so that no two pictures of a page share one.
    label : str
        What somebody is told who does not see it.
    """
    (root,) = simplified(ElementTree.fromstring(svg))
    flattened(root)
    is_map = linked(root)
    renamed(root, prefix)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    root.attrib.clear()
    root.attrib |= {
        "class": "descent-picture",
        "role": "group" if is_map else "img",  # nobody is told what is in an img
        "aria-label": label,
        "viewBox": f"0 0 {width:.0f} {height:.0f}",
        "style": f"--width:{width:.0f}",
        "fill": INK,  # what has no colour of its own is black in Matplotlib's files
    }
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)


class InlinePictures(SphinxPostTransform):
    """Put the pictures that Matplotlib drew into the page."""

    default_priority = 5
    formats = ("html",)

    def run(self, **options: object) -> None:
        """Replace every such image of the page."""
        for number, image in enumerate(list(self.document.findall(nodes.image)), start=1):
            path = Path(self.env.srcdir, image["uri"])
            if path.suffix != ".svg" or not path.exists():
                continue
            svg = path.read_text(encoding="utf-8")
            if MAKER in svg:
                text = inline(svg, f"picture-{number}", image.get("alt", ""))
                if len(text) > LARGEST:
                    raise ExtensionError(
                        f"{self.env.docname}: picture {number} has {len(text):,} bytes; at most {LARGEST:,}. "
                        "Draw what is many (a pcolormesh, a thousand points) with rasterized=True."
                    )
                image.replace_self(Picture("", svg=text, ids=image["ids"]))


def write(translator: HTML5Translator, node: Picture) -> None:
    """Write the picture."""
    translator.body.append(node["svg"])
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Declare the node, and how pages are made of it."""
    app.add_node(Picture, html=(write, None))
    app.add_post_transform(InlinePictures)
