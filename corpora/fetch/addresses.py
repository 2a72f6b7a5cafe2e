"""Which addresses may be fetched from: public ones, and nothing that leads to another kind."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import TypeAlias

from corpora.errors import SourceError
from corpora.fetch.policy import Policy
from corpora.fetch.urls import Target

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not public, whatever the Python that runs this knows of them: protocol assignments (RFC 6890),
#: 6to4 relays (RFC 7526), documentation (RFC 9637).
_OTHERS = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "3fff::/20"))
)
#: All that is assigned as global unicast (RFC 4291): the rest of IPv6 is mapped, local or reserved.
_GLOBAL = ipaddress.IPv6Network("2000::/3")
#: Carries an IPv4 address in its last 32 bits (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_REMEDY = "Give the address of a public server, or have FETCH_PRIVATE_ALLOWED name this one."


def is_public(text: str) -> bool:
    """Whether an address, and the IPv4 address that it may carry, is one of the public network's.

    >>> is_public("198.41.0.4"), is_public("10.0.0.1"), is_public("64:ff9b::a00:1")
    (True, False, False)
    """
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:  # with a zone, as link-local ones have it
        return False
    if isinstance(address, ipaddress.IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(str(carried))
        if address not in _GLOBAL:
            return False
    listed = any(address in network for network in _OTHERS if network.version == address.version)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not listed
    )


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to this one end at."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(
    target: Target, policy: Policy, resolver: Callable[[str, int], Sequence[str]] | None = None
) -> list[str]:
    """The addresses to connect to: all that the name has, if each of them may be fetched from.

    Raises SourceError for a name that has none, and for one that has any that is not public:
    a server that names both kinds is not one to be trusted with the choice.
    """
    try:
        found = (resolver or resolve)(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise SourceError(
            target.url,
            None,
            f"the name {target.host} is not known.",
            remedy="Check the spelling.",
            retryable=getattr(error, "errno", None) == socket.EAI_AGAIN,
        ) from error
    if not target.allowed(policy):
        for address in found:
            if not is_public(address):
                raise SourceError(
                    target.url,
                    None,
                    f"{address} is no public address."
                    if address == target.host
                    else f"{target.host} is {address}, which is no public address.",
                    remedy=_REMEDY,
                )
    return list(found)
