"""Files are replaced together, whatever happens on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from interopwatch.errors import OutputError
from interopwatch.files import JOURNAL, finish, replace_all


def files(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def test_files_are_replaced_together_whatever_is_killed_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = {"a": b"old a", "t/b": b"old b"}, {"a": b"new a", "t/b": b"new b"}
    steps = iter(range(1_000))
    stop = -1

    class Killed(BaseException):
        pass

    def counted(name: str) -> None:
        whole = getattr(Path, name)

        def step(self: Path, *args: object, **more: object) -> object:
            if next(steps) == stop:
                raise Killed
            return whole(self, *args, **more)

        monkeypatch.setattr(Path, name, step)

    for name in ("replace", "unlink", "chmod"):
        counted(name)
    seen = set()
    for number in range(12):
        root, stop = tmp_path / str(number), number
        for path, content in old.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        steps = iter(range(1_000))
        try:
            replace_all(root, {root / path: content for path, content in new.items()})
        except Killed:
            stop = -1
            finish(root)
        left = files(root)
        assert left in (old, new)
        seen.add(left == new)
    assert seen == {True, False}


def test_a_file_that_cannot_be_written_leaves_all_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match="cannot be written"):
        replace_all(tmp_path, {tmp_path / "a": b"new", tmp_path / "none" / "b": b"new"})
    assert files(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("text", ["", "{}", "[[1, 2]]", '[["../x", "../y"]]', '[["x"]]'])
def test_a_journal_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).write_text(text, encoding="utf-8")
    (tmp_path.parent / "x").write_bytes(b"")
    if text == "{}":
        assert finish(tmp_path)
        return
    with pytest.raises(OutputError, match="cannot be completed"):
        finish(tmp_path)
    assert not (tmp_path.parent / "y").exists()
