"""What is measured: plain functions of an economy, found by reading the modules of this folder.

A function decorated with `sim.metrics.metric.metric` in any module here is a metric; nothing is
registered. `available` lists them, `value` computes one.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module

from sim.core.errors import InputError, Problem, nearest
from sim.metrics.metric import Economy, Metric

HEADLINE = (
    "gdp",
    "real_gdp",
    "unemployment_rate",
    "sme_value_added_share",
    "sme_wage_ratio",
    "sme_productivity_ratio",
    "operating_margin_large",
    "operating_margin_sme",
    "gini_of_value_added",
    "days_to_payment",
    "default_rate",
    "fiscal_cost",
    "private_cost",
)

__all__ = ["HEADLINE", "Metric", "available", "headline", "value"]


@cache
def available() -> dict[str, Metric]:
    """Return every metric by name, in order of module and of appearance."""
    found = {}
    for module_info in pkgutil.iter_modules(__path__, __name__ + "."):
        module = import_module(module_info.name)
        for name, function in vars(module).items():
            if getattr(function, "__module__", "") == module.__name__ and hasattr(function, "unit"):
                doc = (function.__doc__ or "").strip().partition("\n")[0]
                found[name] = Metric(name, function.unit, doc, function)
    return found


def value(name: str, model: Economy) -> float:
    """Return one metric of an economy.

    Raises
    ------
    InputError
        When there is no metric of that name.
    """
    metrics = available()
    if name not in metrics:
        raise InputError([Problem("metrics", f"there is no metric {name!r}", nearest(name, metrics))])
    return metrics[name](model)


def headline(names: Sequence[str]) -> list[str]:
    """Return the headline metrics among some names, or all when none of them is one."""
    return [name for name in HEADLINE if name in names] or list(names)
