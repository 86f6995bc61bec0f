"""Read off a cell's text which names it gives a value, and which questions it checks.

What is read decides where a question is marked. Nothing is run for it, and a cell that hides what it does
from a reader harms only its author.
"""

import ast
from typing import NamedTuple

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
PLACES = (ast.Name, ast.Subscript, ast.Attribute)


class Cell(NamedTuple):
    """A cell that was run: its number, the names of the questions whose check it holds, and other names.

    ``bound`` are the names to which it gives a value, or changes it; ``defined`` those that it makes a
    function; ``used`` has for each of these what its text refers to.
    """

    index: int
    checks: frozenset
    bound: frozenset
    defined: frozenset
    used: dict


def read(index, tree):
    """Return what there is to know of the cell number ``index``."""
    bound, used, checks = set(), {}, set()
    for node in _outside_functions(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
            used[node.name] = _loaded(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            used |= {each.id: _loaded(node.value) for each in node.targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, PLACES) and not isinstance(node.ctx, ast.Load):
            bound.add(_root(node))
        elif isinstance(node, ast.Call):
            checks |= _checked(node)
    return Cell(index, frozenset(checks), frozenset(bound), frozenset(used), used)


def needed(name, cells):
    """Return ``name`` and all names that it leads to, by the functions that ``cells`` define last."""
    used = {}
    for cell in cells:
        used |= cell.used
    found, fresh = set(), {name}
    while fresh:
        found |= fresh
        fresh = {each for one in fresh for each in used.get(one, ())} - found
    return found


def _outside_functions(tree):
    """Yield the nodes that are run with the cell: what stands in a function is not."""
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            waiting.extend(ast.iter_child_nodes(node))


def _loaded(node):
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    own = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    own |= {each.id for each in names if not isinstance(each.ctx, ast.Load)}
    return frozenset(each.id for each in names) - own


def _root(node):
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _checked(node):
    match node:
        case ast.Call(func=ast.Attribute(attr="check"), args=[ast.Constant(value=str(name))]):
            return {name}
    return set()
