"""How many take part in policies that have members."""

from __future__ import annotations

import numpy as np

from sim.metrics.metric import Economy, metric, ratio


@metric(unit="firm")
def memberships(model: Economy) -> float:
    """Firms that take part in voluntary policies, counted once for each policy; simulated firms."""
    return float(sum(np.count_nonzero(joined >= 0) for joined in model.memberships.values()))


@metric(unit="1")
def linked_share(model: Economy) -> float:
    """Part of deliveries to firms, by value, on contracts with price linkage, forced opt-outs left out."""
    links = model.links
    value = links.price * links.delivery
    return ratio(value[(links.linked_since >= 0) & ~links.opted_out].sum(), value.sum())
