"""Files and folders are written completely or not at all, and only regular files are read."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from faults import ENDED, KILLED, run_until
from interopwatch.errors import OutputError, TableError, UnreadableError
from interopwatch.files import (
    incoming_path,
    leftovers,
    made_folder,
    made_whole,
    place_folder,
    read_regular,
    remove_leftovers,
    unreadable,
    write_whole,
)

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")


def files(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


@posix
def test_a_pipe_a_socket_and_a_device_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for place in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero")):
            with pytest.raises(OSError, match=r"regular file|No such device"):
                read_regular(place)
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path)


def test_no_more_is_read_than_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes") as raised:
        read_regular(tmp_path / "a", 4)
    assert raised.value.errno == errno.EFBIG


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no such file")
def test_a_file_that_does_not_tell_its_size_is_read_whole() -> None:
    content = read_regular(Path("/proc/self/stat"), 10_000)
    assert len(content.split()) > 40
    with pytest.raises(OSError, match="larger than 20 bytes"):
        read_regular(Path("/proc/self/stat"), 20)


def test_a_file_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_whole(file, [b"ne", b"w"])
    assert files(tmp_path) == {"a": b"new"}
    assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o640


@posix
def test_a_new_file_has_the_mode_that_the_user_asks_for(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", [b"new"])
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


@posix
def test_what_is_written_through_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("a")
    write_whole(tmp_path / "link", [b"new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


@posix
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    place = tmp_path / "null"
    place.symlink_to(os.devnull)
    write_whole(place, [b"gone"])
    assert Path(os.devnull).is_char_device()
    assert place.is_symlink()


@posix
@pytest.mark.parametrize("fault", ["kill", errno.ENOSPC, errno.EIO])
def test_a_file_is_the_old_or_the_new_one_whatever_happens_when(
    tmp_path: Path, fault: str | int
) -> None:
    seen = set()
    for step in range(50):
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "a").write_bytes(b"old")
        ended = run_until(step, fault, lambda: write_whole(folder / "a", [b"new"]), str(folder))  # type: ignore[arg-type]  # noqa: B023 - run at once
        content = (folder / "a").read_bytes()
        assert content in (b"old", b"new")
        seen.add(content)
        if ended != KILLED:
            assert sorted(files(folder)) == ["a"]
        remove_leftovers(folder, ["a"])
        assert sorted(files(folder)) == ["a"]
        if ended == ENDED:
            assert content == b"new"
            break
    assert seen == {b"old", b"new"}


@posix
@pytest.mark.parametrize("fault", ["kill", errno.ENOSPC, errno.EIO])
def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path, fault: str | int) -> None:
    wanted = {"a": b"1", "t/b": b"2"}
    for step in range(50):
        folder = tmp_path / str(step)
        folder.mkdir()
        ended = run_until(step, fault, lambda: place_folder(folder, "new", wanted), str(folder))  # type: ignore[arg-type]  # noqa: B023 - run at once
        if (folder / "new").exists():
            assert files(folder / "new") == wanted
        if ended != KILLED:
            assert {p.name for p in folder.iterdir()} <= {"new"}
        remove_leftovers(folder, ["new"])
        assert {p.name for p in folder.iterdir()} <= {"new"}
        if ended == ENDED:
            assert files(folder / "new") == wanted
            break
    else:
        pytest.fail("it never ended")


@posix
@pytest.mark.parametrize("fault", ["kill", errno.ENOSPC, errno.EIO])
def test_what_others_write_is_there_whole_or_not_at_all(tmp_path: Path, fault: str | int) -> None:
    """A file that a library writes by its name, and a folder of such files."""

    def write(folder: Path) -> None:
        with made_whole(folder / "a") as file:
            file.write_bytes(b"new")
        with made_folder(folder / "b") as made:
            (made / "c").write_bytes(b"1")
            (made / "d").write_bytes(b"2")

    for step in range(80):
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "a").write_bytes(b"old")
        ended = run_until(step, fault, lambda: write(folder), str(folder))  # type: ignore[arg-type]  # noqa: B023 - run at once
        assert (folder / "a").read_bytes() in (b"old", b"new")
        assert not (folder / "b").exists() or files(folder / "b") == {"c": b"1", "d": b"2"}
        if ended != KILLED:
            assert {path.name for path in folder.iterdir()} <= {"a", "b"}
        remove_leftovers(folder, ["a", "b"])
        assert {path.name for path in folder.iterdir()} <= {"a", "b"}
        if ended == ENDED:
            assert (folder / "b").exists()
            break
    else:
        pytest.fail("it never ended")


@posix
def test_a_device_cannot_be_replaced_by_what_others_write(tmp_path: Path) -> None:
    place = tmp_path / "null"
    place.symlink_to(os.devnull)
    with pytest.raises(OutputError, match="not a regular file"), made_whole(place):
        pass
    assert Path(os.devnull).is_char_device()


def test_a_folder_that_is_there_is_not_written_to(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="exists already"), made_folder(tmp_path):
        pass


def test_what_goes_wrong_within_leaves_nothing(tmp_path: Path) -> None:
    def write_half(folder: Path) -> None:
        with made_whole(folder / "a") as file:
            file.write_bytes(b"half")
            raise ZeroDivisionError

    def fill_half(folder: Path) -> None:
        with made_folder(folder / "b") as made:
            (made / "c").write_bytes(b"half")
            raise ZeroDivisionError

    for way in (write_half, fill_half):
        with pytest.raises(ZeroDivisionError):
            way(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", tmp_path / "none" / "a", tmp_path / ("a" * 300)):
        with pytest.raises(OutputError, match="cannot be written"):
            write_whole(place, [b"new"])
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_what_a_running_process_writes_is_not_left_over(tmp_path: Path) -> None:
    incoming_path(tmp_path / "a").write_bytes(b"")
    assert list(leftovers(tmp_path, ["a"])) == []
    assert len(list(leftovers(tmp_path, ["a"], locked=True))) == 1


def test_a_file_of_somebody_else_is_not_left_over(tmp_path: Path) -> None:
    for name in (".incoming-mine", ".a.csv", ".profile-ab", "a.csv"):
        (tmp_path / name).write_bytes(b"")
    assert list(leftovers(tmp_path, ["a.csv"], locked=True)) == []


def test_names_of_earlier_versions_are_known_for_left_over(tmp_path: Path) -> None:
    for name in (".incoming-a.csv", ".a.csv-abcdef12", ".incoming-a.csv-17"):
        (tmp_path / name).write_bytes(b"")
    found = [path.name for path in leftovers(tmp_path, ["a.csv"])]
    assert found == [".a.csv-abcdef12", ".incoming-a.csv"]


def test_only_what_says_what_a_file_is_says_that_it_is_no_table() -> None:
    for number, kind in (
        (errno.ENOENT, TableError),
        (errno.EISDIR, TableError),
        (errno.EIO, UnreadableError),
        (errno.EACCES, UnreadableError),
    ):
        found = unreadable(OSError(number, os.strerror(number), "a.csv"))
        assert type(found) is kind
        assert found.message.startswith("a.csv: ")
