"""Try, as the notebook's user, what no notebook should be able to do where no namespace keeps it in."""

import contextlib
import os

SHARED_FOLDERS = ("/", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
NO_LANDLOCK = (
    "take a kernel with Landlock (Linux 5.13 or newer, `landlock` among its security modules, and not"
    " forbidden by the container's seccomp profile), or grade in bubblewrap"
)


def open_doors(secret, grader, shared):
    """Yield what succeeds, and what to do about it.

    Parameters
    ----------
    secret : paths that the notebook must not read.
    grader : the process that started the box.
    shared : whether other notebooks are graded on this machine, before, beside or after this one.
    """
    for path in secret:
        if _succeeds(_read, path):
            yield f"read {path}: take the right away from others (chmod 700)"
    if _succeeds(os.setuid, 0):
        yield "become root: start the container without privileges (no --privileged)"
    if _succeeds(os.kill, grader, 0):
        yield "send signals to the grader: let no other user have the numbers 60100 to 65099"
    if _succeeds(_socket):
        yield "open a socket: grade on a machine whose system calls the filter knows (x86-64 or ARM64)"
    if shared and _succeeds(_read, f"/proc/{grader}/cmdline"):
        yield f"read which commands run (/proc): {NO_LANDLOCK}"
    if shared and _succeeds(_read, "/etc/passwd"):
        yield f"read the machine's files (/etc/passwd): {NO_LANDLOCK}"
    for folder in SHARED_FOLDERS if shared else ():
        if _succeeds(_write, folder):
            yield f"leave a file in {folder} for the next: {NO_LANDLOCK}"


def _succeeds(attempt, *arguments):
    with contextlib.suppress(OSError):
        attempt(*arguments)
        return True
    return False


def _read(path):
    if os.path.isdir(path):
        os.listdir(path)
    else:
        os.close(os.open(path, os.O_RDONLY))


def _write(folder):
    path = f"{folder}/descent-probe-{os.getpid()}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)


def _socket():
    import _socket

    _socket.socket().close()
