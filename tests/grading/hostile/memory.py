"""A cell that searches all memory that it can reach for what should not be there.

What it looks for stands in it as escapes of a regular expression, so that it does not find itself.
"""

import struct
from collections.abc import Mapping

import numpy as np

SOURCE = r'''
import ctypes, gc, os, re
import numpy as np

NEEDLES = {needles!r}
BLOCK = 1 << 20
library = ctypes.CDLL(None, use_errno=True)

def search():
    """Return the names of the needles that are in the memory of this process or of another of the box."""
    patterns = {{name: re.compile(text.encode(), re.DOTALL) for name, text in NEEDLES.items()}}
    pieces = files() if os.path.exists("/proc/self/maps") else blocks()
    found = set()
    for piece in pieces:
        found |= {{name for name, pattern in patterns.items() if pattern.search(piece)}}
    return sorted(found)

def files():
    """Yield the memory of all processes of the box, where the system shows it."""
    for process in family():
        try:
            with open(f"/proc/{{process}}/maps") as maps, open(f"/proc/{{process}}/mem", "rb", 0) as memory:
                for line in maps:
                    start, end = (int(each, 16) for each in line.split()[0].split("-"))
                    if "rw" in line.split()[1] and end - start < 1 << 29:
                        try:
                            memory.seek(start)
                            yield memory.read(end - start)
                        except OSError:
                            pass
        except OSError:
            if process == os.getpid():
                raise

def family():
    parents = {{}}
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and b"import runner" in open(f"/proc/{{name}}/cmdline", "rb").read():
                status = open(f"/proc/{{name}}/stat").read().rpartition(")")[2].split()
                parents[int(name)] = int(status[1])
        except OSError:
            pass
    def eldest(process):
        return eldest(parents[process]) if parents[process] in parents else process
    return [each for each in parents if eldest(each) == eldest(os.getpid())]

def blocks():
    """Yield the memory around every object; a pipe refuses what is not there."""
    reads, writes = os.pipe()
    places = [id(each) for each in gc.get_objects()]
    places += [each.ctypes.data for each in gc.get_objects() if type(each) is np.ndarray]
    places += [id(each) for one in gc.get_objects() for each in gc.get_referents(one)]
    waiting, seen = {{each // BLOCK for each in places}}, set()
    while waiting:
        block = waiting.pop()
        seen.add(block)
        pages = []
        for address in range(block * BLOCK, (block + 1) * BLOCK, 4096):
            if library.write(writes, ctypes.c_void_p(address), 4096) > 0:
                pages.append(os.read(reads, 4096))
        if pages:
            yield b"".join(pages)
            waiting |= {{block - 1, block + 1}} - seen
'''


def source(needles: Mapping[str, bytes]) -> str:
    """Return a cell whose ``search()`` answers with the names of the needles that it finds."""
    escaped = {name: "".join(f"\\x{byte:02x}" for byte in needle) for name, needle in needles.items()}
    return SOURCE.format(needles=escaped)


def numbers(name: str, array: np.ndarray) -> dict[str, bytes]:
    """Return the needles of an array of floats: as they are in memory, and as text."""
    return {
        f"{name} in binary": struct.pack("<2d", *array.flat[:2]),
        f"{name} as text": repr(float(array.flat[0])).encode(),
    }
