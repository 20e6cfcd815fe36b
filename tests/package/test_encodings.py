"""UTF-8 tables declared otherwise are read as declared, reported, and never rewritten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands import Cli
from interopwatch import open_package
from interopwatch.package.encodings import encoding_warning
from interopwatch.validation import validate_package

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, content: bytes, encoding: str, path: str = "r.csv") -> Path:
    folder.mkdir()
    (folder / path).write_bytes(content)
    fields = [{"name": "id"}, {"name": "name"}]
    item = {"name": "r", "path": path, "encoding": encoding, "schema": {"fields": fields}}
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [item]}))
    return folder


UTF8 = "id,name\nb,Jörg\na,Zoë\n".encode()


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "cp1252", "latin1", "koi8-r"])
@pytest.mark.parametrize("path", ["r.csv", "r.tsv"])
def test_utf_8_under_an_encoding_of_single_bytes_is_doubted(
    tmp_path: Path, encoding: str, path: str
) -> None:
    content = UTF8.replace(b",", b"\t") if path == "r.tsv" else UTF8
    package = open_package(written(tmp_path / "p", content, encoding, path))
    doubt = encoding_warning(package, "r")
    assert "'Jörg'" in doubt
    assert encoding in doubt


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (UTF8, "utf-8"),
        (b"id,name\na,Jorg\n", "iso-8859-1"),
        ("id,name\na,Jörg\n".encode("iso-8859-1"), "iso-8859-1"),
        ("id,name\na,Jörg\n".encode("utf-16"), "utf-16"),
        ("id,name\na,漢字\n".encode("gb18030"), "gb18030"),
        ("id,name\na,かな\n".encode("shift_jis"), "shift_jis"),
        (UTF8, "no-such-encoding"),
    ],
)
def test_nothing_else_is_doubted(tmp_path: Path, content: bytes, encoding: str) -> None:
    package = open_package(written(tmp_path / "p", content, encoding))
    assert not encoding_warning(package, "r")


def test_it_is_compared_as_declared_and_noted_and_tidy_leaves_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old = written(tmp_path / "old", UTF8, "iso-8859-1")
    new = written(tmp_path / "new", UTF8.replace(b"Jorg", b"x") + b"c,Ida\n", "iso-8859-1")
    cli = Cli(capsys, old)
    for command in ("diff", "report"):
        ran = cli(command, str(old), str(new))
        assert (ran.code, ran.err.count("UTF-8 gives 'Jörg'")) == (0, 1)
    ran = cli("tidy")
    assert (ran.code, "note: left as it is: r: " in ran.err) == (0, True)
    assert (old / "r.csv").read_bytes() == UTF8
    assert "UTF-8 gives 'Jörg'" in cli("freeze", "2025", "-m", "first").err
    found = validate_package(open_package(new))
    assert [f.level for f in found if f.code == "encoding-doubtful"] == ["warning"]


def test_a_link_that_leads_out_of_the_package_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(UTF8)
    folder = written(tmp_path / "p", b"", "iso-8859-1")
    (folder / "r.csv").unlink()
    (folder / "r.csv").symlink_to("../secret.csv")
    assert not encoding_warning(open_package(folder), "r")
    (folder / "r.csv").unlink()
    (folder / "r.csv").write_bytes(UTF8)
    assert "Jörg" in encoding_warning(open_package(folder), "r")
