"""Results, streamed to disk from wherever Oxen's links lead, and no further."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx

from bot.errors import DiskError, DownloadError, DownloadTooLargeError, UnsafeAddressError
from bot.oxen.addresses import AddressRules, Resolver, resolve
from bot.oxen.growing_file import GrowingFile
from bot.oxen.host import OxenHost

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COMMON_HEADERS = MappingProxyType(
    {
        "Accept": "video/*, */*;q=0.5",
        # What arrives is counted against Content-Length, so it must not be compressed.
        "Accept-Encoding": "identity",
        # A connection is made to an IP address under one host's name; another host that shares the
        # address must not inherit it from the pool.
        "Connection": "close",
    }
)


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """Limits of a download."""

    allowed_hosts: tuple[str, ...] = ()
    """Where not empty, the only hosts beside Oxen's own; ``.example.com`` means all under it."""
    max_redirects: int = 5
    total_s: float = 15 * 60.0
    """A server that trickles bytes must not hold a download for ever."""
    resolver: Resolver = resolve


class Downloads:
    """Fetches results. The API key goes to Oxen's own origin, and never after leaving it."""

    def __init__(
        self, client: httpx.AsyncClient, host: OxenHost, *, policy: DownloadPolicy
    ) -> None:
        self._client = client
        self._host = host
        self._policy = policy
        self._rules = AddressRules(host, policy.allowed_hosts, policy.resolver)

    async def fetch(self, url: str, to: Path, *, max_bytes: int) -> int:
        """Stream a result into the file ``to``, flushed and fsynced; its size in bytes.

        Nothing is left at ``to`` when it fails. Raises ``DownloadTooLargeError`` over
        ``max_bytes``, ``UnsafeAddressError`` where the address may not be followed, ``DiskError``
        where the file cannot be written, ``DownloadError`` for everything else. No message names
        more of an address than its host.
        """
        try:
            async with asyncio.timeout(self._policy.total_s), AsyncExitStack() as stack:
                response = await self._open(_address(url), stack)
                return await _save(response, to, max_bytes=max_bytes)
        except TimeoutError as error:
            raise DownloadError("The download took too long.") from error
        except httpx.InvalidURL:
            raise UnsafeAddressError("A redirect leads to what is no address.") from None
        except httpx.HTTPError as error:
            raise DownloadError(f"The download broke off ({type(error).__name__}).") from error
        except OSError as error:
            raise DiskError(f"The file could not be written: {error.strerror}.") from error

    async def _open(self, url: httpx.URL, stack: AsyncExitStack) -> httpx.Response:
        is_home = True
        for _ in range(self._policy.max_redirects + 1):
            is_home = is_home and self._host.owns(url)
            response = await self._request(url, with_key=is_home)
            stack.push_async_callback(response.aclose)
            if response.status_code not in _REDIRECTS:
                if response.status_code != httpx.codes.OK:
                    raise DownloadError(
                        f"{url.host} answered with HTTP {response.status_code}.",
                        status_code=response.status_code,
                    )
                return response
            location = response.headers.get("location")
            if not location:
                raise DownloadError(f"{url.host} redirects to nowhere.")
            await response.aclose()
            url = _address(location, relative_to=url)
        raise DownloadError(f"More than {self._policy.max_redirects} redirects.")

    async def _request(self, url: httpx.URL, *, with_key: bool) -> httpx.Response:
        """Ask the addresses that were checked, the next where one does not connect."""
        addresses = await self._rules.checked(url)
        headers = {**_COMMON_HEADERS, "Host": url.netloc.decode("ascii")}
        if with_key:
            headers.update(self._host.headers_for(url))
        for number, address in enumerate(addresses, start=1):
            request = self._client.build_request(
                "GET",
                url.copy_with(host=address.partition("%")[0]),
                headers=headers,
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                return await self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise UnsafeAddressError("There is no address to connect to.")  # pragma: no cover


def _address(text: str, *, relative_to: httpx.URL | None = None) -> httpx.URL:
    try:
        return relative_to.join(text) if relative_to is not None else httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError):
        # The cause would carry the address, which may be signed.
        raise UnsafeAddressError("The address cannot be read.") from None


async def _save(response: httpx.Response, to: Path, *, max_bytes: int) -> int:
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise DownloadError("The result is compressed although that was not asked for.")
    announced = response.headers.get("content-length", "")
    expected = int(announced) if announced.isascii() and announced.isdigit() else None
    if expected is not None and expected > max_bytes:
        raise DownloadTooLargeError(f"The result has {expected} bytes, {max_bytes} are allowed.")
    received = 0
    async with GrowingFile(to) as file:
        async for chunk in response.aiter_raw():
            received += len(chunk)
            if received > max_bytes:
                raise DownloadTooLargeError(f"The result has more than {max_bytes} bytes.")
            await file.write(chunk)
        if received == 0 or (expected is not None and received != expected):
            raise DownloadError("The result did not arrive whole.")
        await file.finish()
    return received
