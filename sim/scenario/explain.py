"""What a user may ask about: names that exist, and what they mean."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial

from sim.core.columns import Table
from sim.core.errors import InputError, Problem
from sim.core.params import Parameters
from sim.policies.base import EVENTS, VALUE_HOOKS, Policy
from sim.scenario import pages, schema
from sim.scenario.files import read, shipped
from sim.shocks import KINDS

Page = Callable[[], str]
SHOWN = 6  # near names that a message lists
COMMON_KEYS = {
    "start": 'first month in force, "2018-01" for example; without it, the first month of the run',
    "end": "last month in force; without it, there is no end",
    "off": "true switches a policy off that the scenario inherits",
    "where": "which firms it reaches: a table of lists by kind, size, tier, sector, region or group; several "
    'must all hold. Example: where = { kind = ["conglomerate"], region = ["capital", "honam"] }',
    "without": "channels switched off for it, to find what it does by the others: a list of demand, price, "
    "liquidity, credit, technology, entry. A question for the model, no policy that anybody could make",
    "use": "Python file of a policy of your own, beside the scenario's file",
}
DATED = 'A dated value changes over time: share = { "2018-01" = 0.05, "2021-01" = 0.1 }.'


def listing() -> str:
    """Return the names of all scenarios, policies, tables of parameters and metrics, with a phrase each."""
    import sim.metrics

    scenarios = [(name, "", titled(read(file).given)) for name, file in shipped().items()]
    levers = [(name, "", f"{policy.title} ({policy.korean})") for name, policy in policies().items()]
    groups = [
        (name, "", group.title or pages.paragraphs(group)[0])
        for name, group in groups_by_name().items()
        if not name.startswith("policy.")
    ]
    metrics = [(name, f"[{one.unit}]", one.doc) for name, one in sim.metrics.available().items()]
    parts = {"Scenarios": scenarios, "Policies": levers, "Tables of parameters": groups, "Metrics": metrics}
    more = "winwin explain NAME tells more of each, and of columns, own tables, hooks and moments."
    return "\n\n".join([*(f"{title}\n{pages.listed(rows)}" for title, rows in parts.items()), more])


def titled(words: Mapping[str, object]) -> str:
    """Return a scenario's title, with the text it is taken from if there is one."""
    title, source = str(words.get("title", "")), words.get("source")
    return f"{title} ({source})" if source else title


def explanation(name: str) -> str:
    """Return the pages on everything of a name, in full (``economy.firms``) or in short (``firms``).

    Raises
    ------
    InputError
        When nothing has this name, with names like it.
    """
    known = catalogue()
    asked = name.strip("[] ")
    found = [page for full, page in known.items() if f".{full}".endswith(f".{asked}")]
    if found:
        return "\n\n".join(sorted({page() for page in found}, key=len))
    near = like(asked, list(known))
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    more = "winwin list prints the names of policies, tables and metrics"
    raise InputError([Problem("explain", f"nothing is called {name!r}", hint + more)])


def like(asked: str, known: Sequence[str]) -> list[str]:
    """Return names that are spelt nearly as asked, or that contain what was asked."""
    short = {full.rpartition(".")[2]: full for full in reversed(known)} | {full: full for full in known}
    close = get_close_matches(asked, list(short), n=3, cutoff=0.7)
    close += [last for last in short if len(asked) > 2 and asked.lower() in last.lower()]
    close = close or get_close_matches(asked, list(short), n=2, cutoff=0.5)
    return list(dict.fromkeys(short[last] for last in close))[:SHOWN]


def catalogue() -> dict[str, Page]:
    """Return a page for everything that can be asked about, by its full name."""
    return {
        **scenario_pages(),
        **parameter_pages(),
        **own_table_pages(),  # in place of the parameter of the same name
        **policy_pages(),
        "shock": shock_page,
        **metric_pages(),
        **moment_pages(),
        **column_pages(),
    }


def groups_by_name() -> dict[str, type[Parameters]]:
    """Return all declared groups of parameters, policies included."""
    recorded: dict[str, type[Parameters]] = {
        "record": schema.RecordParameters,
        "record.panel": schema.PanelParameters,
    }
    levers = {f"policy.{name}": policy for name, policy in policies().items()}
    shocks = {f"shock.{name}": kind for name, kind in KINDS.items()}
    return {**schema.parameter_tables(), **recorded, **shocks, **levers}


def policies() -> dict[str, type[Policy]]:
    """Return all policies of the package by name."""
    from sim.policies import available, load

    return {name: load(name) for name in available()}


def model_tables() -> dict[str, type[Table]]:
    """Return the tables of the model by the name they have there."""
    from sim.economy.contracts import Groups, Links
    from sim.economy.firms import Firms
    from sim.economy.sectors import Banks, Households, Sectors

    kinds: tuple[type[Table], ...] = (Firms, Links, Groups, Sectors, Households, Banks)
    return {kind.__name__.lower(): kind for kind in kinds}


def scenario_pages() -> dict[str, Page]:
    """Return a page for every shipped scenario."""
    from sim.scenario import Scenario

    def page(name: str) -> str:
        scenario = Scenario.load(shipped()[name])
        notes = [f"note: {note}" for note in scenario.notes]
        more = f"winwin describe {name} prints its policies and its opening economy."
        words = {"title": scenario.title, "source": scenario.source}
        told = [titled(words), scenario.question, *notes, more]
        return "\n".join([f"{name}: scenario", *map(pages.fill, told)])

    return {name: partial(page, name) for name in shipped()}


def parameter_pages() -> dict[str, Page]:
    """Return the pages of tables of parameters, policies and their parameters."""
    found: dict[str, Page] = {}
    for name, group in groups_by_name().items():
        found[name] = partial(pages.group_page, name, group)
        for row in group.describe():
            found[f"{name}.{row['name']}"] = partial(pages.parameter_page, name, group, row["name"])
    return found


def own_table_pages() -> dict[str, Page]:
    """Return the pages of a researcher's own tables and of their columns."""
    from sim.population import io_table, own_tables
    from sim.population.parameters import EconomyParameters

    found: dict[str, Page] = {}
    documented = pages.documented_tables(own_tables)
    for table, (intro, columns) in zip(("firms_table", "links_table"), documented, strict=True):
        found |= {f"economy.{table}.{row[0]}": partial(pages.own_column_page, table, row) for row in columns}
        head = pages.parameter_page("economy", EconomyParameters, table)
        found[f"economy.{table}"] = partial(pages.own_table_page, head, intro, columns)
    form = pages.plain(inspect.getdoc(io_table) or "").partition("\n\n")[2]
    head = pages.parameter_page("economy", EconomyParameters, "io_table")
    found["economy.io_table"] = lambda: f"{head}\n\n{form}"
    return found


def policy_pages() -> dict[str, Page]:
    """Return the pages of what all policies share: keys and hooks."""
    keys = {f"policy.{key}": partial(pages.key_page, key, text) for key, text in COMMON_KEYS.items()}
    keys["policy.where"] = partial(pages.key_page, "where", COMMON_KEYS["where"], mask_names())
    hooks = {hook: partial(pages.hook_page, hook, policies()) for hook in (*VALUE_HOOKS, *EVENTS)}
    head = "[policy.NAME] takes the policy's own parameters (winwin explain NAME) and these keys:"
    told = "\n".join(pages.fill(f"{key}: {text}", "  ") for key, text in COMMON_KEYS.items())
    places = f"A policy of your own can act through the hooks {', '.join(hooks)}."
    whole = "\n\n".join([head, told, pages.fill(DATED, ""), pages.fill(places, "")])
    return {**keys, **hooks, "policy": lambda: whole}


def shock_page() -> str:
    """Return what the table of a shock takes."""
    kinds = [pages.fill(f"{name}: {pages.paragraphs(kind)[0]}", "  ") for name, kind in KINDS.items()]
    keys = "[shock.NAME], of a name you choose, takes kind, start, end (for good without it), off, and"
    more = "the values of its kind (winwin explain shock.KIND). Kinds:"
    told = "A path is a dated change, for example"
    path = 'change = { "2018-01" = 0.1, "2019-01" = 0.0 }.'
    return "\n\n".join([pages.fill(f"{keys} {more}", ""), "\n".join(kinds), pages.fill(f"{told} {path}", "")])


def mask_names() -> list[str]:
    """Return the names every axis of ``where`` may take."""
    named = [
        f"{axis}: {', '.join(schema.place_names(axis))}" for axis in ("kind", "size", "region", "sector")
    ]
    return [*named, "tier: 0 conglomerates, 1 who sells to them, and so on; 9 outside their chains"]


def metric_pages() -> dict[str, Page]:
    """Return the pages of metrics."""
    import sim.metrics

    return {name: partial(pages.metric_page, metric) for name, metric in sim.metrics.available().items()}


def moment_pages() -> dict[str, Page]:
    """Return the pages of the moments of the opening economy."""
    from sim.population.published import targets

    table = targets().rename_axis("moment").reset_index().to_dict("records")
    return {f"moment.{row['moment']}": partial(pages.moment_page, row) for row in table}


def column_pages() -> dict[str, Page]:
    """Return the pages of the model's tables and of their columns."""
    found: dict[str, Page] = {}
    for name, table in model_tables().items():
        found[name] = partial(pages.table_page, name, table)
        for column in table.columns.values():
            found[f"{name}.{column.name}"] = partial(pages.column_page, name, column)
    return found
