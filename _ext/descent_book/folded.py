"""A folded cell says what it holds: the plotting code, a check, the functions that it defines."""

import ast
import re

from nbformat import NotebookNode

from d2l_utils.words import noted, say

FOLDING = {"hide-input", "hide-cell", "hide-output"}
PLOTS = re.compile(r"\bplt\.|\bplot_\w+\(")
# What a folded cell holds, and the words on it while it is closed and open.
PROMPTS = {
    "printed": (noted("Show what it prints"), noted("Hide what it prints")),
    "functions": (noted("Show the code of {names}"), noted("Hide the code of {names}")),
    "plot": (noted("Show the plotting code"), noted("Hide the plotting code")),
    "check": (noted("Show the check"), noted("Hide the check")),
    "both": (noted("Show the code and what it prints"), noted("Hide the code and what it prints")),
    "code": (noted("Show the code"), noted("Hide the code")),
}


def names(words: list[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    first = ", ".join(words[:-1])
    return say("{first} and {last}", first=first, last=words[-1]) if first else words[-1]


def shows_figure(cell: NotebookNode) -> bool:
    """Tell whether a cell draws: its stored output is a figure, or its code would make one."""
    stored = any("<Figure" in output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return stored or PLOTS.search(cell.source) is not None


def held(cell: NotebookNode) -> tuple[str, str]:
    """Return which of the `PROMPTS` belongs to a cell, and the names that it defines."""
    if "hide-output" in cell.metadata.tags:
        return "printed", ""
    statements = ast.parse(cell.source).body
    defined = [each for each in statements if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    if defined and len(defined) + len(imports) == len(statements):
        return "functions", names([each.name for each in defined])
    if shows_figure(cell):
        return "plot", ""
    if any(isinstance(node, ast.Assert) for each in statements for node in ast.walk(each)):
        return "check", ""
    return "both" if "hide-cell" in cell.metadata.tags and cell.outputs else "code", ""


def label(cells: list[NotebookNode]) -> None:
    """Name what is folded in each cell, unless its author did."""
    for cell in cells:
        if cell.cell_type == "code" and FOLDING & set(cell.metadata.get("tags", [])):
            key, defined = held(cell)
            show, hide = (say(words, names=defined) for words in PROMPTS[key])
            prompts = {"code_prompt_show": show, "code_prompt_hide": hide}
            cell.metadata["mystnb"] = prompts | cell.metadata.get("mystnb", {})
