"""Write the generated documentation, or say what of it is stale (``--check``)."""

from __future__ import annotations

import sys

from sim.docs.pages import pages, stale


def main(arguments: list[str]) -> int:
    """Write the pages; with ``--check`` only compare them. Return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m sim.docs [--check]", file=sys.stderr)
        return 2
    outdated = stale()
    if arguments:
        for file in outdated:
            print(f"sim/docs/{file.name} is stale: run python -m sim.docs", file=sys.stderr)
        return 1 if outdated else 0
    for file, text in pages().items():
        if file in outdated:
            file.write_text(text, encoding="utf-8")
            print(f"written: sim/docs/{file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
