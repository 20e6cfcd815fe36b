"""HTTP connections that lead only where they may, and end when they must.

Two gaps are closed here that a check of the URL would leave. A host name is looked up once, and
the connection goes to an address of that very answer which was found public: a name server
cannot give one answer to the check and another to the connection ("DNS rebinding"). And the
time is up when it is up, even if a server sends a byte now and then: timeouts of sockets begin
anew with each byte, so the connection is shut down from outside.

Loaded only by whoever fetches something: it needs requests.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from interopwatch.loaders.addresses import is_public

if TYPE_CHECKING:
    from typing import Self

    from urllib3 import PoolManager

_NOT_PUBLIC = "not a public address"


class NoConnectionError(Exception):
    """No connection was made. Never told to a user as it is.

    Attributes:
        reason: Why not, in words.
        private: Whether that is because the address is not public.
    """

    def __init__(self, reason: str, *, private: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.private = private


class Gate:
    """Makes the connections of one fetch, to public addresses only, and ends them in time.

    A context manager: leaving it stops the clock.

    Attributes:
        expired: Whether the time was up.
    """

    def __init__(self, *, private: bool, connect: float, total: float) -> None:
        """Set the clock.

        Args:
            private: Whether to connect to addresses that are not public, too.
            connect: How long one attempt to connect may take, in seconds.
            total: When everything has to be over, in seconds from now.
        """
        self._private = private
        self._connect = connect
        self._until = time.monotonic() + total
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._timer = threading.Timer(total, self._expire)
        self._timer.daemon = True
        self.expired = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._open:
                each.close()
            self._open.clear()

    def connect(self, host: str, port: int, options: Any, *, vet: bool) -> socket.socket:  # noqa: ANN401 - as urllib3 keeps them
        """Connect to a host.

        Args:
            host: Its name or address.
            port: Its port.
            options: What to set on the socket.
            vet: Whether its address has to be a public one: a proxy's need not be.

        Raises:
            NoConnectionError: No address of it may be, or could be, connected to.
        """
        failed = ""
        for family, kind, protocol, address in self.look_up(host, port, vet=vet):
            left = self._until - time.monotonic()
            if left <= 0:
                self.expired = True
                raise NoConnectionError("the time is up")
            one = socket.socket(family, kind, protocol)
            try:
                for option in options or ():
                    one.setsockopt(*option)
                one.settimeout(min(self._connect, left))
                one.connect(address)
            except TimeoutError:
                one.close()
                failed = "it does not answer in time"
            except OSError as error:
                one.close()
                failed = f"no connection: {(error.strerror or str(error)).lower()}"
            except BaseException:
                one.close()
                raise
            else:
                self._hold(one)
                return one
        raise NoConnectionError(failed)

    def look_up(
        self, host: str, port: int, *, vet: bool
    ) -> list[tuple[int, int, int, tuple[Any, ...]]]:
        """The addresses of a host that may be connected to: family, kind, protocol, address.

        Raises:
            NoConnectionError: It has no address, or none that is public.
        """
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NoConnectionError(f"there is no host called {host!r}, or no network") from None
        if not vet or self._private:
            good = found
        else:
            good = [each for each in found if is_public(str(each[4][0]))]
        if not good:
            shown = found[0][4][0]
            raise NoConnectionError(f"{shown} is {_NOT_PUBLIC}", private=True)
        return [(family, kind, protocol, to) for family, kind, protocol, _, to in good]

    def _hold(self, one: socket.socket) -> None:
        # A duplicate, since encryption takes the socket over and leaves this object empty.
        copy = one.dup()
        with self._lock:
            self._open.append(copy)

    def _expire(self) -> None:
        self.expired = True
        with self._lock:
            for each in self._open:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it had ended already


class GatedAdapter(HTTPAdapter):
    """What requests sends through, with connections that a gate makes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - as they come
        """Make the pools for hosts that are connected to directly."""
        super().init_poolmanager(*arguments, **named)
        _use(self.poolmanager, self._gate, vet=True)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:  # noqa: ANN401 - as they come
        """Make the pools for a proxy, whose own address need not be public."""
        manager = super().proxy_manager_for(proxy, **named)
        if not proxy.lower().startswith("socks"):  # those connect in a way of their own
            _use(manager, self._gate, vet=False)
        return manager


def _use(manager: PoolManager, gate: Gate, *, vet: bool) -> None:
    """Have the connections of a pool manager made by a gate.

    ``_new_conn`` is what urllib3's own SOCKS connections override for the same purpose.
    """

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return gate.connect(self.host, self.port, self.socket_options, vet=vet)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return gate.connect(self.host, self.port, self.socket_options, vet=vet)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
