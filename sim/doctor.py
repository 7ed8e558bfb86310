"""``winwin doctor``: whether all is here that a run, a figure and the page need, and a short run."""

from __future__ import annotations

import platform
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent
FONT = PACKAGE / "figures" / "font" / "WinwinHangul.ttf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "safari", "msedge")
OLDEST = (3, 12)
RUN = {"economy.firms": 300, "run.months": 12}
Status = Literal["ok", "note", "FAIL"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: a ``note`` is worth knowing, a ``FAIL`` is needed; ``fix`` is what to do."""

    status: Status
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.status:<5} {self.what}" + (f"\n      {self.fix}" if self.fix else "")


def python() -> Iterator[Finding]:
    """Look at Python itself."""
    from sim.experiments.manifest import processor_level

    told = f"Python {platform.python_version()}, {platform.system()}, processor level {processor_level()}"
    if sys.version_info < OLDEST:
        yield Finding("FAIL", told, "install Python 3.12 or later")
    else:
        yield Finding("ok", told)


def packages() -> Iterator[Finding]:
    """Look at the packages every run needs, and at those of the extras."""
    missing: dict[str, list[str]] = {}
    found = 0
    for text in metadata.requires("winwin") or []:
        extra, wrong = unmet(text)
        if wrong:
            missing.setdefault(extra, []).append(wrong)
        found += not wrong
    needed = missing.pop("", [])
    if needed:
        yield Finding(
            "FAIL", f"packages: {', '.join(needed)}", "install winwin again: make setup, or pip install"
        )
    else:
        yield Finding("ok", f"packages: all that a run needs, {found} with those of extras")
    for extra, names in sorted(missing.items()):
        fix = (
            f"only for what it serves: pip install 'winwin[{extra}]' (in a checkout: uv sync --extra {extra})"
        )
        yield Finding("note", f"extra {extra} is not complete: {', '.join(names)}", fix)


def unmet(text: str) -> tuple[str, str]:
    """Return the extra a requirement belongs to, "" for none, and what is wrong with what is installed."""
    from packaging.requirements import Requirement

    wanted = Requirement(text)
    extra = str(wanted.marker).rpartition('extra == "')[2].partition('"')[0] if wanted.marker else ""
    try:
        version = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        return extra, f"{wanted.name} is missing"
    right = wanted.specifier.contains(version, prereleases=True)
    return extra, "" if right else f"{wanted.name} {version}, needed {wanted.specifier}"


def locked() -> Iterator[Finding]:
    """Compare what makes numbers with the versions the lock names; last bits may hang on them."""
    from sim.experiments.manifest import PACKAGES, package_version

    lock = PACKAGE.parent / "uv.lock"
    if not lock.is_file():
        yield Finding("note", "versions: no lock beside the package, so they are those your installer chose")
        return
    listed = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    wanted = {row["name"]: row.get("version", "") for row in listed}
    others = [
        f"{name} {package_version(name)}, locked {wanted[name]}"
        for name in PACKAGES
        if name in wanted and package_version(name) != wanted[name]
    ]
    if others:
        fix = "results may differ in their last digits; uv sync --frozen installs the locked ones"
        yield Finding("note", f"versions: {'; '.join(others)}", fix)
    else:
        yield Finding("ok", "versions: those of the lock")


def font() -> Iterator[Finding]:
    """Look for the letters of Korean figures and pages."""
    if FONT.is_file():
        yield Finding("ok", f"font: {FONT.name} comes with the package")
    else:
        yield Finding("note", "font: the Korean one is not with the package", "install winwin again")


def browser() -> Iterator[Finding]:
    """Look for a browser, which only the page and its tests need."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield Finding("ok", f"browser: {Path(found).name}")
    else:
        fix = (
            "only for winwin dashboard on this machine and its tests: apt-get install chromium, or any other"
        )
        yield Finding("note", "browser: none found by its name", fix)


def folder() -> Iterator[Finding]:
    """Try to write where results go."""
    from sim.core.errors import InputError
    from sim.experiments.commands import check_folder

    try:
        check_folder(Path("results"))
    except InputError as error:
        yield Finding(
            "FAIL", f"folder: {error.problems[0].what}", "go to a folder you may write to, or use -o"
        )
    else:
        free = shutil.disk_usage(Path()).free / 1e9
        yield Finding("ok", f"folder: results can be written here, {free:.0f} GB free")


def short_run() -> Iterator[Finding]:
    """Do a short run: its books have to close, or it stops."""
    from sim.experiments.run import run
    from sim.scenario import Scenario

    scenario = Scenario.load("growth_for_all").replacing(*(part for pair in RUN.items() for part in pair))
    begun = time.perf_counter()
    try:
        done = run(scenario, seed=1)
    except Exception as error:
        fix = "winwin run growth_for_all --firms 300 --months 12 --seeds 1 shows all of it"
        yield Finding("FAIL", f"a short run failed: {type(error).__name__}: {error}", fix)
    else:
        took, sizes = (
            time.perf_counter() - begun,
            f"{scenario.economy.firms} firms, {len(done.metrics)} months",
        )
        yield Finding(
            "ok", f"a short run, {sizes}: {took:.1f} seconds, digest {done.manifest['digest'][:12]}"
        )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    locked,
    font,
    browser,
    folder,
    short_run,
)


def doctor() -> bool:
    """Print what was found, line by line, and return whether something needed is missing."""
    failed = False
    for check in CHECKS:
        for finding in check():
            print(finding, flush=True)
            failed |= finding.status == "FAIL"
    return failed
