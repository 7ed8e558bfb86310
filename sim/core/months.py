"""The clock: a tick is a month; all rates are declared per year."""

from __future__ import annotations

import re

MONTHS = 12
QUARTER = 3


def parse_month(text: str) -> int:
    """Turn ``"2024-03"`` into months since year 0.

    Raises
    ------
    ValueError
        When the text is not a year, a hyphen and a month from 01 to 12.

    Examples
    --------
    >>> parse_month("2024-03") - parse_month("2023-12")
    3
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not match or not 1 <= int(match[2]) <= MONTHS:
        raise ValueError(f"{text!r} is not a month; write it as year-month, for example 2024-03")
    return int(match[1]) * MONTHS + int(match[2]) - 1


def month_name(month: int) -> str:
    """Turn months since year 0 into ``"2024-03"``."""
    return f"{month // MONTHS:04d}-{month % MONTHS + 1:02d}"
