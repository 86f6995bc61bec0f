"""Compile the catalogues of every language into the package, where an installed d2l_utils finds them."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py

PACKAGED = ("figures", "practice")  # what d2l_utils says


class BuildWithWords(build_py):
    """Build, and compile the catalogues."""

    def run(self) -> None:
        """Do both; an installation that can be edited reads the catalogues themselves."""
        super().run()
        if self.editable_mode:
            return
        for path in Path("locale").glob("*/LC_MESSAGES/*.po"):
            if path.stem in PACKAGED:
                target = Path(self.build_lib, "d2l_utils", "words", path.with_suffix(".mo"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with path.open("rb") as text, target.open("wb") as compiled:
                    write_mo(compiled, read_po(text))


setup(cmdclass={"build_py": BuildWithWords})
