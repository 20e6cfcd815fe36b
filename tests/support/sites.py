"""A web site on this machine, for tests of fetching."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Page:
    """The response at a path.

    Attributes:
        content: Its bytes, as sent.
        status: The status.
        headers: Headers besides ``Content-Length``, or instead of it.
        wait: An event to wait for before the content is sent; ``None`` for none.
    """

    content: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None


@dataclass
class Site:
    """A site: its pages by path, and the requests that it received."""

    url: str
    pages: dict[str, Page | Callable[[Mapping[str, str]], Page]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    """The path and the headers of each request."""

    def put(self, path: str, content: bytes = b"", status: int = 200, **headers: str) -> str:
        """Put a page at a path; return its address. Headers are written with underscores."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(content, status, told)
        return self.url + path

    def put_folder(self, path: str, folder: Path) -> str:
        """Put the files of a folder below a path; return its address."""
        from urllib.parse import quote

        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = quote(file.relative_to(folder).as_posix())
                self.pages[f"{path}{name}"] = Page(file.read_bytes())
        return self.url + path

    @property
    def paths(self) -> list[str]:
        """The requested paths, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def site(encryption: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a site until the context ends."""
    made = Site("")

    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            made.asked.append((self.path, headers))
            found = made.pages.get(self.path.partition("?")[0], Page(b"nothing here", 404))
            page = found if isinstance(found, Page) else found(headers)
            with suppress(OSError):  # the client may have disconnected
                self._send(page)

        def _send(self, page: Page) -> None:
            self.send_response(page.status)
            told = {"Content-Length": str(len(page.content)), **page.headers}
            for name, value in told.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if page.wait is not None:
                self.wfile.flush()
                page.wait.wait(20)
            self.wfile.write(page.content)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if encryption is not None:
        server.socket = encryption.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
