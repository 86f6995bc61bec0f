"""What somebody might try to get out of the box: each entry is an expression that must raise.

Should one succeed, it does no harm. They see ``host``, what the test prepared on the machine: a file, another
student's notebook, the folder of results, a TCP port, two Unix sockets, this repository, and Python.
"""

from collections.abc import Iterable

ESCAPES = {
    "read a file of the machine": "open('/etc/passwd').read()",
    "read a file of its user's": "open(host['file']).read()",
    "read another submission": "open(host['submission']).read()",
    "list the machine": "os.listdir('/proc') + os.listdir('/home') + os.listdir('/sys')",
    "read this repository": "open(host['repository'] + '/exercises/grading/marking/judge.py').read()",
    "read the rules": "open(host['repository'] + '/d2l_utils/rules/moments.py').read()",
    "read the environment of others": "open('/proc/1/environ').read()",
    "read its own memory as a file": "open('/proc/self/mem', 'rb').read(1)",
    "read the memory of the runner": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "write the results": "open(host['results'] + '/marks.csv', 'w').write('10')",
    "make the results a pipe": "os.mkfifo(host['results'] + '/marks.json')",
    "change the runner": "open('/box/runner.py', 'a')",
    "add to the runner's folder": "open('/box/sitecustomize.py', 'w')",
    "change numpy": "open(np.__file__, 'a')",
    "change the box": "os.mkdir('/new')",
    "change the devices": "open('/dev/new', 'w')",
    "connect to a port of the machine": "socket.create_connection(('127.0.0.1', host['port']), 2)",
    "connect to another machine": "socket.create_connection(('192.0.2.1', 80), 2)",
    "open a port": "socket.socket().bind(('127.0.0.1', 0))",
    "connect to a socket of the machine": "socket.socket(socket.AF_UNIX).connect(host['socket'])",
    "connect to an abstract socket": "socket.socket(socket.AF_UNIX).connect(host['abstract'])",
    "look up a name": "socket.gethostbyname('example.org')",
    "become root": "os.setuid(0)",
    "become root again": "os.setresuid(0, 0, 0)",
    "become another group": "os.setgroups([0])",
    "make a device": "os.mknod('/tmp/disk', 0o60666, os.makedev(1, 3))",
    "run a shell": "subprocess.run(['/bin/sh', '-c', 'true'])",
    "run a program with its owner's rights": "subprocess.run(['/usr/bin/su', '-c', 'true'], check=True)",
    "run the grader's Python": "subprocess.run([host['python'], '-c', 'import exercises'], check=True)",
    "raise its priority": "os.setpriority(os.PRIO_PROCESS, 0, -20)",
    "trace its parent": "call('ptrace', 16, os.getppid(), 0, 0)",
    "read its parent's memory": "call('process_vm_readv', os.getppid(), 0, 0, 0, 0, 0)",
    "make a namespace": "call('unshare', 0x10000000)",
    "mount": "call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
    "change the root": "os.chroot('/tmp')",
    "make a file in memory": "os.memfd_create('x')",
    "share memory without a name": "mmap.mmap(-1, 1 << 20)",
    "share memory by a device": "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 1 << 20)",
    "take huge pages": "mmap.mmap(-1, 2 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)",
    "fill the place of the packages": "open(os.path.dirname(os.__file__) + '/site-packages/new', 'w')",
    "fill the place of the system's packages": "open('/usr/lib/python3/dist-packages/new', 'w')",
    "read what else is installed": "open(os.path.dirname(os.__file__) + '/site-packages/pip/__init__.py')",
    "read the grader's command": "open(f'/proc/{os.getppid()}/cmdline').read()",
    "read the first command": "open('/proc/1/cmdline').read()",
    "leave a file in the shared memory": "open('/dev/shm/left', 'w')",
    "leave a file for the next": "open('/var/tmp/left', 'w')",
    "watch what happens in a folder": "call('inotify_add_watch', "
    "ctypes.CDLL(None).inotify_init1(0), b'/', 2)",
    "leave a folder in the home of others": "os.mkdir(host['results'] + '/left')",
    "make shared memory": "call('shmget', 0, 1 << 20, 0o1666)",
    "open a terminal": "open('/dev/tty', 'w')",
    "open a pseudoterminal": "os.openpty()",
}

# What a container without Landlock does not hide: files that anybody there may read or write.
SHARED = {
    "read a file of the machine",
    "read a file of its user's",
    "read another submission",
    "list the machine",
    "read this repository",
    "read the rules",
    "write the results",
    "make the results a pipe",
    "run a shell",
    "open a pseudoterminal",
    "read what else is installed",
    "read the grader's command",
    "read the first command",
    "leave a file in the shared memory",
    "leave a file for the next",
    "leave a folder in the home of others",
    "share memory by a device",
}
# What needs no rights at all, so that it must succeed where there is no box.
FREE = (
    "read a file of the machine",
    "read a file of its user's",
    "read another submission",
    "write the results",
    "connect to a port of the machine",
    "connect to a socket of the machine",
    "connect to an abstract socket",
    "run a shell",
)

SOURCE = """
import ctypes, mmap, os, socket, subprocess
import numpy as np

host = {host!r}

def call(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def attempts():
    succeeded = []
    for name, expression in {escapes!r}:
        try:
            eval(expression, globals())
        except Exception:
            continue
        succeeded.append(name)
    return succeeded
"""


def source(host: dict, names: Iterable[str] = tuple(ESCAPES)) -> str:
    """Return a cell whose ``attempts()`` answers with the names of the escapes that succeed."""
    return SOURCE.format(host=host, escapes=[(name, ESCAPES[name]) for name in names])
