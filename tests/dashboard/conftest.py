"""A server of the what-if page, started as a user starts it."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys

import pytest

WINWIN = [sys.executable, "-c", "from sim.cli import main; main()"]
SIZES = {"firms": 200, "months": 14, "seeds": 2}
TERMS = {"start": "2016-02", "max_months": 1, "cash_ratio": 0.9}
ASKED = {
    "tables": {"extends": "baseline", "title": "What if", "policy": {"payment_terms": TERMS}},
    "sizes": SIZES,
}


class Server:
    """A page's server, and what one may ask it."""

    def __init__(self, port):
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, path, body=None, headers=None):
        """Send one request; return status, headers and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        sent = None if body is None else json.dumps(body)
        told = {"Content-Type": "application/json"} if body is not None else {}
        connection.request("GET" if body is None else "POST", path, sent, told | (headers or {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), text

    def run(self, asked):
        """Run a comparison and return all events."""
        _, _, text = self.ask("/api/run", asked)
        return [json.loads(part.removeprefix("data: ")) for part in text.split("\n\n") if part]


@pytest.fixture(scope="session")
def server():
    for package in ("starlette", "uvicorn", "vl_convert"):
        pytest.importorskip(package, reason="the page needs pip install 'winwin[page]'")
    process = subprocess.Popen([*WINWIN, "dashboard", "--no-open"], stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        assert "http://127.0.0.1:" in line, line + process.stderr.read()
        yield Server(int(line.split("127.0.0.1:")[1].split("/")[0]))
    finally:
        process.terminate()
        process.communicate(timeout=10)
