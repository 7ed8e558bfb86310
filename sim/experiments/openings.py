"""Opening economies kept from one run to the next, so that a run does not build what was built before.

The opening economy depends on the program, the packages, the processor, the ``[economy]`` table, the rules'
parameters, the first month and the seed; not on policies, shocks or what is recorded. All this makes the
name of the file that holds it. A file says what its own bytes add up to; one that is damaged is built anew.
The folder is the user's cache folder or what ``WINWIN_CACHE`` names; ``WINWIN_CACHE=off`` keeps nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pickle
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.disk import replacing
from sim.experiments.manifest import PACKAGES, fingerprint, package_version, processor_level

if TYPE_CHECKING:
    from sim.model import Ecosystem
    from sim.population.build import Opening
    from sim.scenario import Scenario

SWITCH = "WINWIN_CACHE"
LARGEST = 20_000  # firms up to which openings are kept: 30 MiB
MOST = 256 << 20  # bytes of the whole folder; the files not used for longest go first
DIGEST = hashlib.sha256().digest_size


def opened(scenario: Scenario, seed: int) -> Ecosystem:
    """Return a model at its start, its opening economy from the cache if there; raises as `kept_opening`."""
    from sim.model import Ecosystem

    return Ecosystem(scenario, seed, kept_opening(scenario, seed))


def kept_opening(scenario: Scenario, seed: int) -> Opening:
    """Return the opening economy of a scenario and seed, from the cache if it is there.

    Raises
    ------
    InputError
        As `sim.population.build.open_economy`.
    """
    from sim.core.draws import Draws
    from sim.population.build import open_economy

    economy, month = scenario.economy, scenario.run.first_month
    folder = cache_folder()
    own = economy.firms_table or economy.links_table or economy.io_table
    if folder is None or own or economy.firms > LARGEST:
        return open_economy(economy, scenario.parameters, Draws(seed), month)
    file = folder / f"{key_of(economy, scenario.parameters, seed, month)}.opening"
    found = read(file)
    if found is None:
        found = open_economy(economy, scenario.parameters, Draws(seed), month)
        write(file, found)
    return found


def cache_folder() -> Path | None:
    """Return the folder for openings; None when nothing shall be kept."""
    told = os.environ.get(SWITCH, "")
    if told.lower() in ("off", "0", "no"):
        return None
    if told:
        return Path(told) / "openings"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "winwin" / "openings"


def key_of(economy: Any, parameters: Mapping[str, Any], seed: int, month: int) -> str:
    """Return a name for all on which an opening economy depends; how long it then runs is no part of it."""
    program = [fingerprint(), platform.python_version(), processor_level(), *map(package_version, PACKAGES)]
    rules = {name: repr(values) for name, values in sorted(parameters.items()) if name != "run"}
    told = json.dumps([program, repr(economy), rules, seed, month])
    return hashlib.sha256(told.encode()).hexdigest()


def read(file: Path) -> Opening | None:
    """Return what a file holds; None when it is not there or damaged."""
    try:
        stored = file.read_bytes()
        content = memoryview(stored)[DIGEST:]
        if hashlib.sha256(content).digest() != stored[:DIGEST]:
            return None
        with contextlib.suppress(OSError):
            os.utime(file)  # used just now
        found: Opening = pickle.loads(content)
    except (OSError, pickle.PickleError, EOFError, AttributeError, ImportError, IndexError):
        return None
    return found


def write(file: Path, opening: Opening) -> None:
    """Store an opening; it appears whole or not at all; a folder that cannot be written to is no fault."""
    stream = io.BytesIO()
    Pickler(stream, protocol=5).dump(opening)
    content = stream.getvalue()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_room(file.parent, len(content))
        with replacing(file) as aside:
            aside.write_bytes(hashlib.sha256(content).digest() + content)
    except OSError:
        return


class Pickler(pickle.Pickler):
    """Writes arrays so that they come back with NumPy's own types of numbers.

    As NumPy writes them, each comes back with a copy of its type, which equals the original and is another
    object; some functions, ``add.at`` among them, then take a path many times slower.
    """

    def reducer_override(self, thing: Any) -> Any:
        """Say how an array is made again."""
        if type(thing) is np.ndarray and thing.dtype.isbuiltin == 1 and not thing.dtype.hasobject:
            stored = pickle.PickleBuffer(np.ascontiguousarray(thing))
            return as_array, (stored, thing.dtype.str, thing.shape)
        return NotImplemented


def as_array(stored: bytearray, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return stored numbers as an array."""
    return np.frombuffer(stored, dtype).reshape(shape)


def make_room(folder: Path, size: int) -> None:
    """Delete the files not used for longest until a new one fits."""
    known = []
    for file in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may have deleted it
            known.append((file.stat().st_mtime, file.stat().st_size, file))
    held = sum(bytes_ for _, bytes_, _ in known)
    for _, bytes_, file in sorted(known):
        if held + size <= MOST:
            return
        file.unlink(missing_ok=True)
        held -= bytes_
