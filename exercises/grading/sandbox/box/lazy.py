"""Import only when used what is slow to import and seldom used: half of a submission's time went there."""

import importlib
import importlib.util
import sys
from importlib.machinery import PathFinder
from types import ModuleType

NUMPY_PARTS = {
    "numpy._typing",
    "numpy.ctypeslib",
    "numpy.fft",
    "numpy.ma",
    "numpy.polynomial",
    "numpy.random",
}


def install():
    """Make Matplotlib and the seldom used parts of NumPy wait until a notebook uses them."""
    sys.meta_path.insert(0, Parts)
    package, pyplot = Later("matplotlib"), Later("matplotlib.pyplot")
    sys.modules |= {"matplotlib": package, "matplotlib.pyplot": pyplot}
    package.pyplot = pyplot


class Parts:
    """Finds the parts of NumPy, and loads them when something in them is asked for."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Return what the import system asks for; None for all other modules."""
        if name not in NUMPY_PARTS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


class Later(ModuleType):
    """Stands in for a module of Matplotlib until something in it is asked for."""

    def __getattr__(self, name):
        if name == "__spec__":
            return None
        for module, stand_in in list(sys.modules.items()):
            if isinstance(stand_in, Later):
                del sys.modules[module]
        return getattr(importlib.import_module(self.__name__), name)

    def __setattr__(self, name, value):
        if isinstance(value, Later) or name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(importlib.import_module(self.__name__), name, value)
