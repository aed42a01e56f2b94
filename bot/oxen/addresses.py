"""Which addresses a result may be fetched from.

A result's address comes from outside and may redirect anywhere. It must lead to the public
internet, not into the operator's own network, so every hop is resolved and checked here, and the
connection then goes to the very address that was checked (a second look-up could answer otherwise).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx

from bot.errors import DownloadError, UnsafeAddressError
from bot.oxen.host import OxenHost

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Turns a host name and a port into IP addresses; raises ``OSError``."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits, reached through the operator's own gateway."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, off the event loop."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, also one that wraps an IPv4 address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None:
            return is_public(str(ip.sixtofour))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What a result's address, or a redirect of it, must satisfy."""

    host: OxenHost
    allowed_hosts: tuple[str, ...] = ()
    """Where not empty, the only hosts beside Oxen's own; ``.example.com`` means all under it."""
    resolver: Resolver = resolve

    async def checked(self, url: httpx.URL) -> tuple[str, ...]:
        """The IP addresses to which a connection may be made, in the order to try them.

        A local Oxen (the sandbox) may answer with local addresses and plain http. Raises
        ``UnsafeAddressError``, or ``DownloadError`` where the name does not resolve.
        """
        schemes = {"https", "http"} if self.host.is_local else {"https"}
        if url.scheme not in schemes or not url.host or url.userinfo:
            raise UnsafeAddressError("The address is not a plain https address.")
        if self.allowed_hosts and not self.host.owns(url) and not self._is_listed(url.host):
            raise UnsafeAddressError(f"The host {url.host} is not on the list.")
        try:
            found = await self.resolver(
                url.host, url.port or (443 if url.scheme == "https" else 80)
            )
        except (OSError, UnicodeError) as error:
            raise DownloadError(f"The host {url.host} does not resolve.") from error
        if not found:
            raise DownloadError(f"The host {url.host} does not resolve.")
        if not self.host.is_local and not all(is_public(address) for address in found):
            raise UnsafeAddressError(f"The host {url.host} is not on the public internet.")
        return tuple(found)

    def _is_listed(self, name: str) -> bool:
        lowered = name.lower().rstrip(".")
        return any(
            lowered.endswith(entry.lower()) if entry.startswith(".") else lowered == entry.lower()
            for entry in self.allowed_hosts
        )
