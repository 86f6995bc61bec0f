"""Compile a notebook cell as Jupyter would, without IPython."""

import ast
import re

# Magics of a whole cell that run it as Python; under any other one the cell is no Python.
RUN = re.compile(r"%%(time|timeit|capture|prun)\b")
VALUE = re.compile(r"(\s*)(\w+\s*=\s*)[!%]")  # files = !ls
TIMED = re.compile(r"(\s*)%time\s+(.*)")  # %time x = f()
COMMAND = re.compile(r"(\s*)([!%?]|[\w.%]+\?{1,2}\s*$)")  # %matplotlib inline, !pip, ?name, name?
MOST_MAGICS = 50
# Calls of what every notebook is given. Whoever hides something else under these names harms only himself.
TAME_CALLS = {"grader.check", "otter.Notebook", "np.random.default_rng"}
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# What an annotation may hold so that reading it calls nothing.
PLAIN_NODES = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Constant, ast.expr_context)


def parse(source):
    """Return the syntax tree of a cell; what only Jupyter understands does nothing, on its own line.

    Raises
    ------
    SyntaxError
        With the line in the cell.
    """
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        lines = [*lines[:first], "", *lines[first + 1 :]] if RUN.match(lines[first]) else [""]
    for _ in range(MOST_MAGICS):
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as error:
            # Python names the line of a magic: text that only looks like one is left alone.
            number = (error.lineno or 0) - 1
            if not 0 <= number < len(lines) or (plain := _plain(lines[number])) is None:
                raise
            lines[number] = plain
    raise SyntaxError(f"more than {MOST_MAGICS} lines of magic")


def _plain(line):
    """Return Python in place of a line of magic; None if it is not one."""
    if timed := TIMED.match(line):
        return timed[1] + timed[2]
    if value := VALUE.match(line):
        return f"{value[1]}{value[2]}[]"
    if command := COMMAND.match(line):
        return f"{command[1]}pass"
    return None


def is_tame(tree):
    """Whether running ``tree`` can neither hang nor end the process: definitions, imports and constants.

    Such cells need no checkpoint of their own, which makes most notebooks twice as fast.
    """
    return all(_is_tame(node) for node in tree.body)


def tame(tree):
    """Return what of ``tree`` is tame: what a cell defines counts, even if the rest of it never ends."""
    return ast.Module([node for node in tree.body if _is_tame(node)], [])


def _is_tame(node):
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Pass():
            return True
        case ast.FunctionDef(decorator_list=[]):
            defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
            return all(_is_constant(each) for each in defaults) and all(map(_is_plain, _annotations(node)))
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(), slice=ast.Constant())], value=value):
            return _is_constant(value) or _is_arithmetic(value)
        case ast.Expr(value=value) | ast.Assign(targets=[ast.Name()], value=value):
            return _is_constant(value) or _is_tame_call(value)
    return False


def _is_arithmetic(node):
    match node:
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=operand):
            return _is_arithmetic(operand)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            return _is_arithmetic(left) and _is_arithmetic(right)
    return False


def _is_tame_call(node):
    match node:
        case ast.Call(func=ast.Attribute() as function, args=arguments, keywords=[]):
            return ast.unparse(function) in TAME_CALLS and all(map(_is_constant, arguments))
    return False


def _annotations(node):
    named = [each for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    return [each for each in (*(arg.annotation for arg in named), node.returns) if each]


def _is_plain(node):
    return all(isinstance(each, PLAIN_NODES) for each in ast.walk(node))


def _is_constant(node):
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return False
    return True
