"""Who may talk to the page's server: pages it has served itself, on this machine.

Any web site can make a browser send requests to 127.0.0.1, under its own name too (DNS rebinding). So a
request must name this server as its host, and one that does something must come from this server's own page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost", "[::1]")
MOST = 200_000  # bytes of what a page may send
HEADERS = {
    b"content-security-policy": b"default-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cache-control": b"no-cache",
}


def refusal(method: str, headers: dict[str, str]) -> str:
    """Return why a request is refused, or "".

    Examples
    --------
    >>> refusal("GET", {"host": "127.0.0.1:8000"})
    ''
    >>> refusal("GET", {"host": "rebound.example:8000"})
    'this server answers on this machine only'
    >>> refusal("POST", {"host": "localhost:8000", "origin": "http://other.example"})
    'requests come from the page of this server only'
    """
    host = headers.get("host", "")
    name, _, port = host.rpartition(":")
    if (name if port.isdigit() else host) not in NAMES:
        return "this server answers on this machine only"
    if method in ("GET", "HEAD"):
        return ""
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return "requests come from the page of this server only"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "requests come from the page of this server only"
    if headers.get("content-type", "").partition(";")[0] != "application/json":
        return "requests are JSON"
    if not headers.get("content-length", "").isdigit() or int(headers["content-length"]) > MOST:
        return "the request is too long, or does not say how long it is"
    return ""


class Guard:
    """Refuse what does not come from the own page, and tell browsers to load nothing from elsewhere."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse, one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        reason = refusal(scope["method"], headers)
        if reason:
            kind = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": kind})
            await send({"type": "http.response.body", "body": f"winwin: {reason}\n".encode()})
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = [pair for pair in message["headers"] if pair[0].lower() not in HEADERS]
                message = {**message, "headers": [*own, *HEADERS.items()]}
            await send(message)

        await self.app(scope, receive, guarded)
