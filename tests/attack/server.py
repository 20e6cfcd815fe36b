"""A server with arbitrary responses, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@contextmanager
def serving(answer: Callable[[str], Iterable[bytes]]) -> Iterator[int]:
    """Answer each request with the bytes for its path, then close the connection.

    Yields:
        The port on this machine.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        port: int = listening.getsockname()[1]
        child = os.fork()
        if child == 0:
            try:
                while True:
                    accepted, _ = listening.accept()
                    threading.Thread(target=_answer, args=(accepted, answer), daemon=True).start()
            finally:
                os._exit(0)
    try:
        yield port
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _answer(accepted: socket.socket, answer: Callable[[str], Iterable[bytes]]) -> None:
    with accepted, suppress(OSError, IndexError):
        accepted.settimeout(60)
        asked = b""
        while b"\r\n\r\n" not in asked:
            got = accepted.recv(1 << 16)
            if not got:
                return
            asked += got
        for block in answer(asked.split(b" ")[1].decode("ascii", "replace")):
            accepted.sendall(block)
