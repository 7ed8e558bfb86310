"""Memory of large arrays: what is freed is kept for the next array; many rows are handled in blocks."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

BLOCK = 1 << 15
TRIM_THRESHOLD, MMAP_MAX = -1, -4  # names of options in glibc's malloc.h


def keep_freed_memory() -> bool:
    """Tell the C library to keep freed memory; return whether it can.

    A month of a million firms makes and drops hundreds of arrays of tens of megabytes. The C library of Linux
    (glibc) gives each back to the system and asks for it anew, page by page, which takes a third of the time.
    Elsewhere nothing happens. No result depends on it.
    """
    try:
        option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(option(MMAP_MAX, 0) and option(TRIM_THRESHOLD, -1))


def blocks(rows: int, size: int = BLOCK) -> Iterator[slice]:
    """Yield neighbouring rows, as many at a time as stay in cache through several steps.

    Examples
    --------
    >>> list(blocks(5, 3))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    for first in range(0, rows, size):
        yield slice(first, min(first + size, rows))
