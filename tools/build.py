"""Build the site in ``_build/html``: warnings are errors, and so is a cell that fails.

Run as ``python tools/build.py``. Pages and outputs that are still good are taken from the last build. With
``--language zh_CN`` the site speaks Chinese where its catalogues do, and lies in ``_build/zh_CN``.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXERCISES = (sys.executable, "-m", "exercises.build")  # makes the sources of the problem sets' pages
COMMAND = (
    Path(sysconfig.get_path("scripts")) / "jupyter-book",
    "build",
    ".",
    "-W",
    "-n",
    "--keep-going",
    "-q",
)


def failed_cells(reports: Path) -> list[Path]:
    """Return the reports that myst-nb wrote about cells that failed in this build."""
    return sorted(reports.rglob("*.err.log"))


def spoken(language: str) -> tuple[Path, list[str]]:
    """Return where the site in a language is built, and the arguments that say so; "" is the book's own."""
    if not language:
        return ROOT / "_build", []
    folder = ROOT / "_build" / language
    folder.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["sphinx"]["config"]["language"] = language
    extensions = config["sphinx"]["local_extensions"]  # seen from the folder of the configuration
    config["sphinx"]["local_extensions"] = {name: str(ROOT / path) for name, path in extensions.items()}
    path = folder / "_config.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder / "_build", ["--config", str(path), "--path-output", str(folder)]


@contextmanager
def begun(built: Path) -> Iterator[list[str]]:
    """Build in the block, which appends to the list what went wrong; what it leaves is good, or made anew.

    Sphinx warns of a page when it reads it. After a build that failed or was stopped it would take such pages
    for good ones.
    """
    unfinished, troubles = built / "unfinished", list[str]()
    if unfinished.exists():
        shutil.rmtree(built / ".doctrees", ignore_errors=True)
    built.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    yield troubles
    if not troubles:
        unfinished.unlink()


def main() -> int:
    """Build, explain a failure, and return the exit status."""
    parser = argparse.ArgumentParser(description="Build the book's site.")
    parser.add_argument("--language", default="", help="such as zh_CN (the book's own)")
    built, where = spoken(parser.parse_args().language)
    site = built / "html"
    print("Building the book; chapters that changed are executed ...", flush=True)
    started = time.monotonic()
    shutil.rmtree(site / "reports", ignore_errors=True)
    if subprocess.run(EXERCISES, cwd=ROOT).returncode:
        return 1
    with begun(built) as troubles:
        run = subprocess.run([*COMMAND, *where], cwd=ROOT, stdout=subprocess.DEVNULL)
        reports = failed_cells(site / "reports")
        troubles += [f"{each.relative_to(ROOT)}:\n{each.read_text()}" for each in reports]
        if run.returncode or troubles:
            troubles.append("The book was not built; see the warnings above.")
    print(*troubles, sep="\n", end="\n" if troubles else "")
    if not troubles:
        print(f"Built in {time.monotonic() - started:.0f} s. Open {site / 'index.html'}")
    return int(bool(troubles))


if __name__ == "__main__":
    sys.exit(main())
