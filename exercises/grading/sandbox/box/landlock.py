"""Close the files of the machine to this process, for good: Landlock, which Linux has since 5.13.

It asks for no namespace, and for no right of a process that can gain none (``no_new_privs``). A kernel that
does not know it is no error here: what stays open then is found by the `probes`.
"""

import ctypes
import os
import stat
import struct

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every architecture
VERSION, PATH_BENEATH = 1, 1
WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
READ = READ_FILE | READ_DIR
# All but to execute, to make devices and sockets, and to control devices.
OWN = READ | WRITE_FILE | TRUNCATE | sum(1 << each for each in (4, 5, 7, 8, 10, 12, 13))
OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE
RIGHTS = (0, 13, 14, 15, 15, 16)  # how many the kernel knows, by version; later ones know all of these
SCOPES = 0b11  # abstract sockets, and signals, to processes that are not of the box


def enclose(readable, listed, writable):
    """Leave of the files only those at or below the paths ``readable`` and ``writable``, and run no program.

    The folders ``listed`` may be listed. Nothing happens where the kernel cannot do it.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    if version <= 0:
        return
    known = (1 << RIGHTS[min(version, len(RIGHTS) - 1)]) - 1
    attributes = struct.pack("=QQQ", known, 0, SCOPES)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _done(library.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(size), 0))
    for paths, rights in ((readable, READ), (listed, READ_DIR), (writable, OWN)):
        for path in paths:
            _allow(library, ruleset, path, rights & known)
    _done(library.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(library, ruleset, path, rights):
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights &= -1 if stat.S_ISDIR(os.fstat(place).st_mode) else OF_FILES
        rule = struct.pack("=Qi", rights, place)
        _done(library.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


def _done(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "the kernel knows Landlock, and refuses what it is asked")
    return result
