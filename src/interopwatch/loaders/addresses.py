"""Internet addresses: which of them are public, and which parts of a URL to show."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_PUBLIC: Final = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10"))
)
"""What Python does not know, in all its versions, as not public: a cloud's own services among
public addresses (Azure: "What is IP address 168.63.129.16?"), and ranges of IANA's registries."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway translates into the IPv4 address in their end (RFC 6052)."""


def is_public(text: str) -> bool:
    """Whether an IP address is one that anyone on the internet may reach.

    Private, loopback, link-local, multicast, reserved and shared addresses are not (IANA's
    registries of special-purpose addresses), nor is an IPv6 address that stands for such an
    IPv4 address.

    >>> [is_public(text) for text in ("9.9.9.9", "2620:fe::fe", "127.0.0.1", "::ffff:10.0.0.1")]
    [True, True, False, False]
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inside = _inside(address)
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return all(map(_is_public, inside))  # it is nothing else than the IPv4 address
    return all(map(_is_public, (address, *inside)))


def _is_public(address: _Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    listed = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not special and not listed


def _inside(address: _Address) -> tuple[_Address, ...]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    found: list[_Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += address.teredo or ()
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return tuple(each for each in found if each is not None)


def without_credentials(url: str) -> str:
    """A URL without the name and password that may stand in it, and without its fragment.

    >>> without_credentials("https://me:secret@example.org/a?b#c")
    'https://example.org/a?b'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
