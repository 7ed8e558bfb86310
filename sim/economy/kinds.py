"""Codes stored in columns: what a firm is, how large, how a contract pays."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """What a firm is in the cooperation ecosystem."""

    CONGLOMERATE = 0
    SUPPLIER = 1
    STARTUP = 2


class Size(IntEnum):
    """Size class: large (대기업), mid-sized (중견기업), SME (중소기업), micro (소기업)."""

    LARGE = 0
    MID_SIZED = 1
    SME = 2
    MICRO = 3


class Criticality(IntEnum):
    """How much production depends on an input (Pichler et al. 2022, survey of industry analysts)."""

    ESSENTIAL = 0
    IMPORTANT = 1
    OTHER = 2


class Instrument(IntEnum):
    """How a contract's invoices are settled: cash (현금) or note (어음).

    Whether an invoice has become a claim under win-win payment (상생결제) is seen at the link's drawer.
    """

    CASH = 0
    NOTE = 1


# Household cells: who works for firms of each size class, who owns them, who does neither.
WORKERS = slice(0, len(Size))
OWNERS = slice(len(Size), 2 * len(Size))
INACTIVE = 2 * len(Size)
CELLS = (*(f"{who} {size.name.lower()}" for who in ("workers", "owners") for size in Size), "inactive")

OUTSIDE = 9  # tier of firms that sell to no chain of a conglomerate, or only further away than this
NOBODY = -1  # in a column of row numbers: there is none
RING = 5  # payment terms run from 0 to 4 months, so five months of due dates are kept
CANDIDATES = 8  # length of the permanent list of alternative suppliers
