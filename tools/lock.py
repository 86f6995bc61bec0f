"""Write ``requirements.lock`` and ``requirements-parity.lock`` anew from the ranges in pyproject.toml.

Run as ``python tools/lock.py UV`` with the path of a ``uv`` executable. One universal lock serves every
supported machine: environment markers choose between NumPy 1 with MXNet and NumPy 2 without.
"""

import re
import subprocess
import sys

COMPILE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--upgrade")
PLAIN = ("--no-header", "--no-annotate")
HEADER = "# Exact versions for every supported machine, made from pyproject.toml by `make lock`.\n"
PARITY_HEADER = "# What `make parity` adds, made by `make lock`; GPU builds of PyTorch bring CUDA packages.\n"
CUDA = re.compile(r"^(nvidia-|cuda-|triton)", re.IGNORECASE)


def compile_lock(uv: str, *arguments: str) -> list[str]:
    """Return the pins that ``uv pip compile`` gives for ``arguments``, and nothing else that it prints."""
    command = [uv, *COMPILE, *PLAIN, *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line for line in output.splitlines(keepends=True) if line[0].isalnum()]


def write(path: str, header: str, lines: list[str]) -> None:
    """Write a lock file and say so."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines([header, *lines])
    print(f"{path}: {len(lines)} pins")


def main(uv: str) -> None:
    """Write both locks; what they share is pinned to the same versions."""
    extras = [f"--extra={name}" for name in ("book", "exercises", "frameworks", "test")]
    write("requirements.lock", HEADER, compile_lock(uv, "pyproject.toml", *extras))
    already = {line.split("==")[0] for line in compile_lock(uv, "pyproject.toml")}
    parity = compile_lock(uv, "pyproject.toml", "--extra=parity", "--constraint=requirements.lock")
    pins = [line for line in parity if not CUDA.match(line) and line.split("==")[0] not in already]
    write("requirements-parity.lock", PARITY_HEADER, pins)


if __name__ == "__main__":
    main(sys.argv[1])
