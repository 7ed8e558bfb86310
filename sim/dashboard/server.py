"""The server of the what-if page: its files, what it knows of the levers, checks, and runs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.core.errors import InputError, Problem, nearest
from sim.dashboard import levers
from sim.dashboard.guard import Guard
from sim.dashboard.runs import Runs, cores
from sim.dashboard.runs import network as draw_network
from sim.dashboard.state import REPORTED, Asked, asked
from sim.dashboard.worker import told_problem
from sim.experiments.manifest import fingerprint, package_version
from sim.scenario import Scenario
from sim.scenario.files import shipped
from sim.words import table

STATIC = Path(__file__).parent / "static"
FONT = Path(__file__).parents[1] / "figures" / "font" / "WinwinHangul.ttf"


def application() -> Starlette:
    """Return the page's server."""
    routes = [
        Route("/", index),
        Route("/vega.js", vega),
        Route("/font.ttf", font),
        Route("/api/page", page),
        Route("/api/levers", levers_of),
        Route("/api/check", check, methods=["POST"]),
        Route("/api/run", run, methods=["POST"]),
        Route("/api/network", network, methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard)], lifespan=prepared)


@asynccontextmanager
async def prepared(app: Starlette) -> AsyncIterator[None]:
    """Keep the runs of the page, and end what is left of them with the server."""
    app.state.runs = Runs()
    yield
    await app.state.runs.close()


@cache
def bundle() -> str:
    """Return Vega-Lite for browsers as one script."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


async def index(_: Request) -> Response:
    """Answer with the page."""
    return FileResponse(STATIC / "index.html")


async def font(_: Request) -> Response:
    """Answer with Korean letters, for machines that have none."""
    return FileResponse(FONT, media_type="font/ttf")


async def vega(_: Request) -> Response:
    """Answer with the script that draws charts."""
    return Response(await run_in_threadpool(bundle), media_type="text/javascript")


def page(_: Request) -> Response:
    """Answer with what the page shows before anything is chosen."""
    words = {key: {"en": row.english, "ko": row.korean} for key, row in table().items()}
    return JSONResponse(
        {
            "version": package_version("winwin"),
            "model": fingerprint(),
            "baselines": levers.baselines(),
            "sizes": levers.sizes(),
            "words": words,
            "reported": REPORTED,
            "cores": cores(),
        }
    )


def levers_of(request: Request) -> Response:
    """Answer with the levers as they stand on a baseline."""
    base = request.query_params.get("base", "baseline")
    if base not in shipped():
        return refused([Problem("base", f"there is no scenario {base!r}", nearest(base, shipped()))])
    return JSONResponse({"levers": levers.levers_on(Scenario.load(shipped()[base]))})


def refused(problems: list[Problem]) -> Response:
    """Answer with all that is wrong."""
    return JSONResponse({"problems": [told_problem(problem) for problem in problems]}, status_code=422)


async def wanted(request: Request) -> tuple[Any, Asked]:
    """Return what was sent, and the scenarios it means."""
    try:
        told = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise InputError([Problem("the page", "sent something that is not JSON", "load it again")]) from None
    return told, await run_in_threadpool(asked, told)


async def check(request: Request) -> Response:
    """Answer with the scenario as a file, the command and how long it takes, or with all that is wrong."""
    try:
        _, meant = await wanted(request)
    except InputError as error:
        return refused(list(error.problems))
    runs: Runs = request.app.state.runs
    runs.prepare(bundle)
    scenario = meant.scenarios[1]
    return JSONResponse(
        {
            "toml": meant.toml(),
            "command": meant.command(),
            "hash": scenario.hash,
            "changes": len(scenario.diff(meant.scenarios[0])),
            "notes": list(scenario.notes),
            "seconds": runs.seconds(meant),
        }
    )


async def run(request: Request) -> Response:
    """Do a comparison and tell how it goes; when the browser goes away, the runs end."""
    try:
        told, meant = await wanted(request)
    except InputError as error:
        return refused(list(error.problems))
    lines = request.app.state.runs.compare(told, meant)

    async def events() -> AsyncIterator[str]:
        try:
            async for line in lines:
                yield f"data: {json.dumps(line, ensure_ascii=False)}\n\n"
        finally:
            await lines.aclose()

    return StreamingResponse(events(), media_type="text/event-stream")


async def network(request: Request) -> Response:
    """Answer with a picture of a supply chain of the baseline, in all languages."""
    try:
        told, _ = await wanted(request)
    except InputError as error:
        return refused(list(error.problems))
    return JSONResponse(await draw_network(told))
