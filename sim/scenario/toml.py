"""Writing tables as TOML; the standard library only reads it."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any


def dumps(tables: Mapping[str, Any]) -> str:
    """Write a resolved scenario: texts first, then one table a header, nested tables inline.

    Examples
    --------
    >>> print(dumps({"title": "A", "run": {"months": 12}}), end="")
    title = "A"
    <BLANKLINE>
    [run]
    months = 12
    """
    lines = [
        f"{name(key)} = {inline(value)}" for key, value in tables.items() if not isinstance(value, Mapping)
    ]
    for key, table in tables.items():
        if isinstance(table, Mapping) and key in ("policy", "shock"):
            for one, values in table.items():
                lines += ["", *section(f"{key}.{name(one)}", values)]
        elif isinstance(table, Mapping):
            lines += ["", *section(name(key), table)]
    return "\n".join(lines).lstrip("\n") + "\n"


def section(header: str, table: Mapping[str, Any]) -> list[str]:
    """Return a header and its keys as lines."""
    return [f"[{header}]", *(f"{name(key)} = {inline(value)}" for key, value in table.items())]


def name(key: str) -> str:
    """Write a key, in quotes where TOML wants them."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) and not key[0].isdigit() else quoted(key)


def quoted(text: str) -> str:
    """Write text in quotes; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any) -> str:
    """Write a value on one line.

    Examples
    --------
    >>> inline({"2024-01": 0.1, "tier": [1, 2]})
    '{ "2024-01" = 0.1, tier = [1, 2] }'
    """
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{name(key)} = {inline(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline, value))}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def comment(text: str) -> str:
    """Write a remark as lines of comment."""
    return textwrap.fill(text, 110, initial_indent="# ", subsequent_indent="# ") + "\n"
