"""Packages at addresses on the web."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import zipfile
from typing import TYPE_CHECKING, Final

import pytest

import interopwatch
from commands import Cli
from interopwatch import opened_package
from interopwatch.errors import FetchError, InteropwatchError, SnapshotError
from interopwatch.loaders.http import open_address
from interopwatch.loaders.network import FetchOptions, any_address
from interopwatch.loaders.unpack import UnpackLimits, unpack
from packages import Made, package
from sites import Page, Site, site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD: Final = package({"a": "id,x\n1,p\n2,q\n", "ü 1": "id\n1\n"})
NEW: Final = package({"a": "id,x\n1,p\n2,r\n3,s\n", "ü 1": "id\n1\n"})


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "*")
    with site() as made:
        yield made


def put(web: Site, made: Made, tmp_path: Path, path: str = "/one/") -> str:
    """Put a package on a site; return the address of its folder."""
    folder = tmp_path / "served"
    made.write(folder)
    return web.put_folder(path, folder)


def refused(name: str, *, private: bool = True) -> InteropwatchError:
    """Return why a package is not opened, or one of its tables not read."""
    with pytest.raises(InteropwatchError) as caught:
        read_all(name, private=private)
    return caught.value


def read_all(name: str, *, private: bool) -> None:
    """Read all tables of a package."""
    with opened_package(name, private=private) as found:
        for resource in found.descriptor.resources:
            found.table(resource.name)


@pytest.mark.parametrize("end", ["", "datapackage.json"])
def test_a_folder_or_a_descriptor(web: Site, tmp_path: Path, end: str) -> None:
    url = put(web, OLD, tmp_path) + end
    with opened_package(url, private=True) as found:
        assert found.label == url
        assert len(found.rows("a")) == 2
        assert found.place("a") == f"{web.url}/one/tables/a.csv"
    assert not found.root.exists()
    assert "/robots.txt" not in web.paths  # the user chose the address


def test_tables_lie_where_the_descriptor_was_found(web: Site, tmp_path: Path) -> None:
    put(web, OLD, tmp_path, "/deep/one/")
    url = web.put("/latest", b"", 302, Location="/deep/one/datapackage.json")
    with opened_package(url, private=True) as found:
        assert found.label == url
        assert found.place("a") == f"{web.url}/deep/one/tables/a.csv"


def test_a_descriptor_may_be_called_otherwise(web: Site, tmp_path: Path) -> None:
    put(web, OLD, tmp_path)
    url = web.put("/one/a%20descriptor.json", OLD.files["datapackage.json"])
    with opened_package(f"{url}?version=1", private=True) as found:
        assert len(found.rows("a")) == 2
        assert found.label.endswith("?version=1")


def test_an_archive(web: Site) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in OLD.files.items():
            archive.writestr(f"top/{name}", content)
    url = web.put("/one.zip", out.getvalue())
    with opened_package(f"{url}?download=1", private=True) as found:
        assert len(found.rows("a")) == 2
        assert found.place("a") == f"{url}?download=1:top/tables/a.csv"
    assert "or damaged" in refused(web.put("/two.zip", b"no archive")).message


@pytest.mark.parametrize(
    "path", ["../a.csv", "/a.csv", "file://example.org/a.csv", "a/../../b.csv", "//example.org/a"]
)
def test_tables_stay_in_the_folder_of_the_descriptor(web: Site, tmp_path: Path, path: str) -> None:
    made = OLD.edited(lambda raw: raw["resources"][0].update(path=path))
    url = put(web, OLD, tmp_path)
    web.put("/one/datapackage.json", made.files["datapackage.json"])
    assert "leads outside the package" in refused(url).message
    assert web.paths == ["/one/datapackage.json"]


@pytest.mark.parametrize(
    "path", ["%2e%2e/a.csv", "a?b#c.csv", "a/./b.csv", "..\u2024/x", "%2F%2Fx/y"]
)
def test_what_means_something_in_an_address_means_nothing_in_a_path(
    web: Site, tmp_path: Path, path: str
) -> None:
    made = package({"a": "id\n"}).edited(lambda raw: raw["resources"][0].update(path=path))
    url = put(web, package({}), tmp_path)
    web.put("/one/datapackage.json", made.files["datapackage.json"])
    refused(url)
    assert web.paths[1].startswith("/one/")
    assert "?" not in web.paths[1]
    assert not {"..", "."} & set(web.paths[1].split("/"))


def test_a_password_goes_with_the_tables_and_is_not_shown(web: Site, tmp_path: Path) -> None:
    url = put(web, OLD, tmp_path)
    with opened_package(url.replace("//", "//me:secret@"), private=True) as found:
        assert found.label == url
        assert "secret" not in found.place("a")
    assert {headers.get("authorization") for _, headers in web.asked} == {"Basic bWU6c2VjcmV0"}
    with site() as other:
        put(other, OLD, tmp_path, "/two/")
        target = f"{other.url}/two/datapackage.json"
        moved = web.put("/moved", b"", 302, Location=target).replace("//", "//me:secret@")
        read_all(moved, private=True)
        assert {headers.get("authorization") for _, headers in other.asked} == {None}


def test_what_is_no_package(web: Site, tmp_path: Path) -> None:
    page = web.put("/page", b"<!doctype html><p>Hello", Content_Type="text/html")
    assert "a web page, not a data package" in refused(page).message
    assert "a web page, not a data package" in refused(web.put("/other", b" <html>")).message
    assert f"{web.url}/text:1:1: not JSON" in refused(web.put("/text", b"text")).message
    assert f"{web.url}/none/datapackage.json: it answers 404" in refused(f"{web.url}/none/").message
    url = put(web, OLD, tmp_path)
    web.put("/one/tables/a.csv", b"id,x\n1\n")
    assert f"{url}tables/a.csv:2: 1 cell" in refused(url).message
    del web.pages["/one/tables/a.csv"]
    assert f"{url}tables/a.csv: it answers 404" in refused(url).message
    large = web.put("/large", b" " * ((16 << 20) + 1))
    assert "larger than the limit of 16,777,216 bytes" in refused(large).message


def test_a_table_without_end_is_not_fetched(web: Site, tmp_path: Path) -> None:
    url, into = put(web, OLD, tmp_path), tmp_path / "into"
    into.mkdir()
    options = FetchOptions(allowed=any_address)
    limits = UnpackLimits(file=10_000, total=5, files=9)
    with (
        open_address(url, tmp_path, options) as loader,
        pytest.raises(InteropwatchError, match="more than 5 bytes"),
    ):
        unpack(loader, into, "x", limits)


def test_a_snapshot_is_held_against_its_hashes(web: Site, two_snapshots: Path) -> None:
    url = web.put_folder("/s/", interopwatch.open(two_snapshots).snapshots()[0].root)
    with opened_package(url, private=True) as found:
        assert found.table("clubs").rows
        content = found.content("clubs")
    web.put("/s/tables/clubs.csv", content + b"\n")
    error = refused(url)
    assert isinstance(error, SnapshotError)
    assert f"{url}tables/clubs.csv: changed since snapshot" in error.message


def test_without_the_option_this_machine_is_not_asked(web: Site, tmp_path: Path) -> None:
    error = refused(put(web, OLD, tmp_path), private=False)
    assert "not a public address" in error.message
    assert "--allow-private" in error.hint
    assert web.asked == []


@pytest.mark.parametrize("name", ["file:///etc/passwd", "ftp://example.org/", "s3://bucket/x"])
def test_other_schemes_are_refused(name: str) -> None:
    error = refused(name)
    assert isinstance(error, FetchError)
    assert "only addresses that begin with http" in error.message


# On the command line


def test_an_address_compares_as_its_folder_does(
    web: Site,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = put(web, OLD, tmp_path)
    NEW.write(tmp_path / "new")
    monkeypatch.chdir(tmp_path)
    old, new = "s" * len(url), "new"  # as long as the address, so that lines wrap alike
    (tmp_path / "served").rename(old)
    cli = Cli(capsys)
    for arguments in (("diff", "--format", "json"), ("diff",), ("report",)):
        got = cli.good("--allow-private", *arguments, url, new)
        assert got.replace(url, old) == cli.good(*arguments, old, new)
    assert "2    q" in cli.good("--allow-private", "show", url, "a")
    ran = cli("diff", url, new)
    assert (ran.code, ran.out) == (2, "")
    assert "not a public address" in ran.err


def test_bare_tables_at_addresses(
    web: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(capsys)
    (tmp_path / "new.csv").write_text("id,x\n1,p\n3,r\n")
    url = web.put("/old.csv", b"id,x\n1,p\n2,q\n")
    more = (str(tmp_path / "new.csv"), "--key", "id", "--format", "stat")
    got = cli.good("--allow-private", "diff", f"{url}?v=1", *more)
    assert got == "table: 1 added, 1 removed\n"
    assert "not a public address" in cli("diff", url, *more).err
    web.put("/old.csv", b"id,x\n1\n")
    ran = cli("--allow-private", "diff", url, *more)
    assert ran.err.startswith(f"error: {url}:2: 1 cell")
    web.put("/old.tsv", b"id\tx\n1\tp\n")
    assert "1 added" in cli.good("--allow-private", "diff", f"{web.url}/old.tsv", *more)


def test_the_library_says_what_to_do_instead_of_resolving(web: Site, tmp_path: Path) -> None:
    store = OLD.store(tmp_path / "home")
    with pytest.raises(SnapshotError, match=r"store\.opened"):
        store.resolve(f"{web.url}/")
    with store.opened("tables") as found:
        assert found is store.package


@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise on Windows")
def test_an_interrupted_command_leaves_nothing_behind(web: Site, tmp_path: Path) -> None:
    url = put(web, OLD, tmp_path)
    reached, never = threading.Event(), threading.Event()

    def hang(_: object) -> Page:
        reached.set()
        return Page(b"x", wait=never)

    web.pages["/one/tables/a.csv"] = hang
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "interopwatch", "--allow-private", "show", url],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reached.wait(60)
    assert list(temporary.iterdir()) != []
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    never.set()
    assert (process.returncode, out, err) == (130, b"", b"")
    assert list(temporary.iterdir()) == []


def test_nothing_heavy_is_loaded_for_folders(tmp_path: Path) -> None:
    OLD.write(tmp_path / "a")
    script = (
        "import sys\n"
        "from interopwatch.cli import run\n"
        "try:\n    run(['diff', 'a', 'a'])\n"
        "except SystemExit:\n"
        "    print(*[n for n in ('httpcore', 'h11', 'protego', 'zipfile', 'subprocess',\n"
        "                        'http.client') if n in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=True
    )
    assert (ran.stdout.strip(), ran.stderr) == (b"", b"")
