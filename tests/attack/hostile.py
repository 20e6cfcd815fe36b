"""Malicious archives, repositories and servers: all must be refused in time."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import time
import warnings
import zipfile
import zlib
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from attack.child import run
from attack.server import serving
from attack.tally import Tally
from attack.worlds import files
from packages import package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_MEMORY: Final = 1 << 10
"""MiB that a command may hold while refusing input: the libraries take 200."""
_GOOD: Final = package({"a": "id,x\n1,p\n2,q\n"}).files
_MARK: Final = "somebody-was-here"


def _refused(
    tally: Tally, folder: Path, what: str, words: Sequence[str], place: Path | None = None
) -> None:
    """Run a command that must refuse its input and change nothing."""
    before = files(folder)
    temporary = folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)

    def prepare() -> None:
        os.chdir(place or folder)
        os.environ["TMPDIR"] = str(temporary)

    ended = run(words, folder.parent / "said", prepare)
    tally.tried += 1
    told = f"{what}: {ended}"
    if ended.hung:
        tally.wrong("hangs", told)
    elif ended.memory > _MEMORY:
        tally.wrong("hangs", f"{what}: held {ended.memory} MiB")
    elif ended.broke:
        tally.wrong("tracebacks", f"{what}: {ended.err[-700:]}")
    elif ended.status != 2 or not ended.err.strip():
        tally.wrong("unnoticed", told)
    if files(folder) != before:
        tally.wrong("unnoticed", f"{what}: it wrote {sorted(files(folder).keys() ^ before.keys())}")
    if left := files(temporary):
        tally.wrong("lost", f"{what}: it left {sorted(left)[:3]}")


def archives() -> Tally:
    """Try malicious zip archives."""
    tally = Tally("hostile archives")
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name) / "here"
        folder.mkdir()
        (folder / "good.zip").write_bytes(_zipped(_GOOD.items()))
        for what, content in _archives():
            file = folder / "bad.zip"
            file.write_bytes(content)
            _refused(tally, folder, what, ("diff", "good.zip", "bad.zip"))
            _refused(tally, folder, what, ("show", "bad.zip", "a"))
    return tally


def _zipped(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of duplicate names
        for entry, content in entries:
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _archives() -> Iterator[tuple[str, bytes]]:
    good = list(_GOOD.items())
    for name in (
        "../x", "tables/../../x", "/tmp/x", "C:/x", "C:x", "..\\x", "\\\\host\\x", "tables/./../x",
        "a/../../../x",
    ):  # fmt: skip
        yield f"an entry {name}", _zipped([*good, (name, b"x")])
    for mode in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK):
        entry = zipfile.ZipInfo("tables/a.csv")
        entry.create_system = 3
        entry.external_attr = (mode | 0o777) << 16
        others = [(name, content) for name, content in good if name != "tables/a.csv"]
        yield f"an entry of mode {mode:o}", _zipped([*others, (entry, b"../../../etc/passwd")])
    yield "a table twice", _zipped([*good, ("tables/a.csv", b"id,x\n9,z\n")])
    yield "a descriptor twice", _zipped([*good, ("datapackage.json", b"{}")])
    whole = _zipped(good)
    for what, marks, place, bits in (
        ("encrypted", (b"PK\x01\x02", b"PK\x03\x04"), (8, 6), 0x01),
        ("with another method", (b"PK\x01\x02", b"PK\x03\x04"), (10, 8), 0x0C),
    ):
        changed = bytearray(whole)
        for mark, offset in zip(marks, place, strict=True):
            at = changed.find(mark)
            while at >= 0:
                changed[at + offset] |= bits
                at = changed.find(mark, at + 4)
        yield what, bytes(changed)
    yield "a bomb of one table", _bomb("tables/a.csv", 1 << 30)
    yield "a bomb in a descriptor", _bomb("datapackage.json", 1 << 28)
    yield "sizes that are wrong", _wrong_sizes(whole)
    yield "cut", whole[: len(whole) // 2]
    yield "without its list", whole[: whole.find(b"PK\x01\x02")]
    yield "entries without end", _zipped((f"x{n}", b"") for n in range(20_000))


def _bomb(name: str, size: int) -> bytes:
    others = [(other, content) for other, content in _GOOD.items() if other != name]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, content in others:
            archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as entry:
            entry.write(b"id,x\n")
            for _ in range(size >> 20):
                entry.write(b"0" * (1 << 20))
    return out.getvalue()


def _wrong_sizes(whole: bytes) -> bytes:
    """Return an archive whose central directory says that entries have one byte."""
    changed = bytearray(whole)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def repositories() -> Tally:
    """Try malicious repositories, and checkouts with a configuration that starts programs."""
    tally = Tally("hostile repositories")
    with TemporaryDirectory(prefix="attack-") as name:
        for number, (what, tree) in enumerate(_trees()):
            folder = Path(name) / str(number) / "here"
            folder.mkdir(parents=True)
            _commit(folder, tree)
            _refused(tally, folder, what, ("show", "git:HEAD", "a"), folder)
            _refused(tally, folder, what, ("diff", "git:HEAD", "git:HEAD~0", "--resource", "a"))
        for number, (what, setting) in enumerate(_settings()):
            folder = Path(name) / f"set-{number}" / "here"
            folder.mkdir(parents=True)
            for path, content in _GOOD.items():
                (folder / path).parent.mkdir(exist_ok=True)
                (folder / path).write_bytes(content)
            _git(folder, "init", "--quiet")
            _git(folder, "add", "--all")
            _git(folder, "commit", "--quiet", "-m", "x")
            _plant(folder, setting)
            for words in (("validate",), ("show", "git:HEAD", "a"), ("log",)):
                tally.tried += 1
                ended = run(words, folder.parent / "said", partial(os.chdir, folder))
                if (folder / _MARK).exists() or (folder.parent / _MARK).exists():
                    tally.wrong("unnoticed", f"{what}: {words} ran a program of the checkout")
                if ended.broke:
                    tally.wrong("tracebacks", f"{what}: {ended.err[-700:]}")
                if ended.hung:
                    tally.wrong("hangs", what)
    return tally


_TREE_MODES: Final = {"link": "120000", "submodule": "160000", "file": "100644"}


def _trees() -> Iterator[tuple[str, dict[str, tuple[str, bytes]]]]:
    """Yield the trees of malicious commits: a mode and content by path."""
    good = {name: ("file", content) for name, content in _GOOD.items()}
    for kind in ("link", "submodule"):
        yield f"a table that is a {kind}", {**good, "tables/a.csv": (kind, b"/etc/passwd")}
        yield f"a descriptor that is a {kind}", {**good, "datapackage.json": (kind, b"x")}
        folder = {k: v for k, v in good.items() if not k.startswith("tables/")}
        yield f"a folder that is a {kind}", {**folder, "tables": (kind, b"/etc")}
    for path in ("../../x.csv", "/etc/passwd", ".git/config", "tables/../../../x.csv"):
        raw = json.loads(_GOOD["datapackage.json"])
        raw["resources"][0]["path"] = path
        yield f"a table at {path}", {**good, "datapackage.json": ("file", json.dumps(raw).encode())}


def _commit(folder: Path, tree: dict[str, tuple[str, bytes]]) -> None:
    """Commit a tree that no work tree could have."""
    _git(folder, "init", "--quiet")
    lines = []
    for path, (kind, content) in tree.items():
        if kind == "submodule":
            digest = "1" * 40
        else:
            digest = _git(folder, "hash-object", "-w", "--stdin", given=content)
        lines.append(f"{_TREE_MODES[kind]} {digest}\t{path}")
    _git(folder, "update-index", "--add", "--index-info", given="\n".join(lines).encode() + b"\n")
    made = _git(folder, "write-tree")
    _git(folder, "update-ref", "HEAD", _git(folder, "commit-tree", "-m", "x", made))


def _settings() -> Iterator[tuple[str, str]]:
    """Yield repository settings that start a program, which writes a file."""
    program = "touch ../" + _MARK
    for name in (
        "core.fsmonitor", "core.sshCommand", "core.pager", "pager.log", "pager.diff",
        "diff.external", "diff.x.textconv", "diff.x.command", "filter.x.clean",
        "filter.x.smudge", "filter.x.process", "gpg.program", "core.editor", "core.askPass",
        "credential.helper", "alias.log",
    ):  # fmt: skip
        yield name, f"{name}={program}"
    yield "hooks", "core.hooksPath=hooks"
    yield "signatures", f"gpg.program={program}"


def _plant(folder: Path, setting: str) -> None:
    name, _, value = setting.partition("=")
    program = folder / "program"
    program.write_text(f"#!/bin/sh\n{value}\ntouch '{folder / _MARK}'\n", encoding="utf-8")
    program.chmod(0o755)
    _git(folder, "config", name, str(program) if name != "core.hooksPath" else value)
    _git(folder, "config", "log.showSignature", "true")
    (folder / "hooks").mkdir()
    for hook in (
        "post-index-change",
        "fsmonitor-watchman",
        "post-checkout",
        "reference-transaction",
    ):
        (folder / "hooks" / hook).write_bytes(program.read_bytes())
        (folder / "hooks" / hook).chmod(0o755)
    (folder / ".gitattributes").write_text("*.csv filter=x diff=x\n* diff=x\n", encoding="utf-8")


def _git(folder: Path, *words: str, given: bytes = b"") -> str:
    who = {"NAME": "A", "EMAIL": "a@example.org", "DATE": "2024-01-01T00:00:00Z"}
    said = {f"GIT_{r}_{n}": v for r in ("AUTHOR", "COMMITTER") for n, v in who.items()}
    done = subprocess.run(
        ["git", *words], cwd=folder, input=given, capture_output=True, check=True,
        env={**os.environ, **said, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )  # fmt: skip
    return done.stdout.decode().strip()


_OK: Final = b"HTTP/1.1 200 OK\r\n"
_JSON: Final = _GOOD["datapackage.json"]


def _body(content: bytes, *headers: bytes, length: bytes | None = None) -> bytes:
    told = b"%d" % len(content) if length is None else length
    lines = (b"Content-Length: " + told, *headers)
    return _OK + b"\r\n".join(lines) + b"\r\n\r\n" + content


def _forever(head: bytes, block: bytes, pause: float = 0.0) -> Iterator[bytes]:
    yield head
    while True:
        yield block
        time.sleep(pause)


def _gzip(size: int) -> Iterator[bytes]:
    """Yield one line of ``size`` MiB, compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"a" * (1 << 20)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    later = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    yield first
    for _ in range(size - 1):
        yield later
    yield packer.flush()


def _packed(size: int) -> Iterator[bytes]:
    yield _OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    yield from _gzip(size)


_CHUNKED: Final = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_ANSWERS: Final[dict[str, Callable[[], Iterable[bytes]]]] = {
    "a length below zero": lambda: [_body(_JSON, length=b"-1")],
    "a length that is no number": lambda: [_body(_JSON, length=b"0x10")],
    "two lengths": lambda: [_body(_JSON, b"Content-Length: 3")],
    "a length of 10**30": lambda: [_body(_JSON, length=b"1" + b"0" * 30)],
    "less than its length": lambda: [_body(_JSON, length=b"%d" % (len(_JSON) + 9))],
    "a body without end": lambda: _forever(_OK + b"\r\n", b"x" * (1 << 20)),
    "chunks without end": lambda: _forever(_CHUNKED, b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"),
    "a chunk below zero": lambda: [_CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n"],
    "a chunk of 2**64": lambda: [_CHUNKED + b"10000000000000000\r\nabc"],
    "headers without end": lambda: _forever(_OK, b"X: " + b"y" * 4_000 + b"\r\n"),
    "a first line without end": lambda: _forever(b"HTTP/1.1 ", b"2" * 4_000),
    "no HTTP": lambda: [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    "nothing": list,
    "one packed line of 3 GiB": lambda: _packed(3 << 10),
    "packed, and cut": lambda: [_body(b"\x1f\x8b\x08\x00", b"Content-Encoding: gzip")],
    "packed in a way nobody asked for": lambda: [_body(_JSON, b"Content-Encoding: br")],
    "a byte each second": lambda: _forever(_OK + b"Content-Length: 9999\r\n\r\n", b" ", 1.0),
    "redirects in a circle": lambda: [
        b"HTTP/1.1 302 x\r\nLocation: ?\r\nContent-Length: 0\r\n\r\n"
    ],
    "a redirect to a file": lambda: [
        b"HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"
    ],
    "a redirect to nowhere": lambda: [
        b"HTTP/1.1 302 x\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n"
    ],
    "a status below zero": lambda: [b"HTTP/1.1 -20 x\r\nContent-Length: 0\r\n\r\n"],
}
_PRIVATE: Final = (
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
    "[::1]", "[::ffff:127.0.0.1]", "[::]", "[64:ff9b::7f00:1]", "127.0.0.1.", "①②⑦.0.0.1",
)  # fmt: skip


def servers() -> Tally:
    """Try malicious responses, and addresses of this machine."""
    tally = Tally("hostile servers")
    with TemporaryDirectory(prefix="attack-") as name:
        folder = Path(name) / "here"
        folder.mkdir()
        asked = Path(name) / "asked"

        def answer(path: str) -> Iterable[bytes]:
            with asked.open("a", encoding="utf-8") as out:
                out.write(f"{path}\n")
            number = path.strip("/").partition("/")[0].partition("?")[0]
            answers = list(_ANSWERS.values())
            return answers[int(number)]() if number.isdigit() else [_body(b"", b"X: y")]

        with serving(answer) as port:
            for number, what in enumerate(_ANSWERS):
                place = f"http://127.0.0.1:{port}/{number}/datapackage.json"
                _refused(tally, folder, what, ("--allow-private", "show", place))
            asked.unlink()
            for host in _PRIVATE:
                place = f"http://{host}:{port}/x/datapackage.json"
                _refused(tally, folder, f"{host} without --allow-private", ("show", place))
                if asked.exists():
                    tally.wrong("unnoticed", f"{host} was asked")
                    asked.unlink()
    return tally


def attacks() -> list[Callable[[], Tally]]:
    """Return all of them."""
    return [partial(archives), partial(repositories), partial(servers)]
