"""The sandbox: what it refuses, what it says, how fast it is, and that its own files are in order."""

import resource
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from d2l_utils.practice.slips import SLIPS
from exercises import build
from exercises.grading import sandbox
from exercises.grading.answers import Answer
from exercises.grading.question import load
from exercises.grading.sandbox import isolation, seccomp
from exercises.grading.sandbox.isolation import NoSandbox
from exercises.grading.sandbox.kit import kit
from exercises.grading.sandbox.transcript import Transcript
from tests.grading import box
from tests.grading.hostile import HONEST, escapes


@pytest.mark.needs("bubblewrap")
def test_the_box_works_here():
    sandbox.check_isolation()


@pytest.mark.needs("bubblewrap")
def test_packages_below_tmp_can_be_imported_and_tmp_written(monkeypatch):
    below = Path(tempfile.mkdtemp(dir="/tmp"), "site", "planted")
    below.mkdir(parents=True)
    (below / "__init__.py").write_text("number = 21")
    packages = (*isolation.packages(), below)
    monkeypatch.setattr(isolation, "packages", lambda: packages)
    isolation._mounts.cache_clear()
    imports = f"import sys\nsys.path.append({str(below.parent)!r})\nimport planted"
    writes = "open('/tmp/file', 'w').close()\ndef double(x): return x * planted.number"
    try:
        outcome = box.run(imports, writes, requests=box.ask("double", 2))
        assert box.first(outcome) == 42
        assert not outcome.cells
    finally:
        isolation._mounts.cache_clear()
        shutil.rmtree(below.parents[1])


def test_a_trusted_notebook_needs_no_box():
    sandbox.check_isolation("trusted")
    assert box.first(box.run(HONEST, isolation="trusted", requests=box.ask("double", 21))) == 42


def test_where_there_is_no_box_the_escapes_succeed():
    assert box.attempted("trusted", escapes.FREE) == list(escapes.FREE)


def test_trust_has_limits_of_time_and_memory():
    for source in ("def double(x):\n    while True: pass", "def double(x): return bytearray(3 * 10**9)"):
        outcome = box.run(source, isolation="trusted", requests=box.ask("double", 21))
        assert box.first(outcome).kind in {"timeout", "raised"}


def test_without_bubblewrap_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(isolation.shutil, "which", lambda _: None)
    with pytest.raises(NoSandbox, match=r"is missing.*apt-get install bubblewrap.*--isolation container"):
        sandbox.check_isolation()


def test_on_other_systems_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(isolation.sys, "platform", "darwin")
    with pytest.raises(NoSandbox, match=r"graded on Linux only.*a virtual machine or a container"):
        sandbox.check_isolation()


def test_on_windows_it_says_what_to_do(monkeypatch):
    monkeypatch.delattr(isolation.os, "fork")
    with pytest.raises(NoSandbox, match="use WSL 2"):
        sandbox.check_isolation("trusted")


def test_a_container_is_for_root(monkeypatch):
    monkeypatch.setattr(isolation.os, "geteuid", lambda: 1000)
    with pytest.raises(NoSandbox, match="needs root"):
        sandbox.check_isolation("container")


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"isolation is 'none'; expected one of \('bubblewrap'"):
        sandbox.check_isolation("none")


@pytest.mark.parametrize(
    ("user", "advice"), [(0, "grade with the kind 'container'"), (1000, "or grade as root")]
)
def test_a_machine_that_forbids_namespaces_is_told_apart(monkeypatch, tmp_path, user, advice):
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: Creating new namespace failed: Operation not permitted' >&2\nexit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(isolation.shutil, "which", lambda _: str(program))
    monkeypatch.setattr(isolation.os, "geteuid", lambda: user)
    with pytest.raises(NoSandbox, match=f"Creating new namespace failed.*{advice}"):
        sandbox.check_isolation()


@pytest.mark.needs("bubblewrap")
def test_a_runner_that_does_not_start_is_no_fault_of_the_students(monkeypatch):
    monkeypatch.setattr(isolation, "_path", lambda kit: [kit])
    with pytest.raises(NoSandbox, match=r"does not start: .*(Error|Traceback)"):
        box.run(HONEST)


@pytest.mark.needs("bubblewrap")
def test_a_box_that_answers_wrongly_fails_the_check(monkeypatch):
    monkeypatch.setattr(Transcript, "_answer", lambda self, message: Answer(7))
    with pytest.raises(NoSandbox, match="starts here, but does not answer"):
        sandbox.check_isolation()


def test_the_kit_holds_what_is_allowed_and_no_more():
    folder = kit(("objectives",), "def f(): pass\n")
    package = folder / "d2l_utils"
    assert {path.relative_to(package).as_posix() for path in package.rglob("*.py")} == {
        "__init__.py",
        "_engine/__init__.py",
        "_engine/checks.py",
        "objectives.py",
    }
    assert (folder / "given.py").read_text() == "def f(): pass\n"
    assert not (kit() / "given.py").exists()
    assert kit(("objectives",), "def f(): pass\n") is folder
    assert all(path.stat().st_mode & 0o777 in {0o755, 0o644} for path in folder.rglob("*"))
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    assert "reference" not in text.replace("preferences", "")


def test_a_problem_set_that_allows_too_little_or_nothing_known_is_refused():
    with pytest.raises(ValueError, match="has no module 'cheats'"):
        kit(("cheats",))
    with pytest.raises(ValueError, match=r"d2l_utils.optimizers imports \["):
        kit(("optimizers",))


@pytest.mark.parametrize("name", [folder.name for folder in build.masters()])
def test_the_kit_of_a_set_holds_nothing_of_practice(name):
    folder = kit(load(name).modules)
    package = folder / "d2l_utils"
    assert not (package / "practice").exists()
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= {
        ".py",
        ".pyc",
        ".npz",
        ".gz",  # a book, in datasets
        ".json",  # worst cases, in datasets
        ".mplstyle",
        ".md",
    }
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    hints = {slip.hint for slips in SLIPS.values() for slip in slips}
    assert len(hints) > 50
    assert [hint for hint in hints if hint in text] == []


@pytest.mark.parametrize("module", ["practice", "practice.slips", "practice.lessons"])
def test_no_problem_set_lets_students_use_what_tells_their_mistakes(module):
    with pytest.raises(ValueError, match=f"d2l_utils.{module} tells what is wrong; a problem set cannot"):
        kit(("objectives", module))


def test_the_kit_is_gone_when_the_grader_is():
    source = "from exercises.grading.sandbox.kit import kit; print(kit())"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, cwd=box.ROOT
    )
    folder = done.stdout.strip()
    assert "descent-box-" in folder
    assert not Path(folder).exists()


def simulate(program, number, *, architecture=0xC000003E, first_argument=0, fourth_argument=0):
    """Run a filter on one system call, as the kernel would; return the verdict."""
    data = struct.pack("<IIQ4Q", number, architecture, 0, first_argument, 0, 0, fourth_argument)
    steps = list(struct.iter_unpack("<HBBI", program))
    place, loaded = 0, 0
    while True:
        operation, yes, no, constant = steps[place]
        place += 1
        if operation == seccomp.RETURN:
            return constant
        if operation == seccomp.LOAD:
            (loaded,) = struct.unpack_from("<I", data, constant)
        else:
            holds = {
                seccomp.EQUAL: loaded == constant,
                seccomp.AT_LEAST: loaded >= constant,
                seccomp.ANY: bool(loaded & constant),
            }
            place += yes if holds[operation] else no


def test_the_filter_refuses_what_it_should_and_allows_the_rest():
    program = seccomp.program("x86_64")
    for name, numbers in seccomp.CALLS.items():
        assert simulate(program, numbers[0]) == seccomp.REFUSE, name
    assert simulate(program, 435) == seccomp.ABSENT  # clone3
    assert simulate(program, seccomp.X32 + 1) == seccomp.ABSENT
    assert simulate(program, 1, architecture=0x40000003) == seccomp.KILL  # a call of 32-bit Linux
    for namespace in range(25, 31):
        assert simulate(program, 56, first_argument=1 << namespace | 17) == seccomp.REFUSE
    assert simulate(program, 56, first_argument=0x01200011) == seccomp.ALLOW  # how the C library forks
    private, shared, anonymous, huge = 0x02, 0x01, 0x20, 0x40000  # flags of mmap
    for flags in (shared | anonymous, 0x03 | anonymous, private | anonymous | huge):
        assert simulate(program, 9, fourth_argument=flags) == seccomp.REFUSE
    for flags in (private | anonymous, private, shared):
        assert simulate(program, 9, fourth_argument=flags) == seccomp.ALLOW
    allowed = [call for call in range(435) if simulate(program, call) == seccomp.ALLOW]
    assert len(allowed) == 435 - sum(numbers[0] < 435 for numbers in seccomp.CALLS.values())


def test_the_filter_knows_its_machines():
    program = seccomp.program("aarch64")
    assert simulate(program, 97, architecture=0xC00000B7) == seccomp.REFUSE
    assert simulate(program, 220, architecture=0xC00000B7, first_argument=17) == seccomp.ALLOW
    assert seccomp.program("riscv64") is None


def submission():
    """Return a problem set of five functions, as a student hands it in, and its questions."""
    sources = [
        "import numpy as np\nimport matplotlib.pyplot as plt\nimport otter\ngrader = otter.Notebook('ps1')"
    ]
    for number in range(5):
        sources += [
            f"def f{number}(x, lr=0.1):\n    '''Step.'''\n    return x - lr * 2 * x",
            f"grader.check('q{number}')",
        ]
    array = {"array": [1.0] * 20, "dtype": "float64"}
    requests = [box.ask(f"f{number}", array, 0.5)[0] | {"question": f"q{number}"} for number in range(5)]
    return sources, [request | {"cases": request["cases"] * 8} for request in requests]


def test_grading_one_costs_little_more_than_starting_python():
    """The CPU time of the grader and the box beside that of a Python that imports NumPy, turn by turn.

    That Python needs 0.15 s on the slower machines tried: two cores grade ten submissions a second.
    Without bubblewrap, whose processes the kernel does not count as ours; it adds 0.02 s.
    """
    sources, requests = submission()

    def seconds(work):
        def used():
            both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
            return sum(each.ru_utime + each.ru_stime for each in both)

        start = used()
        work()
        return used() - start

    def grade():
        box.run(*sources, requests=requests, isolation="trusted")

    def start_python():
        subprocess.run([sys.executable, "-c", "import numpy"], check=True)

    took = [(seconds(grade), seconds(start_python)) for _ in range(9)]
    graded, started = map(min, zip(*took[1:], strict=True))
    assert graded < 1.25 * started
