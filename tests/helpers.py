"""What several test files share: gradients, a run, and what a module imports."""

import ast

import numpy as np


def gradients(shape, steps=5, seed=0, dtype=np.float64):
    """Return ``steps`` seeded gradients of one shape."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for _ in range(steps)]


def run(optimizer, params, grads):
    """Update ``params`` with each of ``grads`` and return it."""
    for g in grads:
        optimizer.update(params, g)
    return params


def imports(tree):
    """Return the import statements in a module's syntax tree."""
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
