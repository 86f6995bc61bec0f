"""Make or refresh the environment ``.venv`` from a lock file; do nothing when it is up to date.

Run as ``python3 tools/environment.py [LOCK]`` with any Python 3: an unsuitable one is told so in one
sentence. It needs nothing but the standard library, and installs with plain pip, so that a user's own
pip configuration counts.
"""

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MAIN_LOCK = "requirements.lock"
OLDEST, NEWEST_TRIED = (3, 11), (3, 13)
VERSIONS = "Python 3.11, 3.12 or 3.13"
INTERVAL = 10.0  # seconds between two signs of life


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
    if subprocess.run([str(part) for part in command], cwd=ROOT).returncode:
        fail()


def fail() -> NoReturn:
    """Stop because a command failed that has said why."""
    newer = sys.version_info[:2] > NEWEST_TRIED
    hint = f" Descent needs {VERSIONS}; {found_python()}." if newer else ""
    sys.exit(f"The environment .venv could not be made: the command above failed.{hint}")


def stage(said: str, lock: str, started: float) -> str:
    """Tell how far pip is: from what it said, and from what it has installed since ``started``."""
    if "\nInstalling collected packages: " in said:
        packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
        done = sum(path.stat().st_mtime >= started for path in packages.glob("*.dist-info"))
        return f"{done} of {said.rpartition('Installing collected packages: ')[2].count(',') + 1} installed"
    pins = set(re.findall(r"(?m)^[\w.-]+(?===)", (ROOT / lock).read_text(encoding="utf-8")))
    seen = re.findall(r"(?m)^(?:Collecting|Ignoring|Requirement already satisfied:) ([\w.-]+)", said)
    return f"{len(pins.intersection(seen))} of {len(pins)} fetched, now {seen[-1] if seen else '...'}"


def install(lock: str, *arguments: str) -> None:
    """Install ``lock`` with pip, and say every few seconds, on a line of its own, how far it is."""
    pip = (venv_python(), "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    command = [str(part) for part in (*pip, "--progress-bar", "off", *arguments, "-r", lock)]
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        started = time.time()
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=stderr)
            while True:
                try:
                    status = process.wait(INTERVAL)
                    break
                except subprocess.TimeoutExpired:
                    said = out.read_text(encoding="utf-8", errors="replace")
                    print(f"  {time.time() - started:3.0f} s: {stage(said, lock, started)}", flush=True)
        if status:
            print(err.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
            fail()


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
        install(lock, "--no-deps")
        run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
        quieten_kernels()
    else:
        install(lock)
    run(*pip, "check")
    stamp.write_text(wanted)


if __name__ == "__main__":
    require_python()
    make(sys.argv[1] if len(sys.argv) > 1 else MAIN_LOCK)
