"""A folded cell says what it holds: the plotting code, a check, the functions that it defines."""

import ast
import re

from nbformat import NotebookNode

FOLDING = {"hide-input", "hide-cell", "hide-output"}
PLOTS = re.compile(r"\bplt\.|\bplot_\w+\(")


def names(words: list[str]) -> str:
    """Return ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def shows_figure(cell: NotebookNode) -> bool:
    """Tell whether a cell draws: its stored output is a figure, or its code would make one."""
    stored = any("<Figure" in output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return stored or PLOTS.search(cell.source) is not None


def held(cell: NotebookNode) -> str:
    """Say what a reader finds who unfolds a cell."""
    if "hide-output" in cell.metadata.tags:
        return "what it prints"
    statements = ast.parse(cell.source).body
    defined = [each for each in statements if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    if defined and len(defined) + len(imports) == len(statements):
        return f"the code of {names([each.name for each in defined])}"
    if shows_figure(cell):
        return "the plotting code"
    if any(isinstance(node, ast.Assert) for each in statements for node in ast.walk(each)):
        return "the check"
    return "the code and what it prints" if "hide-cell" in cell.metadata.tags and cell.outputs else "the code"


def label(cells: list[NotebookNode]) -> None:
    """Name what is folded in each cell, unless its author did."""
    for cell in cells:
        if cell.cell_type == "code" and FOLDING & set(cell.metadata.get("tags", [])):
            words = held(cell)
            prompts = {"code_prompt_show": f"Show {words}", "code_prompt_hide": f"Hide {words}"}
            cell.metadata["mystnb"] = prompts | cell.metadata.get("mystnb", {})
