"""Connections that end badly."""

from __future__ import annotations

import socket
import struct

from aiohttp import web

# Lingering for zero seconds makes the kernel send RST instead of an orderly end.
_LINGER_ZERO = struct.pack("ii", 1, 0)


def reset(request: web.Request) -> None:
    """Reset the connection under a request; what was not yet sent is lost."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
