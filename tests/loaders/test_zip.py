"""Packages in zip archives, some of them malicious."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import interopwatch
from commands import Cli
from interopwatch import Package, opened_package
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.errors import (
    DescriptorError,
    InteropwatchError,
    OriginError,
    SnapshotError,
    TableError,
)
from interopwatch.loaders.unpack import UnpackLimits, unpack
from interopwatch.loaders.zip import open_archive
from packages import Made, package

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MADE: Final = package({"a": "id,x\n1,p\n2,q\n", "b": "id\n1\n"})


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def put(tmp_path: Path, content: bytes | Mapping[str, bytes]) -> str:
    """Write an archive; return its path."""
    file = tmp_path / "edition.zip"
    file.write_bytes(content if isinstance(content, bytes) else zipped(content))
    return str(file)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def refused(name: str) -> InteropwatchError:
    """Return why an archive is not opened, or one of its tables not read."""
    with pytest.raises(InteropwatchError) as caught:
        read_all(name)
    return caught.value


def not_unpacked(name: str, limits: UnpackLimits) -> InteropwatchError:
    """Return why an archive is not unpacked within limits."""
    with pytest.raises(InteropwatchError) as caught, unpacked(name, limits):
        pass
    return caught.value


@contextmanager
def unpacked(name: str, limits: UnpackLimits) -> Iterator[Package]:
    """Yield the package in an archive, unpacked within limits."""
    with TemporaryDirectory() as folder, open_archive(Path(name), name, limits) as archive:
        yield unpack(archive, Path(folder), name, limits)


def read_all(name: str) -> None:
    """Read all tables of an archive."""
    with opened_package(name) as found:
        for resource in found.descriptor.resources:
            found.table(resource.name)


def rows(found: Package, name: str) -> list[dict[str, str]]:
    return [dict(row) for row in found.rows(name)]


@pytest.mark.parametrize("top", ["", "edition-1.0/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_package_at_the_top_or_in_the_only_folder(tmp_path: Path, top: str, method: int) -> None:
    files = {f"{top}{name}": content for name, content in MADE.files.items()}
    name = put(tmp_path, zipped({**files, "__MACOSX/x": b"", f"{top}more/y": b""}, method))
    with opened_package(name) as found:
        assert found.label == name
        assert rows(found, "a") == [{"id": "1", "x": "p"}, {"id": "2", "x": "q"}]
        taken = {p.relative_to(found.root).as_posix() for p in found.root.rglob("*.*")}
        assert taken == set(MADE.files)  # nothing that the descriptor does not name
    assert not found.root.exists()


def test_nothing_is_left_behind_when_something_fails(tmp_path: Path) -> None:
    def leave() -> None:
        with opened_package(name) as found:
            roots.append(found.root)
            raise KeyboardInterrupt

    roots: list[Path] = []
    name = put(tmp_path, MADE.files)
    with pytest.raises(KeyboardInterrupt):
        leave()
    assert [root.exists() for root in roots] == [False]


def test_names_with_other_letters_and_backslashes(tmp_path: Path) -> None:
    made = package({"ü": "id\n1\n"})
    files = {name.replace("ü", "u\u0308"): c for name, c in made.files.items()}  # like macOS
    with opened_package(put(tmp_path, files)) as found:
        assert len(found.rows("ü")) == 1
    content = zipped(MADE.files).replace(b"tables/", b"tables\\")
    with opened_package(put(tmp_path, content)) as found:
        assert len(found.rows("a")) == 2


def test_a_file_at_the_top_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    error = refused(put(tmp_path, {"a.csv": b"id,x\n1,p\n"}))
    assert (
        error.message == f"{tmp_path}/edition.zip:datapackage.json: there is no data package here"
    )


def test_a_table_is_named_as_the_user_would(tmp_path: Path) -> None:
    files = {f"top/{name}": c for name, c in MADE.files.items()}
    files["top/tables/a.csv"] = b"id,x\n1,p\n2\n"
    error = refused(put(tmp_path, files))
    assert error.message.startswith(f"{tmp_path}/edition.zip:top/tables/a.csv:3: 1 cell")


def test_rows_in_the_descriptor_are_named_as_the_user_would(tmp_path: Path) -> None:
    held = {"name": "b", "data": [{"id": "x"}], "schema": {"fields": [{"name": "id"}]}}
    made = package({"a": "id\n1\n"}).edited(lambda raw: raw["resources"].append(held))
    with opened_package(put(tmp_path, made.files)) as found:
        assert found.place("b") == f"{tmp_path}/edition.zip:datapackage.json (b)"


def test_a_missing_table_is_an_error_when_it_is_asked_for(tmp_path: Path) -> None:
    files = {name: c for name, c in MADE.files.items() if name != "tables/a.csv"}
    name = put(tmp_path, files)
    with opened_package(name) as found:
        assert len(found.rows("b")) == 1
        with pytest.raises(TableError, match=r"edition\.zip:tables/a\.csv: the file .* is missing"):
            found.table("a")


def test_a_snapshot_is_held_against_its_hashes(tmp_path: Path, two_snapshots: Path) -> None:
    files = files_of(interopwatch.open(two_snapshots).snapshots()[0].root)
    with opened_package(put(tmp_path, files)) as found:
        assert found.table("clubs").rows
    files["tables/clubs.csv"] += b"\n"
    error = refused(put(tmp_path, files))
    assert isinstance(error, SnapshotError)
    assert "edition.zip:tables/clubs.csv: changed since snapshot" in error.message


@pytest.mark.parametrize(
    "files",
    [{}, {"x": b""}, {"a/datapackage.json": b"{}", "b/datapackage.json": b"{}"},
     {"a/b/datapackage.json": b"{}"}, {"datapackage.json/x": b""}],
)  # fmt: skip
def test_an_archive_without_a_package(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    error = refused(put(tmp_path, files))
    assert isinstance(error, DescriptorError)
    assert "there is no data package here" in error.message


def test_a_descriptor_that_is_none(tmp_path: Path) -> None:
    for content, said in ((b"{", "edition.zip:datapackage.json:1:2: not JSON"), (b"\xff", "UTF-8")):
        assert said in refused(put(tmp_path, {"datapackage.json": content})).message


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "a/../../evil.csv", "/etc/evil", "C:evil", "c:\\evil", "..\\evil", "\\evil"],
)
def test_an_archive_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    error = refused(put(tmp_path, {**MADE.files, name: b"evil"}))
    assert "has a path outside" in error.message
    assert [p.name for p in tmp_path.iterdir()] == ["edition.zip"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    for path in ("tables/a.csv", "tables"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            link = zipfile.ZipInfo(path)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc")
            archive.writestr("datapackage.json", MADE.files["datapackage.json"])
        error = refused(put(tmp_path, out.getvalue()))
        assert f"edition.zip:{path}: it is a symbolic link" in error.message


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in (*MADE.files.items(), ("tables/a.csv", b"id,x\n")):
            archive.writestr(name, content)
    assert "duplicate entry" in refused(put(tmp_path, out.getvalue())).message


def test_encrypted_entries_are_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(MADE.files))
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + flags] |= 1
    assert "datapackage.json: it is encrypted" in refused(put(tmp_path, bytes(content))).message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_bounded_are_refused(tmp_path: Path, method: int) -> None:
    assert "its compression method" in refused(put(tmp_path, zipped(MADE.files, method))).message


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    sound = zipped(MADE.files)
    for content in (b"", b"id,x\n", b"PK\x03\x04", sound[:-30], sound[: len(sound) // 2]):
        error = refused(put(tmp_path, content))
        assert "not a zip archive, or damaged" in error.message
        assert error.hint


def test_a_damaged_table_is_an_error(tmp_path: Path) -> None:
    made = package({"a": "id\n" + "".join(f"{n}\n" for n in range(999))})
    content = bytearray(zipped(made.files))
    at = content.find(b"tables/a.csv") + 60
    content[at] ^= 0xFF
    error = refused(put(tmp_path, bytes(content)))
    assert "edition.zip:tables/a.csv: not a zip archive, or damaged" in error.message


# Bombs


def test_an_archive_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    limits = UnpackLimits(small=1 << 20)
    made = package({"a": "id\n"})
    name = put(tmp_path, {**made.files, "tables/a.csv": bytes(16 << 20)})
    assert "250 times its size" in not_unpacked(name, limits).message
    # A small table that compresses well is no bomb.
    name = put(tmp_path, {**made.files, "tables/a.csv": bytes(1 << 19)})
    with unpacked(name, limits) as found:
        assert found.size("a") == 1 << 19


def test_sizes_are_counted_and_not_believed(tmp_path: Path) -> None:
    content = bytearray(zipped({**MADE.files, "tables/a.csv": bytes(4 << 20)}))
    size = struct.pack("<L", 4 << 20)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<L", 9)
    limits = UnpackLimits(small=100)
    # It is cut off at the declared end, or refused.
    assert not_unpacked(put(tmp_path, bytes(content)), limits)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (UnpackLimits(file=1000), "a file of more than 1,000 bytes"),
        (UnpackLimits(total=2000), "a package of more than 2,000 bytes"),
        (UnpackLimits(files=2), "a package of more than 2 files"),
    ],
)
def test_there_are_limits(tmp_path: Path, limits: UnpackLimits, said: str) -> None:
    files = {**MADE.files, "tables/a.csv": b"x" * 999, "tables/b.csv": b"x" * 1001}
    file = Path(put(tmp_path, files))
    folder = tmp_path / "into"
    folder.mkdir()
    with open_archive(file, "z") as origin, pytest.raises(OriginError, match=said):
        unpack(origin, folder, "z", limits)
    with open_archive(file, "z") as origin:
        unpack(origin, tmp_path / "fine", "z")


def test_a_descriptor_that_is_too_large_is_refused(tmp_path: Path) -> None:
    name = put(tmp_path, {"datapackage.json": b" " * (17 << 20)})
    assert "a file of more than 16 MiB" in refused(name).message


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    name = put(tmp_path, {**MADE.files, "1": b"", "2": b"", "3": b""})
    assert (
        "6 entries, more than the limit of 5" in not_unpacked(name, UnpackLimits(entries=5)).message
    )


def test_a_list_of_entries_without_end_is_not_read(tmp_path: Path) -> None:
    name = put(tmp_path, {f"{n}": b"" for n in range(50)})
    assert "central directory is larger" in not_unpacked(name, UnpackLimits(directory=1000)).message


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """This happens where a file system ignores letter case."""
    (tmp_path / "into" / "tables").mkdir(parents=True)
    (tmp_path / "into" / "tables" / "a.csv").write_text("mine")
    with (
        open_archive(Path(put(tmp_path, MADE.files)), "z") as origin,
        pytest.raises(OriginError, match=r"z:tables/a\.csv: cannot be unpacked"),
    ):
        unpack(origin, tmp_path / "into", "z")


def test_a_table_that_lies_in_another_is_refused(tmp_path: Path) -> None:
    made = package({"a": "id\n1\n", "a/b": "id\n2\n"}).edited(
        lambda raw: raw["resources"][1].update(path="tables/a.csv/b.csv")
    )
    files = {**made.files, "tables/a.csv/b.csv": b"id\n2\n"}
    assert "'tables/a.csv/b.csv' is an entry below it" in refused(put(tmp_path, files)).message


@given(st.data())
def test_no_damage_ends_in_a_bug(data: st.DataObject) -> None:
    content = bytearray(zipped(MADE.files))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        name = put(Path(folder), bytes(content))
        with suppress(InteropwatchError):
            read_all(name)


# On the command line


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    root = tmp_path / "made"
    MADE.write(root)
    return Cli(capsys, root)


def test_an_archive_compares_as_its_folder_does(
    cli: Cli, tmp_path: Path, two_snapshots: Path
) -> None:
    old, new = (package.root for package in interopwatch.open(two_snapshots).snapshots())
    name = put(tmp_path, files_of(old))
    text = cli.good("diff", name, str(new), "--format", "json")
    assert text.replace(name, str(old)) == cli.good("diff", str(old), str(new), "--format", "json")
    text = cli.good("report", name, str(new))
    assert text.replace(name, str(old)) == cli.good("report", str(old), str(new))


def test_other_commands_take_an_archive(cli: Cli, tmp_path: Path) -> None:
    other = package({"a": "id,x\n1,p\n2,r\n", "b": "id\n1\n"})
    other.write(tmp_path / "other")
    name = put(tmp_path, MADE.files)
    assert "2    q" in cli.good("show", name, "a")
    cli.good(
        "diff", name, str(tmp_path / "other"), "-o", str(tmp_path / "c.json"), "--format", "json"
    )
    cli.good("apply", str(tmp_path / "c.json"), name, "-o", str(tmp_path / "newer"))
    assert (tmp_path / "newer" / "tables" / "a.csv").read_text() == "id,x\n1,p\n2,r\n"


def test_errors_are_reported_without_a_traceback(cli: Cli, tmp_path: Path) -> None:
    ran = cli("diff", put(tmp_path, b"nothing"), "tables")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert "no snapshot or data package" in cli("diff", "none.zip", "tables").err


def test_large_tables_are_named_as_the_user_would(tmp_path: Path) -> None:
    fine = MADE.write(tmp_path / "fine")
    texts = ("id,x\n1,a\n1,b\n", "id,x\n1\n", "id,x\n2,\xff\n", 'id,x\n2,"a\n')
    for text in texts:
        broken = Made({**MADE.files, "tables/a.csv": text.encode("latin-1")})
        with opened_package(put(tmp_path, broken.files)) as old:
            with pytest.raises(TableError) as caught:
                diff(old, fine, options=DiffOptions(in_memory=0))
            assert caught.value.message.startswith(f"{tmp_path}/edition.zip:tables/a.csv")
            assert str(old.root) not in str(caught.value)
