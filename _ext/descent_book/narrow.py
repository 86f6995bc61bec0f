"""Code and tables that a narrow page does not cut: lines that may be broken, tables that may be folded."""

import re

from bs4 import BeautifulSoup, Tag

CODE = re.compile(r'(<div class="highlight"><pre>)(.*?)(</pre></div>)', re.DOTALL)
TABLE = re.compile(r'<table class="table"[^>]*>.*?</table>', re.DOTALL)
MARKUP = re.compile(r"<[^>]+>")
NUMBER = re.compile(r"[-−+±]?[\d.,·×⁻⁰¹²³⁴⁵⁶⁷⁸⁹eE%\s()–-]+")
ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell", "th": "columnheader"}


def breakable(body: str) -> str:
    """Return a page's body with each line of code in an element, which knows how far it is indented.

    Where it does not fit it is broken, and what follows stands a little further in than where it began.
    """

    def line(code: str) -> str:
        text = MARKUP.sub("", code)
        indent = len(text) - len(text.lstrip(" ")) if text.strip() else 0
        style = f' style="--indent:{indent}ch"' if indent else ""
        return f'<span class="descent-line"{style}>{code}</span>'

    def block(match: re.Match[str]) -> str:
        return match[1] + "".join(map(line, match[2].splitlines(keepends=True))) + match[3]

    return CODE.sub(block, body)


def is_numeric(rows: list[list[Tag]]) -> bool:
    """Tell whether most cells behind the first column of a table of four columns and more are numbers."""
    texts = [cell.get_text().strip() for row in rows for cell in row[1:]]
    filled = [text for text in texts if text]
    numbers = [text for text in filled if NUMBER.fullmatch(text)]
    return len(rows[0]) >= 4 and len(numbers) > len(filled) / 2


def folded(table: BeautifulSoup) -> None:
    """Let a table turn its rows into cards: each cell carries the head of its column, for narrow pages."""
    heads = table.select("thead th")
    rows = [row.find_all(["td", "th"], recursive=False) for row in table.select("tbody tr")]
    if len(heads) < 3 or not rows or any(len(row) != len(heads) for row in rows) or is_numeric(rows):
        return
    table.table["class"].append("descent-folding")
    table.table["role"] = "table"
    for element in table.find_all(list(ROLES)):
        element["role"] = ROLES[element.name]
    for row in rows:
        if row[0].name == "th":
            row[0]["role"] = "rowheader"
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if not cell.get_text(strip=True):
                cell["class"] = "descent-empty"
            value = table.new_tag("div", attrs={"class": "descent-value"})
            value.extend(list(cell.contents))
            words = table.new_tag("span", attrs={"class": "descent-head", "aria-hidden": "true"})
            words.append(BeautifulSoup((head.p or head).decode_contents(), "html.parser"))
            cell.clear()
            cell.extend([words, value])


def foldable(body: str) -> str:
    """Return a page's body with tables of words that a narrow page can fold."""

    def table(match: re.Match[str]) -> str:
        parsed = BeautifulSoup(match[0], "html.parser")
        folded(parsed)
        return str(parsed)

    return TABLE.sub(table, body)
