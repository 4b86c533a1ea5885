"""One delivery by HTTP: signed as Standard Webhooks has it, and to no address within our own network."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import socket
import time
from dataclasses import dataclass

import httpx

# Addresses that lead to others: what they lead to counts (RFC 6052, 2.1).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: the receiver's status, if it answered, and why it failed, if it did."""

    status: int | None = None
    error: str | None = None
    # How many seconds the receiver asks to wait.
    retry_after: float = 0.0

    @property
    def is_gone(self) -> bool:
        return self.status == 410


def signatures(secrets: str, id_: str, timestamp: int, body: bytes) -> str:
    """The header of the signatures (Standard Webhooks, "Signature scheme"): one for each secret."""
    signed = b"%b.%d.%b" % (id_.encode(), timestamp, body)
    keys = (base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets.split())
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys)


def is_public(text: str) -> bool:
    """Whether an address is one that anybody could reach, and not of this computer or of a network of its own."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if within or address.teredo:
            return bool(within) and is_public(str(within))
    return address.is_global and not address.is_multicast and not address.is_reserved


class Sender:
    """Sends deliveries, each over a connection of its own: what is kept open would be shared by whoever has an address."""

    def __init__(
        self,
        *,
        allows_private: bool = False,
        at_once: int = 50,
        connects_within: float = 5.0,
        answers_within: float = 15.0,
    ) -> None:
        self._allows_private, self._limit = allows_private, connects_within + answers_within
        self._turns = asyncio.Semaphore(at_once)
        self._client = httpx.AsyncClient(
            # Neither a proxy of the environment nor a redirect may lead elsewhere.
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(answers_within, connect=connects_within),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, url: str, secrets: str, id_: str, body: bytes) -> Outcome:
        """Deliver once. It never raises: what goes wrong is the outcome."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._limit):
                    return await self._send(url, secrets, id_, body)
            except (TimeoutError, httpx.TimeoutException):
                return Outcome(error="The receiver did not answer in time.")
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                # Its own words may hold addresses of our network.
                return Outcome(error=f"The receiver could not be reached ({type(error).__name__}).")

    async def _send(self, url: str, secrets: str, id_: str, body: bytes) -> Outcome:
        given = httpx.URL(url)
        host = given.raw_host.decode()
        address = await self._address(host, given.port or (443 if given.scheme == "https" else 80))
        if address is None:
            return Outcome(error=f'"{host}" leads to no public address; see GUANXI_WEBHOOK_PRIVATE.')
        timestamp = int(time.time())
        headers = {
            "host": given.netloc.decode(),
            "content-type": "application/json",
            "user-agent": "Guanxi-Webhooks",
            "webhook-id": id_,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(secrets, id_, timestamp, body),
        }
        # The connection goes to the address that was checked: asked again, the name could lead elsewhere.
        target = given.copy_with(host=address)
        extensions = {"sni_hostname": host} if given.scheme == "https" else {}
        async with self._client.stream(
            "POST", target, headers=headers, content=body, extensions=extensions
        ) as response:
            # What the receiver says besides is of no interest, however long it is.
            if response.is_success:
                return Outcome(response.status_code)
            waits = response.headers.get("retry-after", "")
            return Outcome(
                response.status_code,
                f"The receiver answered {response.status_code}.",
                min(float(waits), 3600.0) if waits.isdigit() else 0.0,
            )

    async def _address(self, host: str, port: int) -> str | None:
        """An address of a host that may be connected to."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        return next((each for each in addresses if self._allows_private or _is_public(each)), None)


def _is_public(address: str) -> bool:
    # An address with a zone is one of a local link.
    return "%" not in address and is_public(address)
