"""No archive leads out of its place, grows without limit or stops the others."""

import io
import os
import zipfile

import numpy as np
import pytest

from exercises.grading.course import archive, submissions
from exercises.grading.course.archive import Refused
from tests.grading.handed_in import NOTEBOOK, fill, pack, problems


def member(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    """Return an entry of any name and kind of file."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def test_a_file_that_becomes_a_link_later_is_not_followed(tmp_path):
    fill(tmp_path, "s001.ipynb")
    (file,) = archive.files(tmp_path)
    (tmp_path / "s001.ipynb").unlink()
    os.symlink("/etc/passwd", tmp_path / "s001.ipynb")
    with pytest.raises(Refused, match="cannot be read"):
        file.read()


def test_no_entry_of_a_zip_leads_out_of_it(tmp_path):
    path = tmp_path / "in" / "bad.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("../../evil.ipynb", NOTEBOOK)
        out.writestr("/evil.ipynb", NOTEBOOK)
        out.writestr("..\\evil2.ipynb", NOTEBOOK)
        out.writestr("C:\\evil3.ipynb", NOTEBOOK)
        out.writestr(member("s001.ipynb", 0o120777), "/etc/passwd")
        out.writestr(member("s002.ipynb", 0o010644), "")
        out.writestr("s003.ipynb", NOTEBOOK)
    found = submissions.collect(path, "ps4")
    refused = problems(found)
    assert refused.pop("s003") == ""
    assert refused.pop("s001") == "s001.ipynb is a symbolic link"
    assert refused.pop("s002") == "s002.ipynb is not a regular file"
    assert len(refused) >= 2
    assert all("leads out of the zip" in problem for problem in refused.values())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bad.zip", "in"]


def test_a_bomb_stays_small(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": bytes(60_000_000), "s002.ipynb": NOTEBOOK})
    assert problems(submissions.collect(path, "ps4")) == {"s001": "s001.ipynb has more than 5 MB", "s002": ""}
    assert len(archive.files(path)[0].fetch()) == archive.LARGEST + 1


def test_a_bomb_that_lies_about_its_size_stays_small(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": bytes(30_000_000)})
    size = (30_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    (problem,) = problems(submissions.collect(path, "ps4")).values()
    assert "cannot be read from the zip" in problem or "more than 5 MB" in problem


def test_encrypted_and_broken_entries(tmp_path):
    path = pack(tmp_path / "a.zip", {"s001.ipynb": NOTEBOOK, "s002.ipynb": NOTEBOOK * 50})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as opened:
        first, second = opened.infolist()
    central = content.index(b"PK\x01\x02")
    content[first.header_offset + 6] |= 1
    content[central + 8] |= 1
    start = second.header_offset + 30 + len(second.filename)
    content[start + 5 : start + 15] = b"\xff" * 10
    path.write_bytes(content)
    found = problems(submissions.collect(path, "ps4"))
    assert found["s001"] == "s001.ipynb is encrypted"
    assert "cannot be read from the zip" in found["s002"]


def test_a_zip_in_a_zip_is_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("ps4.ipynb", NOTEBOOK)
    name = "Ada Lovelace_1001_assignsubmission_file/ps4.zip"
    found = submissions.collect(pack(tmp_path / "a.zip", {name: inner.getvalue()}), "ps4")
    assert problems(found) == {"1001": "handed in ps4.zip, not a notebook (.ipynb)"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"PK\x03\x04 and no more", "neither a folder nor a zip"), (b"text", "neither a folder nor a zip")],
)
def test_what_is_no_zip_is_refused(tmp_path, content, message):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(Refused, match=message):
        submissions.collect(tmp_path / "a.zip", "ps4")


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="there is no"):
        submissions.collect(tmp_path / "nowhere", "ps4")


def test_names_that_no_file_has_are_rows_and_stop_nobody(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name in (".", "./s001.ipynb", "hub//s002.ipynb", "s003\r.ipynb", "=s004\n\u202e.ipynb"):
            out.writestr(member(name), NOTEBOOK)
        out.writestr(member("@"), NOTEBOOK)
    path.write_bytes(path.read_bytes().replace(b"@", b"\0"))
    found = problems(submissions.collect(path, "ps4"))
    nameless = "an entry of the zip has no name"
    assert found == {".#1": nameless, ".#2": nameless} | dict.fromkeys(
        ("s001", "hub", "s003\\r", "=s004\\n\\u202e"), ""
    )


@pytest.mark.parametrize("pair", [("a/ps4.ipynb", "a\\ps4.ipynb"), ("a/ps4.ipynb", "./a/ps4.ipynb")])
def test_two_files_of_one_name_are_reported_and_none_is_graded(tmp_path, pair):
    path = pack(tmp_path / "a.zip", {**dict.fromkeys(pair, NOTEBOOK), "b/ps4.ipynb": NOTEBOOK})
    found = submissions.collect(path, "ps4")
    assert problems(found) == {"a": "2 files are called a/ps4.ipynb", "b": ""}
    assert len(found.files) == 3


def test_a_byte_that_is_no_letter_is_escaped(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s001.ipynb").write_bytes(NOTEBOOK)
    with open(os.fsencode(tmp_path / "in") + b"/caf\xe9.ipynb", "wb") as stream:
        stream.write(NOTEBOOK)
    found = submissions.collect(tmp_path / "in", "ps4")
    assert problems(found) == {"caf\\udce9": "", "s001": ""}
    assert found.files["caf\\udce9.ipynb"].read() == NOTEBOOK
    found.files["caf\\udce9.ipynb"].path.encode()


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_member_that_was_damaged_is_a_row(tmp_path, method):
    path = tmp_path / "a.zip"
    noise = np.random.default_rng(0).bytes(4000)
    with zipfile.ZipFile(path, "w", method) as out:
        out.writestr("s001.ipynb", noise)
        out.writestr("s002.ipynb", NOTEBOOK)
    whole = path.read_bytes()
    for place in range(60, 4000, 400):
        path.write_bytes(whole[:place] + bytes(20) + whole[place + 20 :])
        found = problems(submissions.collect(path, "ps4"))
        assert found["s001"].startswith("s001.ipynb cannot be read from the zip")
        assert found["s002"] == ""
