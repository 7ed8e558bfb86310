"""Terms of business that policies set, so that two of them may set the same one.

A policy that adds to a value or multiplies it gets on with any other: factors and sums do not depend on
who comes first. A policy that *sets* a term (`Policy.sets`) may meet another that sets the same; here
stands what decides then, and for which pairs nothing does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.policies.base import Policy

# The moments of a month at which terms are set, in the order of `sim.model.Ecosystem.step`.
MOMENTS = (
    "on_month_start",
    "adjust_expected_demand",
    "adjust_terms",
    "on_invoices",
    "adjust_price_change",
    "on_quarter_end",
    "adjust_adoption",
)


class How(Enum):
    """How a policy sets a term."""

    AT_MOST = "at most"
    AT_LEAST = "at least"
    EXACTLY = "exactly"
    FROM = "from what it finds"  # the new value depends on the one before


@dataclass(frozen=True)
class Sets:
    """A term that a policy sets.

    Parameters
    ----------
    term
        What it is, in the words of a user; the same words mean the same term.
    by
        Parameter of the policy that says how far, or the value itself.
    at
        Hook in which the policy sets it.
    how
        Whether ``by`` is a limit or the value itself, or what is found is changed.
    idle
        Value of ``by`` with which nothing is set.
    needs
        Parameters of which one has to be on, or above zero.
    """

    term: str
    by: str
    at: str
    how: How = How.FROM
    idle: Any = 0
    needs: tuple[str, ...] = ()

    def acts(self, policy: Policy) -> bool:
        """Whether a policy, with the values it has, sets the term at all."""
        on = not self.needs or any(getattr(policy, name) for name in self.needs)
        return bool(on and getattr(policy, self.by) != self.idle)


PAYMENT = "months to payment"
SETTLEMENT = "how invoices are settled"
PRICE = "contract prices"


def rule(first: tuple[str, Sets], second: tuple[str, Sets]) -> str:
    """Say what decides between two policies, named in alphabetical order, that set the same term."""
    (name, one), (other, two) = first, second
    if one.how is two.how is How.AT_MOST:
        return "the smaller value decides, whichever comes first"
    if one.how is two.how is How.AT_LEAST:
        return "the larger value decides, whichever comes first"
    if one.at == two.at:
        return f"alphabetical order of names decides: {other} receives what {name} returned"
    if MOMENTS.index(one.at) > MOMENTS.index(two.at):
        (name, one), (other, two) = second, first
    return f"the order of the month decides: {other} ({two.at}) acts on what {name} ({one.at}) left"


def contradict(one: Sets, value: Any, two: Sets, other: Any) -> bool:
    """Whether no rule can do justice to both: two fixed values, or two limits that exclude each other."""
    hows = {one.how: value, two.how: other}
    if one.how is two.how is How.EXACTLY:
        return bool(value != other)
    if hows.keys() == {How.AT_MOST, How.AT_LEAST}:
        return bool(hows[How.AT_LEAST] > hows[How.AT_MOST])
    if How.EXACTLY in hows and How.AT_MOST in hows:
        return bool(hows[How.EXACTLY] > hows[How.AT_MOST])
    if How.EXACTLY in hows and How.AT_LEAST in hows:
        return bool(hows[How.EXACTLY] < hows[How.AT_LEAST])
    return False
