"""A filter of system calls: what a notebook never needs and an attacker would like is refused.

Namespaces of one's own would lift the limits of the box; shared memory outlives the process that
fills it, and is counted by none of them; sockets would reach a network where there is one. The filter is a
classic BPF program, as seccomp(2) describes it.
"""

from __future__ import annotations

import platform
import struct

__all__ = ["program"]

# Numbers of the calls, from the kernel's own tables: (x86-64, the generic table of aarch64).
CALLS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262),
    "syslog": (103, 116),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "socket": (41, 198),
    "finit_module": (313, 273),
    "init_module": (175, 105),
    "kexec_load": (246, 104),
}
MACHINES = {  # machine: column of CALLS, audit architecture, clone, clone3, mmap
    "x86_64": (0, 0xC000003E, 56, 435, 9),
    "aarch64": (1, 0xC00000B7, 220, 435, 222),
}
NEW_NAMESPACES = 0x7E020000  # the CLONE_NEW… flags
SHARED, ANONYMOUS, HUGE_PAGES = 0x01, 0x20, 0x40000  # flags of mmap
X32 = 0x40000000

LOAD, EQUAL, AT_LEAST, ANY, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, FOURTH_ARGUMENT = (
    0,
    4,
    16,
    40,
)  # places in struct seccomp_data, little-endian
ALLOW, REFUSE, ABSENT, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # EPERM, ENOSYS


def program(machine: str | None = None) -> bytes | None:
    """Return the filter as an array of ``struct sock_filter``; None for a machine that it does not know.

    Examples
    --------
    >>> len(program("x86_64")) // 8 > 40
    True
    """
    if (machine or platform.machine()) not in MACHINES:
        return None
    column, architecture, clone, clone3, mmap = MACHINES[machine or platform.machine()]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, ABSENT),
        (EQUAL, 0, 1, clone3),  # its flags lie in memory, out of reach: the C library falls back on clone
        (RETURN, 0, 0, ABSENT),
    ]
    for numbers in CALLS.values():
        steps += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, REFUSE)]
    steps += [
        (EQUAL, 0, 6, mmap),
        (LOAD, 0, 0, FOURTH_ARGUMENT),
        (ANY, 3, 0, HUGE_PAGES),
        (ANY, 0, 1, SHARED),
        (ANY, 1, 0, ANONYMOUS),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    steps += [
        (EQUAL, 0, 2, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY, 1, 0, NEW_NAMESPACES),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
