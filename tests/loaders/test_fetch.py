"""What is fetched from the web, and what is not."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

from interopwatch.errors import FetchError
from interopwatch.loaders.fetch import Response, fetch, redirect_target, stream
from interopwatch.loaders.http import ROBOTS_BYTES, Robots, fetch_file
from interopwatch.loaders.network import (
    FetchOptions,
    any_address,
    is_public,
    without_credentials,
)
from sites import Page, Site, site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TEXT: Final = "id,name\n1,Türkiye\n".encode()
SHORT: Final = {"connect": 5.0, "read": 5.0, "total": 0.3}


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for scheme in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)
    look_up = socket.getaddrinfo

    def known(host: str, *arguments: Any, **named: Any) -> list[Any]:  # noqa: ANN401 - whatever comes
        """Resolve a host without any request beyond this machine."""
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    with site() as made:
        yield made


def options(**named: Any) -> FetchOptions:  # noqa: ANN401 - any option
    """Return options that allow private addresses, such as those of the sites on this machine."""
    return FetchOptions(**{"allowed": any_address, **named})


def obeying(robots: Robots | None = None) -> FetchOptions:
    """Return options that obey robots.txt."""
    return options(permit=(robots or Robots(options())).check)


def refused(url: str, **named: Any) -> FetchError:  # noqa: ANN401 - any option
    """Return why an address is not fetched."""
    return not_fetched(url, options(**named))


def not_fetched(url: str, chosen: FetchOptions | None = None) -> FetchError:
    """Return why an address is not fetched with these options."""
    with pytest.raises(FetchError) as caught:
        fetch(url, chosen)
    return caught.value


# What comes


def test_an_answer_is_what_was_sent(web: Site) -> None:
    url = web.put("/a", TEXT, Content_Type="Text/CSV; charset=UTF-8", ETag='"1"', Last_Modified="x")
    got = fetch(url, options())
    assert (got.url, got.status, got.content) == (url, 200, TEXT)
    assert (got.media_type, got.charset, got.etag, got.modified) == (
        "text/csv",
        "utf-8",
        '"1"',
        "x",
    )
    assert not got.not_modified
    ((path, headers),) = web.asked
    assert path == "/a"
    assert headers["user-agent"].startswith("interopwatch/")
    assert "if-none-match" not in headers
    assert "cookie" not in headers


def test_what_a_server_does_not_say_is_empty(web: Site) -> None:
    got = fetch(web.put("/a", TEXT), options())
    assert (got.media_type, got.charset, got.etag, got.modified) == ("", "", "", "")


def test_content_can_be_taken_block_by_block(web: Site) -> None:
    content = bytes(range(256)) * 4096
    with stream(web.put("/a", content), options()) as (head, blocks):
        found = list(blocks)
    assert head.content == b""
    assert len(found) > 1
    assert b"".join(found) == content


@pytest.mark.parametrize("members", [1, 2])
def test_packed_content_is_unpacked(web: Site, members: int) -> None:
    packed = gzip.compress(TEXT) * members
    assert fetch(web.put("/a", packed, Content_Encoding="gzip"), options()).content == (
        TEXT * members
    )


def test_an_empty_answer_is_one(web: Site) -> None:
    assert fetch(web.put("/a"), options()).content == b""
    assert fetch(web.put("/b", Content_Encoding="gzip"), options()).content == b""


def test_an_address_with_other_letters_is_asked_for_in_ascii(web: Site) -> None:
    web.put("/T%C3%BCrkiye", TEXT)
    assert fetch(f"{web.url}/Türkiye", options()).content == TEXT


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(web: Site, status: int) -> None:
    web.put("/b/c", TEXT)
    got = fetch(web.put("/a", b"elsewhere", status, Location="b/c#part"), options())
    assert (got.url, got.content) == (f"{web.url}/b/c", TEXT)


def test_what_a_redirect_says_is_not_read(web: Site) -> None:
    never = threading.Event()
    target = web.put("/b", TEXT)
    web.pages["/a"] = Page(b"x" * 9, 302, {"Location": target}, wait=never)
    assert fetch(f"{web.url}/a", options(read=5)).content == TEXT
    never.set()


def test_not_too_many_redirects_are_followed(web: Site) -> None:
    for n in range(4):
        web.put(f"/{n}", b"", 302, Location=f"/{n + 1}")
    web.put("/4", TEXT)
    assert fetch(f"{web.url}/0", options(redirects=4)).content == TEXT
    assert "more than 3 times" in refused(f"{web.url}/0", redirects=3).message


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[::1", "https:///x", "http://a:b/"]
)
def test_redirects_lead_to_the_web_only(web: Site, target: str) -> None:
    assert "not followed" in refused(web.put("/a", b"", 302, Location=target)).message
    assert len(web.asked) == 1


def test_a_redirect_to_a_private_address_is_refused(web: Site) -> None:
    # The first host counts as public, like one on the internet, the second does not.
    with site() as other:
        secret = other.put("/secret", b"secret").replace("127.0.0.1", "127.0.0.2")
        url = web.put("/a", b"", 302, Location=secret)
        error = refused(url, allowed=lambda to: to == "127.0.0.1")
        assert "127.0.0.2 is not a public address" in error.message
        assert len(web.asked) == 1
        assert other.asked == []


def test_nothing_goes_from_an_encrypted_address_to_another() -> None:
    with pytest.raises(FetchError, match="not encrypted"):
        redirect_target("https://example.org/a", "http://example.org/b")
    assert redirect_target("https://example.org/a", "//example.com/b") == "https://example.com/b"
    assert redirect_target("http://example.org/a", "https://example.org/b c").endswith("/b%20c")


def test_a_password_goes_to_its_host_only(web: Site) -> None:
    with site() as other:
        other.put("/b", TEXT)
        web.put("/c", b"", 302, Location=f"{other.url}/b")
        web.put("/a", b"", 302, Location="/c")
        got = fetch(f"{web.url}/a".replace("//", "//me:s%40fe@"), options())
        assert got.url == f"{other.url}/b"
        assert [h.get("authorization") for _, h in web.asked] == ["Basic bWU6c0BmZQ=="] * 2
        assert [h.get("authorization") for _, h in other.asked] == [None]


def test_no_password_is_taken_from_a_redirect_or_shown(web: Site) -> None:
    web.put("/b", TEXT)
    target = f"{web.url}/b".replace("//", "//me:safe@")
    assert "@" not in fetch(web.put("/a", b"", 302, Location=target), options()).url
    assert [h.get("authorization") for _, h in web.asked] == [None, None]
    error = refused(f"{web.url}/none".replace("//", "//me:safe@"))
    assert "safe" not in str(error)
    for bad in ("ftp://me:safe@example.org/", "http://me:safe@/", "http://me:safe@[::1"):
        assert "safe" not in str(refused(bad))


# What does not come


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "not found"), (410, "gone"), (500, "500"), (599, "599"), (204, "no content"),
     (206, "206"), (304, "not modified"), (302, "found")],
)  # fmt: skip
def test_other_answers_are_of_no_use(web: Site, status: int, said: str) -> None:
    error = refused(web.put("/a", b"", status))
    assert error.status == status
    assert said in error.message
    assert error.message.startswith(f"{web.url}/a: ")


def test_more_than_the_limit_is_not_fetched(web: Site) -> None:
    assert len(fetch(web.put("/a", b"x" * 1000), options(bytes=1000)).content) == 1000
    assert (
        "larger than the limit of 1,000" in refused(web.put("/b", b"x" * 1001), bytes=1000).message
    )
    unsaid = web.put("/c", b"x" * 1001, Content_Length="")
    assert "larger than the limit of 1,000" in refused(unsaid, bytes=1000).message


def test_what_unpacks_to_more_than_the_limit_is_not_held(web: Site) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    assert len(bomb) < 1 << 17
    url = web.put("/a", bomb, Content_Encoding="gzip")
    assert "larger than the limit of 8,388,608 bytes" in refused(url, bytes=8 << 20).message
    with stream(url, options(bytes=64 << 20)) as (_, blocks):
        sizes = [len(block) for block in blocks]
    assert (sum(sizes), max(sizes)) == (64 << 20, 1 << 20)


@contextmanager
def _packed_line(mebibytes: int) -> Iterator[str]:
    """Yield the address of one line of so many MiB, compressed by gzip to a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    line = b"a" * (1 << 20)
    first, more = (packer.compress(line) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    with answering(head, first, *[more] * (mebibytes - 1)) as url:
        yield url


def test_one_packed_line_of_3_gib_is_held_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "table"
    with _packed_line(3 << 10) as url:
        assert "larger than the limit of 16,777,216 bytes" in refused(url).message
    with _packed_line(3 << 10) as url, pytest.raises(FetchError, match="more than 250 times"):
        fetch_file(url, file, options())
    assert file.stat().st_size <= 64 << 20


@pytest.mark.parametrize(
    "lengths",
    [[b"-1"], [b"-1", b"-1"], [b"16", b"17"], [b"16, 17"], [b"0x10"], [b"1e1"], [b"+16"], [b"16.0"],
     [b"9" * 30], [b""], [b"16", b"-16"]],
)  # fmt: skip
def test_lengths_that_are_none_or_contradict_each_other_are_refused(lengths: list[bytes]) -> None:
    told = b"".join(b"Content-Length: %b\r\n" % each for each in lengths)
    with answering(b"HTTP/1.1 200 OK\r\n" + told + b"\r\n" + TEXT) as url:
        assert url in refused(url).message


def test_the_same_length_twice_is_one() -> None:
    size = str(len(TEXT)).encode()
    for told in (b"%b\r\nContent-Length: %b" % (size, size), b"%b, %b" % (size, size)):
        with answering(b"HTTP/1.1 200 OK\r\nContent-Length: " + told + b"\r\n\r\n" + TEXT) as url:
            assert fetch(url, options()).content == TEXT


def test_a_length_beyond_the_limit_is_refused_before_anything_arrives() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n") as url:
        assert "larger than the limit of 1,000 bytes" in refused(url, bytes=1000).message


def test_chunks_without_end_are_read_up_to_the_limit() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * (1 << 16) + b"\r\n"
    with answering(head, *[chunk] * 999) as url:
        assert "larger than the limit of 1,048,576 bytes" in refused(url, bytes=1 << 20).message
    for bad in (b"-5\r\nabcde\r\n", b"10000000000000000000000\r\nabc", b"zz\r\n"):
        with answering(head, bad) as url:
            assert "was not received completely" in refused(url).message


def test_content_packed_twice_is_refused(web: Site) -> None:
    packed = gzip.compress(gzip.compress(TEXT))
    assert (
        "was not requested" in refused(web.put("/a", packed, Content_Encoding="gzip, gzip")).message
    )
    assert (
        "it is declared as gzip, but is not"
        in refused(web.put("/b", TEXT, Content_Encoding="gzip")).message
    )


def test_what_is_cut_off_is_refused(web: Site) -> None:
    url = web.put("/a", TEXT, Content_Length=str(len(TEXT) + 1))
    assert "was not received completely" in refused(url).message
    packed = gzip.compress(TEXT)[:-9]
    assert (
        "was not received completely"
        in refused(web.put("/b", packed, Content_Encoding="gzip")).message
    )


def test_the_time_is_up_when_it_is_up(web: Site) -> None:
    never = threading.Event()
    web.pages["/a"] = Page(b"x", wait=never)
    error = refused(f"{web.url}/a", **SHORT)
    never.set()
    assert "more than 0.3 seconds" in error.message


def test_a_server_that_drips_gains_no_time() -> None:
    # A byte now and then resets any timeout of the socket.
    for begin in (
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n",
    ):
        stop = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=_drip, args=(server, begin, stop))
            thread.start()
            error = refused(f"http://127.0.0.1:{server.getsockname()[1]}/", **SHORT)
            stop.set()
            thread.join()
        assert "more than 0.3 seconds" in error.message


def _drip(server: socket.socket, begin: bytes, stop: threading.Event) -> None:
    server.settimeout(20)
    with suppress(OSError):
        one, _ = server.accept()
        with one:
            one.recv(4096)
            one.sendall(begin)
            while not stop.wait(0.02):
                one.sendall(b"x")


def test_a_handshake_that_does_not_end_gains_no_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        error = refused(f"https://127.0.0.1:{server.getsockname()[1]}/", **SHORT)
    assert "more than 0.3 seconds" in error.message


def test_a_silent_server_is_waited_for_only_so_long(web: Site) -> None:
    never = threading.Event()
    web.pages["/a"] = Page(b"x", wait=never)
    error = refused(f"{web.url}/a", read=1, total=60)
    never.set()
    assert "the connection timed out" in error.message


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "connection" in refused(f"http://127.0.0.1:{port}/").message


def test_a_host_that_nobody_knows(web: Site) -> None:
    assert web
    assert "the host 'nowhere.invalid' does not exist" in refused("http://nowhere.invalid/").message


@contextmanager
def answering(*sent: bytes) -> Iterator[str]:
    """Yield the address of a server that sends bytes unchanged, once."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            one, _ = server.accept()
            with one, suppress(OSError):  # the client may have disconnected
                one.recv(4096)
                for each in sent:
                    one.sendall(each)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def test_what_is_no_http_is_refused() -> None:
    with answering(b"220 mail\r\n\r\n") as url:
        assert "the connection was lost" in refused(url).message


def test_headers_without_end_are_not_held() -> None:
    with answering(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n" * 10_000] * 100) as url:
        assert "the connection was lost" in refused(url).message


def test_content_may_come_in_chunks_and_not_end_before_the_last() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    packed = gzip.compress(TEXT)
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in packed)
    with answering(head, chunks, b"0\r\n\r\n") as url:
        assert fetch(url, options()).content == TEXT
    with answering(head, chunks) as url:
        assert "was not received completely" in refused(url).message


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/a", "gopher://x/", "http:///a", "http://a b/",
     "http://x\\@y/", "http://[::1/", "http://x:99999/", "http://x\r\nHost: y/", "https://"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    assert refused(url).hint


# Private addresses


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"],
)
def test_private_addresses_are_refused_before_anything_is_sent(web: Site, host: str) -> None:
    web.put("/a", TEXT)
    port = web.url.rpartition(":")[2]
    error = not_fetched(f"http://{host}:{port}/a")
    assert "not a public address" in error.message or "does not exist, or" in error.message
    assert web.asked == []


def test_a_name_is_looked_up_once(web: Site) -> None:
    """A name server that gives another answer the second time gains nothing."""
    port = int(web.url.rpartition(":")[2])
    web.put("/a", TEXT)
    answers = iter(["127.0.0.1", "127.0.0.2"])

    chosen = FetchOptions(
        allowed=lambda to: to == "127.0.0.1", resolve=lambda _host, _port: [next(answers)]
    )
    url = f"http://rebinding.example:{port}/a"
    assert fetch(url, chosen).content == TEXT
    assert "127.0.0.2 is not a public" in not_fetched(url, chosen).message
    assert len(web.asked) == 1


def test_only_the_public_ones_of_several_addresses_are_connected_to(web: Site) -> None:
    port = int(web.url.rpartition(":")[2])
    web.put("/a", TEXT)
    tried: list[str] = []

    def allowed(address: str) -> bool:
        tried.append(address)
        return address == "127.0.0.1"

    chosen = FetchOptions(
        allowed=allowed, resolve=lambda _host, _port: ["127.0.0.2", "10.0.0.1", "127.0.0.1"]
    )
    assert fetch(f"http://several.example:{port}/a", chosen).content == TEXT
    assert tried == ["127.0.0.2", "10.0.0.1", "127.0.0.1"]


def test_a_host_in_any_script_is_looked_up_in_ascii(web: Site) -> None:
    port = int(web.url.rpartition(":")[2])
    web.put("/a", TEXT)
    hosts: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        hosts.append(host)
        return ["127.0.0.1"]

    assert fetch(f"http://Bücher.example:{port}/a", options(resolve=resolve)).content == TEXT
    assert hosts == ["xn--bcher-kva.example"]
    assert web.asked[0][1]["host"] == f"xn--bcher-kva.example:{port}"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
     "168.63.129.16", "192.0.0.192", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "::",
     "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
     "2001:db8::1", "2001:0:7f00:1::", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
     "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "not an address"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["9.9.9.9", "192.0.78.1", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_passwords_are_not_shown() -> None:
    assert without_credentials("HTTPS://a:b@c.d/e@f?g#h") == "https://c.d/e@f?g"
    assert "b@" not in without_credentials("http://a:b@[::1")


# Proxies


def test_the_proxy_of_the_environment_is_used(web: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", web.url)
    web.pages["http://nowhere.invalid/a"] = Page(TEXT)
    assert fetch("http://nowhere.invalid/a").content == TEXT  # the proxy itself may be private
    assert "127.0.0.9 is not" in not_fetched("http://127.0.0.9/a").message
    assert web.paths == ["http://nowhere.invalid/a"]
    monkeypatch.setenv("https_proxy", web.url)
    assert "the proxy" in not_fetched("https://nowhere.invalid/a").message
    assert "127.0.0.9 is not" in not_fetched("https://127.0.0.9/a").message


def test_a_proxy_may_ask_for_a_password_and_be_left_out_for_some_hosts(
    web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", web.url.replace("http://", "me:s%40fe@"))
    web.pages["http://nowhere.invalid/a"] = Page(TEXT)
    assert fetch("http://nowhere.invalid/a").content == TEXT
    assert web.asked[0][1]["proxy-authorization"] == "Basic bWU6c0BmZQ=="
    assert "fe@" not in str(not_fetched("http://nowhere.invalid/b"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    fetch(web.put("/direct", TEXT), options())
    assert web.paths[-1] == "/direct"
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    assert "not supported" in refused("http://nowhere.invalid/a").message


def test_no_cookie_is_kept(web: Site) -> None:
    web.put("/a", b"", 302, Location=web.put("/b", TEXT), Set_Cookie="a=b; Path=/")
    fetch(f"{web.url}/a", options())
    assert [headers.get("cookie") for _, headers in web.asked] == [None, None]


def test_no_password_is_taken_from_the_environment(
    web: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    fetch(web.put("/a", TEXT), options())
    assert "authorization" not in web.asked[0][1]


# Encryption


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate for localhost, and the TLS context of a site with it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    options += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run(["openssl", "req", *options], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context


def test_encrypted_addresses(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate
    with site(context) as made:
        made.put("/a", TEXT)
        url = made.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
        monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        assert "certificate" in refused(f"{url}/a").message
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        assert fetch(f"{url}/a", options()).content == TEXT
        assert "certificate" in refused(f"{url}/a".replace("localhost", "127.0.0.1")).message
        assert "not a public address" in not_fetched(f"{url}/a").message
        assert made.paths == ["/a"]
        never = threading.Event()
        made.pages["/b"] = Page(b"x", wait=never)
        assert "more than 0.3 seconds" in refused(f"{url}/b", **SHORT).message
        never.set()


def test_encrypted_addresses_through_a_proxy(
    certificate: tuple[Path, ssl.SSLContext], web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate
    assert web
    with site(context) as made, socket.create_server(("127.0.0.1", 0)) as proxy:
        made.put("/a", TEXT)
        asked: list[bytes] = []
        there = int(made.url.rpartition(":")[2])
        thread = threading.Thread(target=_relay, args=(proxy, there, asked))
        thread.start()
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
        assert fetch("https://localhost:444/a", options()).content == TEXT
        thread.join()
    assert asked[0].startswith(b"CONNECT localhost:444 ")


def _relay(proxy: socket.socket, port: int, asked: list[bytes]) -> None:
    """Forward one connection to a port of this machine, like a proxy."""
    one, _ = proxy.accept()
    with one, socket.create_connection(("127.0.0.1", port)) as other:
        asked.append(one.recv(4096))
        one.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        back = threading.Thread(target=_pump, args=(other, one))
        back.start()
        _pump(one, other)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(4096):
            target.sendall(block)
        target.shutdown(socket.SHUT_RDWR)


# What is known


def test_what_is_known_is_not_sent_again(web: Site) -> None:
    def answer(headers: Mapping[str, str]) -> Page:
        known = headers.get("if-none-match") == '"1"'
        length = {"Content-Length": str(1 << 30)} if known else {}
        return Page(b"" if known else TEXT, 304 if known else 200, {"ETag": '"1"', **length})

    web.pages["/a"] = answer
    first = fetch(f"{web.url}/a", options())
    second = fetch(f"{web.url}/a", options(), first)
    assert (second.status, second.content, second.not_modified) == (304, b"", True)
    other = Response(f"{web.url}/b", etag='"1"', modified="then")
    assert fetch(f"{web.url}/a", options(), other).content == TEXT
    fetch(f"{web.url}/a", options(), Response(f"{web.url}/a", modified="then"))
    assert web.asked[-1][1]["if-modified-since"] == "then"


# What sites allow


def test_pages_that_a_site_does_not_want_fetched_are_not(web: Site) -> None:
    rules = (
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /no\n\nUser-agent: interopwatch\nDisallow: /never\n"
    )
    web.put("/robots.txt", rules)
    web.put("/never/a", TEXT)
    web.put("/no", TEXT)
    robots = Robots(options())
    error = not_fetched(f"{web.url}/never/a", obeying(robots))
    assert "does not allow programs" in error.message
    assert f"{web.url}/robots.txt" in error.hint
    assert fetch(f"{web.url}/no", obeying(robots)).content == TEXT
    assert web.paths == ["/robots.txt", "/no"]
    assert fetch(f"{web.url}/never/a", options()).content == TEXT


def test_the_rules_of_the_site_redirected_to_hold_too(web: Site) -> None:
    with site() as other:
        other.put("/robots.txt", b"User-agent: *\nDisallow: /\n")
        url = web.put("/a", b"", 302, Location=other.put("/b", TEXT))
        assert "does not allow programs" in not_fetched(url, obeying()).message
        assert other.paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(404, True), (403, True), (500, False), (503, False), (302, False)],
)
def test_a_site_without_rules(web: Site, status: int, *, allowed: bool) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /\n", status)
    url = web.put("/a", TEXT)
    if allowed:
        assert fetch(url, obeying()).content == TEXT
    else:
        assert "the robots.txt of its site cannot be read" in not_fetched(url, obeying()).message


def test_a_site_that_does_not_answer_is_said_not_to() -> None:
    assert (
        "the host 'nowhere.invalid' does not exist"
        in not_fetched("http://nowhere.invalid/a", obeying()).message
    )


def test_rules_without_end_are_read_only_so_far(web: Site) -> None:
    padding = b"# more\n" * (ROBOTS_BYTES // 7)
    web.put("/robots.txt", b"User-agent: *\nDisallow: /a\n" + padding + b"Disallow: /b\n")
    web.put("/b", TEXT)
    assert "does not allow programs" in not_fetched(f"{web.url}/a", obeying()).message
    assert fetch(f"{web.url}/b", obeying()).content == TEXT


@pytest.mark.parametrize(
    ("rule", "path", "allowed"),
    [("/*?print=", "/a?print=1", False), ("/*.pdf$", "/a.pdf", False), ("/*.pdf$", "/a.pdf5", True),
     ("/a\nAllow: /a/b", "/a/b", True), ("/a\nAllow: /a/b", "/a/c", False)],
)  # fmt: skip
def test_the_longest_rule_counts_and_asterisks_stand_for_any_text(
    web: Site, rule: str, path: str, *, allowed: bool
) -> None:
    web.put("/robots.txt", f"User-agent: *\nDisallow: {rule}\n".encode())
    url = web.put(path.partition("?")[0], TEXT).replace(path.partition("?")[0], path)
    if allowed:
        assert fetch(url, obeying()).content == TEXT
    else:
        assert "does not allow programs" in not_fetched(url, obeying()).message


def test_nothing_heavy_is_loaded_before_something_is_fetched() -> None:
    script = "import sys, interopwatch.loaders.resolve, interopwatch.cli.main as _\n"
    script += "print(*[n for n in ('httpcore', 'urllib.request', 'protego') if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert ran.stdout.split() == []
