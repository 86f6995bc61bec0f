"""A machine that has nothing: for the tests of what is done about missing parts of the system."""

import os
from pathlib import Path

from tools import parts
from tools.parts import Trouble

ROOT = Path(__file__).parents[2]
NO_BUBBLEWRAP = Trouble("bubblewrap", "bubblewrap is not installed", None)
NO_CHROMIUM = Trouble("chromium", "chromium is not installed", None)
NO_OPENMP = Trouble("libgomp1", "libgomp1 is not installed", None)
# Installs a program that works under the name that is asked for last; writes down what it was told.
APT = """
echo "$DEBIAN_FRONTEND $*" >> apt.log
for name; do :; done
case " $BROKEN " in *" $name "*) echo "Reading lists"; echo "E: Unable to locate $name" >&2; exit 100; esac
[ "$1" = install ] || exit 0
[ "$name" = bubblewrap ] && name=bwrap
printf '#!/bin/sh\\n' > "$name"
/bin/chmod +x "$name"
"""


def load(library):
    """Load a library as far as this test needs: it has to be there."""
    if not Path(library).exists():
        raise OSError(f"{library}: cannot open shared object file")


def be(monkeypatch, user):
    """Be root (0) or somebody else."""
    monkeypatch.setattr(os, "geteuid", lambda: user)


def program(name, text=""):
    """Put a shell script on the PATH."""
    Path(name).write_text(f"#!/bin/sh\n{text}\n")
    Path(name).chmod(0o755)


def here():
    """Return the names of the parts that work."""
    return [part.name for part in parts.PARTS if part.trouble() is None]


def log():
    """Return what apt-get was told."""
    return Path("apt.log").read_text().splitlines() if Path("apt.log").exists() else []
