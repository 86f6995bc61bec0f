"""Make or refresh the environment ``.venv`` from a lock file; do nothing when it is up to date.

Run as ``python3 tools/environment.py [LOCK]`` with any Python 3: an unsuitable one is told so in one
sentence. It needs nothing but the standard library, and installs with plain pip, so that a user's own
pip configuration counts.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MAIN_LOCK = "requirements.lock"
OLDEST, NEWEST_TRIED = (3, 11), (3, 13)
VERSIONS = "Python 3.11, 3.12 or 3.13"


def venv_python() -> Path:
    """Return the path of the environment's own Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp_text(lock: str) -> str:
    """Return what the stamp holds when the environment matches ``lock`` and pyproject.toml."""
    digest = hashlib.sha256()
    for name in (lock, "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return f"{sys.version} {ROOT} {digest.hexdigest()}\n"


def found_python() -> str:
    """Name this Python as a person would: what was called and which version it is."""
    return "{} is {}.{}.{}".format(os.environ.get("PYTHON", sys.executable), *sys.version_info[:3])


def require_python() -> None:
    """Stop with one sentence when this Python cannot make the environment."""
    if sys.version_info < OLDEST:
        sys.exit(f"Descent needs {VERSIONS}; {found_python()}. Try: make book PYTHON=python3.12")
    try:
        import ensurepip  # noqa: F401  Debian's python3 has venv but not this until python3-venv is installed
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            f"Descent needs Python's venv module; {found_python()} without it. On Debian or Ubuntu: "
            "apt-get install python{}.{}-venv".format(*sys.version_info[:2])
        )


def made_by_this_python() -> bool:
    """Tell whether ``.venv`` exists and has this Python's version."""
    config = VENV / "pyvenv.cfg"
    return config.exists() and f"version = {sys.version.split()[0]}\n" in config.read_text()


def run(*command: object) -> None:
    """Run ``command``; stop with its exit status and a hint when it fails."""
    status = subprocess.run([str(part) for part in command], cwd=ROOT).returncode
    if status:
        newer = sys.version_info[:2] > NEWEST_TRIED
        hint = f" Descent needs {VERSIONS}; {found_python()}." if newer else ""
        sys.exit(f"The environment .venv could not be made: the command above failed.{hint}")


def quieten_kernels() -> None:
    """Keep kernels from warning, at every start, that they talk to this machine without encryption."""
    folder = VENV / "etc" / "ipython"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 'ERROR'\n")


def make(lock: str) -> None:
    """Install ``lock`` into ``.venv``, and the book's own package on top of the main lock."""
    stamp = VENV / f".{lock}.stamp"
    wanted = stamp_text(lock)
    if venv_python().exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {lock} into .venv (the first time takes a minute or two) ...", flush=True)
    stamp.unlink(missing_ok=True)
    pip = (venv_python(), "-m", "pip", "-qq", "--disable-pip-version-check")
    if lock == MAIN_LOCK:
        run(sys.executable, "-m", "venv", *([] if made_by_this_python() else ["--clear"]), VENV)
        run(*pip, "install", "--no-deps", "-r", lock)
        run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
        quieten_kernels()
    else:
        run(*pip, "install", "-r", lock)
    run(*pip, "check")
    stamp.write_text(wanted)


if __name__ == "__main__":
    require_python()
    make(sys.argv[1] if len(sys.argv) > 1 else MAIN_LOCK)
