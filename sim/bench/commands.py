"""``winwin bench``: measure and print."""

from __future__ import annotations

import json
import sys

from sim.bench.report import page
from sim.bench.whole import Plan, benchmark


def bench(quick: bool, as_json: bool) -> bool:
    """Measure this machine and print tables or one JSON document; what is at work goes to standard error."""

    def tell(what: str) -> None:
        print(f"measuring: {what}", file=sys.stderr, flush=True)

    found = benchmark(Plan.quick() if quick else Plan.full(), tell)
    print(json.dumps(found, indent=2) if as_json else page(found))
    return True
