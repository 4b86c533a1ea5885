"""As little HTTP/1.1 as it takes to be a client: whole requests, and where a response's body ends."""

from __future__ import annotations

import asyncio


def request_bytes(port: int, path: str, body: str, forwarded_for: str = "") -> bytes:
    """A POST of JSON on a connection that stays open; as a proxy sends it on, if it is forwarded for somebody."""
    sent = body.encode()
    forwarded = f"X-Forwarded-For: {forwarded_for}\r\n" if forwarded_for else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\n{forwarded}Content-Length: {len(sent)}\r\n\r\n"
    )
    return head.encode() + sent


def status_of(received: bytearray) -> int:
    """The status of a response of which at least the first line is there."""
    return int(received[9:12])


def complete_body(received: bytearray) -> bytes | None:
    """The body of the one response in these bytes, if all of it is there; framed as RFC 9112, section 6, says."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    start = end + 4
    at = head.find(b"content-length:")
    if at >= 0:
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        return bytes(received[start : start + length]) if len(received) >= start + length else None
    if not received.endswith(b"0\r\n\r\n"):
        return None
    parts = []
    while (line := received.find(b"\r\n", start)) >= 0 and (size := int(received[start:line], 16)):
        parts.append(bytes(received[line + 2 : line + 2 + size]))
        start = line + 4 + size
    return b"".join(parts)


async def post(port: int, path: str, body: str) -> tuple[int, bytes]:
    """One request on a connection of its own: the response's status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request_bytes(port, path, body))
        received = bytearray()
        while (found := complete_body(received)) is None:
            piece = await reader.read(1 << 18)
            if not piece:
                raise ConnectionError(f"port {port} closed the connection before its answer was complete")
            received += piece
        return status_of(received), found
    finally:
        writer.close()
