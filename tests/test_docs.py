"""Every public name of d2l_utils is documented, and the reference page shows every public module."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import d2l_utils
from d2l_utils.frameworks.rosetta import FRAMEWORKS

LIKE = {f"like_{framework}" for framework in FRAMEWORKS}  # at the top level, their old paths
ROOMS = {module.name for module in pkgutil.iter_modules(d2l_utils.__path__) if module.name[0] != "_"}
IN_FRAMEWORKS = {"rosetta", "averaging", "pasting", "recorded", "like_optax_contrib", *LIKE}
IN_FRAMEWORKS |= {f"{name}_schedules" for name in LIKE}
MODULES = sorted(ROOMS - LIKE | {f"frameworks.{name}" for name in IN_FRAMEWORKS})


def public_names(module):
    """Return what ``module`` offers: its ``__all__``, or else the functions and classes defined in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]


def undocumented(name, value):
    """Yield the dotted names of ``value`` and its public members that have no docstring, nor inherit one."""
    if (inspect.isroutine(value) or inspect.isclass(value)) and not (value.__doc__ or "").strip():
        yield name
    if inspect.isclass(value):
        for member, attribute in vars(value).items():
            function = attribute.fget if isinstance(attribute, property) else attribute
            if not member.startswith("_") and inspect.isfunction(function) and not inspect.getdoc(function):
                yield f"{name}.{member}"


def test_undocumented_names_are_found():
    class Shown:
        """A class whose method and property say nothing."""

        def step(self): ...

        @property
        def rate(self): ...

        def _hidden(self): ...

    def silent(): ...

    assert list(undocumented("Shown", Shown)) == ["Shown.step", "Shown.rate"]
    assert list(undocumented("silent", silent)) == ["silent"]


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name):
    module = importlib.import_module(f"d2l_utils.{name}")
    names = public_names(module)
    assert module.__doc__
    assert names
    assert [gap for each in names for gap in undocumented(each, getattr(module, each))] == []


def test_the_reference_page_shows_every_public_module():
    shown = re.findall(r"automodule:: d2l_utils\.([\w.]+)", Path("api.md").read_text(encoding="utf-8"))
    assert sorted(shown) == MODULES


def test_the_top_level_names_are_on_the_reference_page():
    offered = {
        each for name in MODULES for each in public_names(importlib.import_module(f"d2l_utils.{name}"))
    }
    modules = {name for name in d2l_utils.__all__ if inspect.ismodule(getattr(d2l_utils, name))}
    assert set(d2l_utils.__all__) - offered - modules == set()
