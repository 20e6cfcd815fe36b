"""Pages kept on disk."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from interopwatch.errors import FetchError, OutputError
from interopwatch.loaders.http import Robots, fetch_page
from interopwatch.loaders.network import FetchOptions, any_address
from sites import Page, Site, site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PRIVATE: Final = FetchOptions(allowed=any_address)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "*")
    with site() as made:
        yield made


def edition(number: int) -> Callable[[Mapping[str, str]], Page]:
    """Return a page that is sent to clients without this edition of it."""

    def answer(headers: Mapping[str, str]) -> Page:
        reported = {"ETag": f'"{number}"', "Content-Type": "text/html; charset=utf-8"}
        if headers.get("if-none-match") == reported["ETag"]:
            return Page(b"", 304, reported)
        return Page(f"edition {number}".encode(), 200, reported)

    return answer


def kept(folder: Path, url: str, suffix: str) -> Path:
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()}.{suffix}"


def test_a_page_is_sent_once_and_then_again_when_it_changed(web: Site, tmp_path: Path) -> None:
    folder, url = tmp_path / "deep" / "pages", f"{web.url}/a"
    web.pages["/a"] = edition(1)
    got = [fetch_page(url, folder, PRIVATE) for _ in range(2)]
    assert [(g.status, g.content) for g in got] == [(200, b"edition 1"), (304, b"edition 1")]
    assert (got[1].media_type, got[1].charset, got[1].url) == ("text/html", "utf-8", url)
    web.pages["/a"] = edition(2)
    got = [fetch_page(url, folder, PRIVATE) for _ in range(2)]
    assert [(g.status, g.content) for g in got] == [(200, b"edition 2"), (304, b"edition 2")]
    assert sorted(folder.iterdir()) == sorted(
        [kept(folder, url, "json"), kept(folder, url, "body")]
    )


def test_a_page_that_moved_is_known_at_its_new_place(web: Site, tmp_path: Path) -> None:
    url = web.put("/old", b"", 302, Location="/a")
    web.pages["/a"] = edition(1)
    assert [fetch_page(url, tmp_path, PRIVATE).status for _ in range(2)] == [200, 304]


def test_without_anything_to_ask_with_the_page_is_sent_again(web: Site, tmp_path: Path) -> None:
    url = web.put("/a", b"one")
    assert fetch_page(url, tmp_path, PRIVATE).content == b"one"
    web.put("/a", b"two")
    assert fetch_page(url, tmp_path, PRIVATE).content == b"two"


@pytest.mark.parametrize(
    ("suffix", "content"),
    [("json", b""), ("json", b"{}"), ("json", b"[]"), ("json", b"\xff"), ("json", b"[" * 100_000),
     ("json", None), ("body", b"edition"), ("body", b""), ("body", None)],
)  # fmt: skip
def test_what_is_damaged_is_fetched_again(
    web: Site, tmp_path: Path, suffix: str, content: bytes | None
) -> None:
    web.pages["/a"] = edition(1)
    url = f"{web.url}/a"
    fetch_page(url, tmp_path, PRIVATE)
    file = kept(tmp_path, url, suffix)
    if content is None:
        file.unlink()
        file.mkdir()
        with pytest.raises(OutputError):
            fetch_page(url, tmp_path, PRIVATE)
        file.rmdir()
    else:
        file.write_bytes(content)
    got = [fetch_page(url, tmp_path, PRIVATE) for _ in range(2)]
    assert [(g.status, g.content) for g in got] == [(200, b"edition 1"), (304, b"edition 1")]


@pytest.mark.parametrize("etag", ['"1"\r\nX-Evil: 1', 5])
def test_nothing_is_sent_that_is_no_header(web: Site, tmp_path: Path, etag: object) -> None:
    web.pages["/a"] = edition(1)
    url = f"{web.url}/a"
    fetch_page(url, tmp_path, PRIVATE)
    file = kept(tmp_path, url, "json")
    file.write_text(json.dumps({**json.loads(file.read_text()), "etag": etag}))
    assert fetch_page(url, tmp_path, PRIVATE).status == 200
    assert "x-evil" not in web.asked[-1][1]


def test_no_password_is_kept(web: Site, tmp_path: Path) -> None:
    web.pages["/a"] = edition(1)
    fetch_page(f"{web.url}/a".replace("//", "//me:secret@"), tmp_path, PRIVATE)
    assert all(b"secret" not in file.read_bytes() for file in tmp_path.iterdir())


def test_what_is_refused_is_refused_here_too(web: Site, tmp_path: Path) -> None:
    url = web.put("/a", b"x" * 9)
    web.put("/robots.txt", b"User-agent: *\nDisallow: /\n")
    obeying = replace(PRIVATE, permit=Robots(PRIVATE).check)
    for options in (FetchOptions(), replace(PRIVATE, bytes=8), obeying):
        with pytest.raises(FetchError):
            fetch_page(url, tmp_path, options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error(web: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        fetch_page(web.put("/a", b"x"), tmp_path / "file" / "pages", PRIVATE)
