"""How firms pay each other; every contract counts by the won invoiced or owed on it."""

from __future__ import annotations

from sim.economy.kinds import Instrument, Kind, Size
from sim.metrics.metric import Economy, metric, ratio

DAYS = 365 / 12  # in a month


@metric(unit="day")
def days_to_payment(model: Economy) -> float:
    """Days from invoice to payment: what suppliers are owed over a month's invoices, late ones included.

    Win-win claims count until they are due or sold, invoices of ended contracts until they are paid.
    """
    owed = model.links.payable.sum() + model.links.claim.sum() + model.runoff.total
    return DAYS * ratio(owed, model.invoice.sum())


@metric(unit="day")
def days_to_payment_sme(model: Economy) -> float:
    """Days from invoice to payment, as above, when the supplier is an SME."""
    links, runoff, size = model.links, model.runoff, model.firms.size_class
    by_sme = (links.supplier >= 0) & (size[links.supplier] >= Size.SME)
    owed = (links.payable.sum(axis=0) + links.claim.sum(axis=0)) @ by_sme
    ended = runoff.amount @ (size[runoff.creditor] >= Size.SME)
    return DAYS * ratio(owed + ended, model.invoice @ by_sme)


@metric(unit="1")
def cash_ratio(model: Economy) -> float:
    """Part of the month's invoices, by value, payable in cash and not by note (현금결제비율)."""
    in_cash = model.invoice @ (model.links.instrument == Instrument.CASH)
    # What a policy turns from notes into cash stands in parts of invoices of its own.
    turned = sum(int(won.sum()) for _, won in model.tranches[1:])
    return ratio(in_cash + turned, model.invoice.sum())


@metric(unit="1")
def win_win_coverage(model: Economy) -> float:
    """Part of what conglomerates owe suppliers that stands in win-win claims (상생결제), by value.

    Claims that banks have bought are included.
    """
    firms, links = model.firms, model.links
    prime = firms.kind == Kind.CONGLOMERATE
    drawn = links.claim.sum(axis=0) @ (prime[links.drawer] & (links.drawer >= 0))
    claims = int(drawn) + int(firms.discounted.sum(axis=0) @ prime)
    return ratio(claims, claims + int(links.payable.sum(axis=0) @ prime[links.buyer]))
