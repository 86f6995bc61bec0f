"""Pages that stand alone: one file, no script, nothing fetched, and every text escaped."""

from __future__ import annotations

import html
import re
from typing import Any

from exercises.grading.texts import LANGUAGE

__all__ = ["Markup", "element", "number", "page", "pieces", "rich"]

# A browser that obeys it runs no script, whatever a text may have smuggled in.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark;
  --text: #1b1f24; --soft: #57606a; --page: #fff; --card: #f6f8fa; --line: #d0d7de;
  --good: #14633a; --bad: #a3251b; --bar: #2f6fb5; }
@media (prefers-color-scheme: dark) { :root {
  --text: #e6edf3; --soft: #a3adb8; --page: #14181d; --card: #1d232b; --line: #3a424c;
  --good: #6cc990; --bad: #ff9a8d; --bar: #6aa7e8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 46rem; overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0; }
p { margin: .4rem 0; }
.soft { color: var(--soft); }
.card { border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  padding: .9rem 1.1rem; margin: 1rem 0; }
.notice { border-left: .3rem solid var(--bad); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { overflow-wrap: break-word; text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print {
  :root { color-scheme: light; --text: #000; --soft: #444; --page: #fff; --card: #fff; --line: #999;
    --good: #14633a; --bad: #a3251b; --bar: #2f6fb5; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .card, tr, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""


class Markup(str):
    """Text that is HTML already."""


def element(name: str, *children: Any, **attributes: Any) -> Markup:
    """Return an HTML element; children are `Markup`, or text that is escaped. None is left out.

    Examples
    --------
    >>> element("p", "1 < 2", class_="soft")
    '<p class="soft">1 &lt; 2</p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{''.join(map(_markup, children))}</{name}>")


def number(value: float) -> str:
    """Return marks as a person writes them: 3, not 3.0."""
    return f"{value:.6g}"


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, and whether each of them is code, set between backticks.

    Examples
    --------
    >>> pieces("write `p -= g`")
    [('write ', False), ('p -= g', True)]
    """
    found = re.split(r"`([^`]+)`", text)
    return [(piece, place % 2 == 1) for place, piece in enumerate(found) if piece]


def rich(text: str) -> Markup:
    """Return ``text`` escaped, with what stands between backticks set as code."""
    return Markup(
        "".join(element("code", piece) if code else html.escape(piece) for piece, code in pieces(text))
    )


def page(title: str, *children: Any, style: str = "") -> str:
    """Return a whole page; ``style`` is CSS on top of what all pages share."""
    body = element("main", *children)
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _markup(child: Any) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else html.escape(str(child))
