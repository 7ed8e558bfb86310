"""The generated pages, as text: the data dictionary, and the description with its tables renewed."""

from __future__ import annotations

import re
from pathlib import Path

from sim import phases, rules
from sim.core.columns import Table
from sim.docs import tables
from sim.economy import kinds
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.sectors import Banks, Households, Sectors
from sim.scenario.explain import groups_by_name

HERE = Path(__file__).parent
BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
TABLES: tuple[type[Table], ...] = (Firms, Groups, Links, Sectors, Households, Banks)
CODES = (kinds.Kind, kinds.Size, kinds.Criticality, kinds.Instrument)


def pages() -> dict[Path, str]:
    """Return the text every generated page should have, by file."""
    description = HERE / "odd.md"
    return {
        description: renewed(description.read_text(encoding="utf-8")),
        HERE / "data_dictionary.md": data_dictionary(),
    }


def stale() -> list[Path]:
    """Return the generated pages whose text is not what the code declares."""
    return [
        file
        for file, text in pages().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def renewed(text: str) -> str:
    r"""Return a page with everything between its markers printed anew.

    Raises
    ------
    KeyError
        When a marker names nothing that can be printed.

    Examples
    --------
    >>> page = "<!-- generated: payment -->\nold\n<!-- end -->"
    >>> "arrears_limit" in renewed(page), "old" in renewed(page)
    (True, False)
    """
    return BLOCK.sub(lambda found: f"{found[1]}\n{block(found[2])}\n\n{found[3]}", text)


def block(name: str) -> str:
    """Return what stands between the markers of a name: policies, a package, or a group of parameters."""
    packages = {"phases": phases, "rules": rules}
    if name in packages:
        return tables.functions(packages[name])
    return tables.policies() if name == "policies" else tables.parameters(groups_by_name()[name])


def data_dictionary() -> str:
    """Return the data dictionary."""
    groups = [name for name in groups_by_name() if not name.startswith("policy.")]
    parts = [
        "# Data dictionary",
        "Printed from the declarations in the code by `python -m sim.docs`; do not edit. Units: `1` is a\n"
        "ratio, `row` a row number of another table, `code` one of the codes below, `unit` a quantity of\n"
        "goods that cost one won at the start.",
        "## Tables",
        "Columns of the running model, `model.firms.sales` for example. Amounts, also those of\n"
        "`model.accounts` and of panels, are those of the simulated economy; times `model.scale` they are\n"
        "Korea's. Metrics are scaled back.",
        *(section(kind.__name__, kind, tables.columns(kind)) for kind in TABLES),
        "## Codes",
        *(section(kind.__name__, kind, tables.codes(kind)) for kind in CODES),
        "## Metrics",
        "One number a month. Totals marked Korea are simulated amounts times `model.scale`; others are\n"
        "ratios, rates, or counts of simulated firms. Titles stand in sim/words/labels.csv; good says\n"
        "whether more of it is good (up) or bad (down), and nothing where that depends.",
        tables.metrics(),
        "## Parameters",
        "One heading a table of a scenario file. Bounds in square brackets are allowed values, those in\n"
        "round brackets are not.",
        *(section(name, groups_by_name()[name], block(name)) for name in groups),
        "## Policies",
        "Every policy also takes start, end, off, where (which firms it reaches), and dated values.",
        tables.all_hooks(),
        *(policy_section(name) for name in tables.known_policies()),
    ]
    return "\n\n".join(parts) + "\n"


def section(title: str, thing: type, body: str) -> str:
    """Return a heading, what a thing is, and its table."""
    return f"### {title}\n\n{tables.sentence(thing)}\n\n{body}"


def policy_section(name: str) -> str:
    """Return the heading, purpose, hooks and parameters of a policy."""
    policy = tables.known_policies()[name]
    used = ", ".join(f"`{hook}`" for hook in tables.hooks(policy))
    about = f"{policy.title} ({policy.korean}). {tables.sentence(policy)} Hooks: {used}."
    return f"### policy.{name}\n\n{about}\n\n{tables.parameters(policy)}"
