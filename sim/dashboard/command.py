"""``winwin dashboard``: serve the what-if page on this machine and open it."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser

from sim.core.errors import InputError, Problem

HOST = "127.0.0.1"
PORT = 8321
NEEDED = "pip install 'winwin[page]' (in a checkout: uv sync --extra page)"


def serve(port: int | None, open_browser: bool) -> None:
    """Serve the page until interrupted.

    Raises
    ------
    InputError
        When the optional packages are missing, or the port is taken.
    """
    try:
        import uvicorn
        import vl_convert  # noqa: F401

        from sim.dashboard.server import application
    except ImportError as error:
        what = f"the page needs a package that is not installed: {error.name}"
        raise InputError([Problem("dashboard", what, NEEDED)]) from None
    bound = listening(port)
    address = f"http://{HOST}:{bound.getsockname()[1]}/"
    print(
        f"winwin: the page is at {address} (this machine only); Ctrl+C ends it", file=sys.stderr, flush=True
    )
    if open_browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    config = uvicorn.Config(application(), log_level="warning", timeout_graceful_shutdown=2, lifespan="on")
    uvicorn.Server(config).run(sockets=[bound])


def listening(port: int | None) -> socket.socket:
    """Return a socket on this machine's own address: the port asked for, else the usual one or any."""
    for chosen in (PORT, 0) if port is None else (port,):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, chosen))
        except OSError as error:
            bound.close()
            if chosen == PORT and port is None:
                continue
            what = f"the port cannot be used: {error.strerror}"
            raise InputError([Problem(f"--port {port}", what, "leave --port out, or name another")]) from None
        bound.listen(64)
        return bound
    raise AssertionError("a free port is always found")
