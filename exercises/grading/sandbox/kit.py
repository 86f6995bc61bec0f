"""The folder of Python files that the box sees: the runner, and what a problem set lets students use."""

from __future__ import annotations

import ast
import compileall
import importlib.util
import itertools
import py_compile
import shutil
from functools import lru_cache
from pathlib import Path

from exercises.grading.sandbox.scratch import scratch

__all__ = ["kit"]

HERE = Path(__file__).parent
NUMBERS = itertools.count()
WITHHELD = "practice"  # it knows the mistakes that the grader looks for, and how each is mended
PLUMBING = ("_engine.checks",)  # what most modules import, and no exercise asks for
PACKAGE = '''"""What this problem set lets you use of d2l_utils."""

import importlib

MODULES = {modules!r}
NAMES = {names!r}


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name in MODULES:
        return importlib.import_module(f"d2l_utils.{{name}}")
    if name not in NAMES:
        raise ImportError(f"d2l_utils.{{name}} is not part of this problem set; its modules are {{MODULES}}")
    return getattr(importlib.import_module(f"d2l_utils.{{NAMES[name]}}"), name)
'''


@lru_cache(maxsize=32)
def kit(modules: tuple[str, ...] = (), given: str | None = None) -> Path:
    """Return a folder, made once and gone when this process ends, that any user may read.

    It holds the runner, ``given`` as the module of that name, and of d2l_utils the ``modules`` only.

    Raises
    ------
    ValueError
        If d2l_utils has no such module, or one of them imports another that is not among them, or is part of
        practice, which knows the mistakes that the grader looks for.
    """
    folder = scratch() / f"kit-{next(NUMBERS)}"
    shutil.copytree(HERE / "box", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE.parent / "values.py", folder)
    if given is not None:
        (folder / "given.py").write_text(given, encoding="utf-8")
    _write_package(folder / "d2l_utils", modules)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(folder, quiet=2, invalidation_mode=mode)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def _write_package(folder: Path, modules: tuple[str, ...]) -> None:
    spec = importlib.util.find_spec("d2l_utils")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent
    folder.mkdir()
    for data in ("datasets", "descent.mplstyle"):
        copy = shutil.copytree if (source / data).is_dir() else shutil.copy
        copy(source / data, folder / data)
    modules = tuple(dict.fromkeys((*PLUMBING, *modules)))
    for module in modules:
        if module.partition(".")[0] == WITHHELD:
            raise ValueError(
                f"d2l_utils.{module} tells what is wrong; a problem set cannot let students use it"
            )
        files = _files(source, module)
        if not files:
            raise ValueError(f"d2l_utils has no module {module!r} that a problem set could let students use")
        found = {name for file in files for name in _imported(source, file)}
        needed = {name for name in found if not any(f"{name}.".startswith(f"{each}.") for each in modules)}
        if needed:
            raise ValueError(
                f"d2l_utils.{module} imports {sorted(needed)}, which must be in modules= then, too"
            )
        for file in files:
            target = folder / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    names = {name: module for name, module in _exports(source / "__init__.py").items() if module in modules}
    (folder / "__init__.py").write_text(PACKAGE.format(modules=modules, names=names), encoding="utf-8")


def _exports(package: Path) -> dict[str, str]:
    """Return which module each name of the whole package comes from."""
    return {
        alias.asname or alias.name: each.module.removeprefix("d2l_utils.")
        for each in _imports(package)
        if each.module and each.module.startswith("d2l_utils.")
        for alias in each.names
    }


def _files(source: Path, module: str) -> list[Path]:
    """Return the files of a module, of a package with all that is in it, and the faces of its packages."""
    path = source.joinpath(*module.split("."))
    own = [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else sorted(path.rglob("*.py"))
    faces = [above / "__init__.py" for above in path.parents if source in above.parents]
    return [*faces, *own] if own else []


def _imported(source: Path, file: Path) -> set[str]:
    """Return which modules of d2l_utils a file of it imports, without d2l_utils in front."""
    found = set()
    for each in _imports(file):
        room = each.module or ""
        if room == "d2l_utils" or room.startswith("d2l_utils."):
            room = room.removeprefix("d2l_utils").removeprefix(".")
            for alias in each.names:
                name = f"{room}.{alias.name}".removeprefix(".")
                found.add(name if _files(source, name) else room)
    return found


def _imports(module: Path) -> list[ast.ImportFrom]:
    return [each for each in ast.parse(module.read_text("utf-8")).body if isinstance(each, ast.ImportFrom)]
