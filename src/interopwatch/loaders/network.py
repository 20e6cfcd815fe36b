"""HTTP connections to allowed IP addresses only, with a deadline.

The proxies of the environment (``HTTPS_PROXY`` and the like) and its certificates
(``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE``) are used. With a proxy, it is the proxy that connects,
to an address that cannot be seen from here: a host is refused beforehand if this machine resolves
it to private addresses only.

httpcore is used, below the usual clients, since its network backend is a documented place to refuse
addresses and to enforce a deadline, and it has nothing that would have to be switched off: no
cookies, no redirects, no passwords from ``.netrc``. It takes a while to import: import this module
only to fetch something.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import httpcore

from interopwatch.errors import FetchError
from interopwatch.package.limits import MAX_RATIO, SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

AGENT: Final = "interopwatch"
"""The name of this program in requests and for robots.txt."""
RESERVED: Final = "%/:=&?~#+!$,;'@()*[]"
"""The characters of a URL that are not quoted, since they may have a meaning."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway translates into the IPv4 address at their end (RFC 6052)."""
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32", "192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "2001::/32", "2002::/16",
    )
)  # fmt: skip
"""Addresses that Python may call global although they are not: a service of Azure ("What is IP
address 168.63.129.16?"), ranges in IANA's registries of special-purpose addresses, and the tunnels
Teredo and 6to4, which lead to any IPv4 address."""
_CHECK: Final = "Check the address, and the network."
NO_ANSWER: Final = (
    httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError,
    OSError, ValueError,
)  # fmt: skip
"""The exceptions of httpcore, ssl and idna; those of httpcore have no common base class."""


def is_public(address: str) -> bool:
    """Return whether an IP address is reachable by anyone on the internet.

    Private, loopback, link-local, multicast, reserved and shared addresses are not public (IANA's
    registries of special-purpose addresses), nor is an IPv6 address that maps to such an IPv4
    address.

    >>> [is_public(text) for text in ("9.9.9.9", "2620:fe::fe", "127.0.0.1", "::ffff:10.0.0.1")]
    [True, True, False, False]
    """
    try:
        # A zone (`fe80::1%eth0`) names the interface, not who can reach it.
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF) if found in _NAT64 else None
        found = inner or found.ipv4_mapped or found
    special = found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not special and not any(found in each for each in _NOT_PUBLIC)


def any_address(_: str) -> bool:
    """Allow every IP address, private ones included."""
    return True


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host.

    Raises:
        OSError: It has none, or there is no network.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What may be fetched, with limits on time and size.

    Attributes:
        bytes: The maximum size of a response, decompressed, in bytes.
        ratio: How many times its compressed size a response may decompress to.
        small: The bytes to which a response may decompress whatever the ratio.
        connect: The timeout of an attempt to connect, in seconds.
        read: The timeout while nothing arrives, in seconds.
        total: The timeout of the complete fetch, redirects included, in seconds.
        redirects: The maximum number of redirects to follow.
        allowed: Returns whether an IP address may be connected to.
        resolve: Returns the IP addresses of a host; raises OSError if there are none.
        permit: Called with each URL before it is requested, redirects included, to raise
            FetchError if it may not be. By default robots.txt is not consulted, since it is for
            programs that find addresses themselves (RFC 9309, section 1), not for addresses that
            users give.
    """

    # Round numbers, for a user waiting at a terminal; as many redirects as robots should at least
    # follow by RFC 9309 (section 2.3.1.2).
    bytes: int = 16 << 20
    ratio: int = MAX_RATIO
    small: int = SMALL
    connect: float = 10
    read: float = 20
    total: float = 60
    redirects: int = 5
    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], list[str]] = resolve_host
    permit: Callable[[str], None] | None = None


def without_credentials(url: str) -> str:
    """Return a URL without user name, password and fragment.

    >>> without_credentials("https://me:secret@example.org/a?b#c")
    'https://example.org/a?b'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


@dataclass(frozen=True, slots=True)
class Network(httpcore.NetworkBackend):
    """A network backend that connects to allowed addresses only and enforces a deadline.

    A host is resolved once, and the connection uses an address from that very answer: a name
    server cannot give one answer to the check and another to the connection ("DNS rebinding").

    Attributes:
        url: The requested URL, for messages.
        options: What may be fetched.
        end: The deadline, by the monotonic clock, in seconds.
        vet: Whether addresses must be allowed; those of a proxy need not be.
    """

    url: str
    options: FetchOptions
    end: float
    vet: bool = True

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first allowed address of a host that responds."""
        failed = ""
        for address in self.addresses(host, port):
            try:
                inner = httpcore.SyncBackend().connect_tcp(
                    address, port, self.remaining(timeout), local_address, socket_options
                )
            except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
                self.refuse_late()
                reason = getattr(error.__cause__, "strerror", "") or "no response in time"
                failed = f"no connection: {reason.lower()}"
            else:
                return _Stream(inner, self)
        raise self.refused(failed)

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the allowed IP addresses of a host.

        Raises:
            FetchError: The host is unknown, or has no allowed address.
        """
        try:
            found = self.options.resolve(host, port)
        except (OSError, UnicodeError):
            raise self.refused(
                f"the host {host!r} does not exist, or there is no network"
            ) from None
        allowed = [one for one in found if not self.vet or self.options.allowed(one)]
        if not allowed:
            raise FetchError(
                f"{self.url}: {found[0]} is not a public address",
                hint="If you trust it, allow private addresses: "
                "`interopwatch --allow-private …`, or private=True.",
                private=True,
            )
        return allowed

    def remaining(self, timeout: float | None) -> float:
        """Return the seconds left for an operation: its timeout, or less near the deadline."""
        self.refuse_late()
        remaining = self.end - time.monotonic()
        # Not 0, which would make the socket non-blocking.
        return max(remaining if timeout is None else min(remaining, timeout), 0.001)

    def refuse_late(self) -> None:
        """Raise an error if the deadline has passed."""
        if time.monotonic() >= self.end:
            problem = f"it took more than {self.options.total:g} seconds"
            raise self.refused(problem, "Try again later.") from None

    def refused(self, problem: str, hint: str = _CHECK) -> FetchError:
        """Return the error for the requested URL."""
        return FetchError(f"{self.url}: {problem}", hint=hint)


@dataclass(frozen=True, slots=True)
class _Stream(httpcore.NetworkStream):
    """A connection that ends by the deadline, even if a byte arrives now and then."""

    inner: httpcore.NetworkStream
    network: Network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.network.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.network.remaining(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        remaining = self.network.remaining(timeout)
        try:
            inner = self.inner.start_tls(ssl_context, server_hostname, remaining)
        except httpcore.ConnectError:
            raise self.network.refused(
                "its certificate is not trusted, or the TLS handshake failed"
            ) from None
        return _Stream(inner, self.network)


@contextmanager
def requested(url: str, headers: dict[str, str], network: Network) -> Iterator[httpcore.Response]:
    """Request one URL, without following redirects."""
    options = network.options
    timeouts = {"connect": options.connect, "read": options.read, "write": options.read}
    with ExitStack() as stack:
        try:
            target, host = _target(url)
            context = _tls_context(_bundle())
            proxy = _proxy(network, context)
            if proxy is not None:
                _refuse_private(network, target)
                network = replace(network, vet=False)
            pool = stack.enter_context(
                httpcore.ConnectionPool(context, proxy, network_backend=network)
            )
            sent = {"Host": host, "User-Agent": _user_agent(), "Accept": "*/*"}
            # The only compression that is decoded here, a little at a time.
            sent |= {"Accept-Encoding": "gzip", **headers}
            answer = pool.stream(
                "GET", target, headers=list(sent.items()), extensions={"timeout": timeouts}
            )
            response = stack.enter_context(answer)
        except NO_ANSWER as error:
            network.refuse_late()
            raise network.refused(_reason(error)) from None
        yield response


def _reason(error: Exception) -> str:
    """Return why there is no response."""
    if isinstance(error, httpcore.TimeoutException):
        return "no response in time"
    if isinstance(error, httpcore.ProxyError):
        return "the proxy refused the connection"
    if isinstance(error, ValueError):
        return "not an address"
    return "the connection was lost before a response arrived"


def _target(url: str) -> tuple[httpcore.URL, str]:
    """Return a URL in ASCII, as it is requested, and the value of its Host header."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host.isascii():
        # As browsers do (UTS 46): Python's own codec knows only IDNA 2003.
        import idna

        host = idna.encode(host, uts46=True).decode()
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    target = httpcore.URL(
        scheme=parts.scheme, host=host, port=parts.port, target=quote(path, safe=RESERVED)
    )
    host = f"[{host}]" if ":" in host else host
    return target, host if parts.port is None else f"{host}:{parts.port}"


def _refuse_private(network: Network, target: httpcore.URL) -> None:
    """Refuse a host behind a proxy if this machine resolves it to private addresses only."""
    try:
        network.addresses(target.host.decode(), target.origin.port)
    except FetchError as error:
        if error.private:
            raise  # a host unknown here may be known to the proxy


def _proxy(network: Network, context: ssl.SSLContext) -> httpcore.Proxy | None:
    """Return the proxy that the environment names for the URL, if any."""
    parts, proxies = urlsplit(network.url), getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    named = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if named.scheme not in ("http", "https"):
        raise network.refused("a proxy of this kind is not supported")
    return httpcore.Proxy(
        without_credentials(named.geturl()),
        auth=(unquote(named.username), unquote(named.password or "")) if named.username else None,
        ssl_context=context if named.scheme == "https" else None,
    )


def _bundle() -> str:
    """Return the environment's file or folder of certificates; empty if it names none."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or ""


@cache  # reading the system's certificates takes 40 ms, and each file is a separate request
def _tls_context(bundle: str) -> ssl.SSLContext:
    """Return TLS settings with the certificates of a bundle, or those of the system and certifi."""
    if not bundle:
        return httpcore.default_ssl_context()
    context = ssl.create_default_context()
    is_folder = Path(bundle).is_dir()
    context.load_verify_locations(None if is_folder else bundle, bundle if is_folder else None)
    return context


def _user_agent() -> str:
    with suppress(PackageNotFoundError):  # it may run without being installed
        return f"{AGENT}/{version(AGENT)}"
    return AGENT
