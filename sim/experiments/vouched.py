"""What stored runs vouch for: from what they were made, where, and the digest of their numbers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.columnar import read, write
from sim.experiments.disk import replacing


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the manifest of a run says of its numbers.

    Parameters
    ----------
    scenario_hash, seed
        What was run.
    digest
        Digest of the numbers.
    environment
        Versions and processor's feature level, as JSON.
    """

    scenario_hash: str
    seed: int
    digest: str
    environment: str

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Vouched:
        """Return what a manifest says."""
        made = {
            "winwin": manifest["version"],
            "model": manifest["model"][:8],
            "python": manifest["python"],
            **manifest["packages"],
            "processor": manifest["processor"],
        }
        return cls(manifest["scenario_hash"], manifest["seed"], manifest["digest"], json.dumps(made))


def digest_of(runs: Iterable[Vouched]) -> str:
    """Return the digest of the results of runs, whatever their order, and whoever made them.

    The name of a run does not enter, so that two versions of the program, or two machines, that give
    the same numbers give the same digest.
    """
    told = {f"{run.scenario_hash} {run.seed} {run.digest}\n" for run in runs}
    return hashlib.sha256("".join(sorted(told)).encode()).hexdigest()


def mixture(runs: Iterable[Vouched]) -> str:
    """Say in what the environments of runs differ, and why that matters; "" when they are all alike.

    Examples
    --------
    >>> made = [Vouched("", 1, "", json.dumps({"numpy": version})) for version in ("2.1", "2.2", "2.2")]
    >>> mixture(made).partition(". ")[0]
    'the runs come from 2 environments: numpy 2.2 (2 runs), 2.1 (1 run)'
    """
    counted = Counter(run.environment for run in runs)
    if len(counted) < 2:
        return ""
    made = {environment: json.loads(environment) for environment in counted}
    differ = []
    for name in dict.fromkeys(name for one in made.values() for name in one):
        values: Counter[str] = Counter()
        for environment, many in counted.items():
            values[str(made[environment].get(name, "none"))] += many
        if len(values) > 1:
            differ.append(f"{name} {', '.join(told(*pair) for pair in values.most_common())}")
    return (
        f"the runs come from {len(counted)} environments: {'; '.join(differ)}. Another version or processor "
        "may round a last bit otherwise, which is enough for runs of one scenario and seed to part. Pairs of "
        "unlike origin differ by that too; winwin results --json names the environment of each run"
    )


def told(value: str, runs: int) -> str:
    """Write a value and how many runs have it."""
    return f"{value} ({runs:,} run{'s' if runs > 1 else ''})"


# --- noted ---------------------------------------------------------------------------------------------

Key = tuple[str, int]  # a run, and when it was stored, in nanoseconds


def note(known: Mapping[Key, Vouched], file: Path) -> None:
    """Note what runs vouch for."""
    import pyarrow as pa

    columns = {"run": [run for run, _ in known], "stamp": [stamp for _, stamp in known]}
    columns |= {name: [getattr(one, name) for one in known.values()] for name in Vouched.__slots__}
    with replacing(file) as aside:
        write(pa.table(columns), aside)


def noted(file: Path) -> dict[Key, Vouched]:
    """Return what was noted of runs."""
    try:
        rows = read(file).to_pydict()
        run, stamp, *rest = (rows[name] for name in ("run", "stamp", *Vouched.__slots__))
    except (OSError, ValueError, KeyError):
        return {}
    keys = zip(run, stamp, strict=True)
    return {key: Vouched(*one) for key, *one in zip(keys, *rest, strict=True)}
