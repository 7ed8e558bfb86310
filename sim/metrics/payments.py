"""How firms pay each other; every contract counts by the won invoiced or owed on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.economy.kinds import Instrument, Kind, Size
from sim.metrics.metric import Economy, metric, ratio, real, shared

DAYS = 365 / 12  # in a month


@shared
def owed_on_links(model: Economy) -> NDArray[np.int64]:
    """Return (n_links,) won of invoices the buyer owes."""
    return np.asarray(model.links.payable.sum(axis=0))


@shared
def claimed_on_links(model: Economy) -> NDArray[np.int64]:
    """Return (n_links,) won of win-win claims of the supplier."""
    return np.asarray(model.links.claim.sum(axis=0))


@metric(unit="day")
def days_to_payment(model: Economy) -> float:
    """Days from invoice to payment: what suppliers are owed over a month's invoices, late ones included.

    Win-win claims count until they are due or sold, invoices of ended contracts until they are paid.
    """
    owed = owed_on_links(model).sum() + claimed_on_links(model).sum() + model.runoff.total
    return DAYS * ratio(owed, model.invoice.sum())


@metric(unit="day")
def days_to_payment_sme(model: Economy) -> float:
    """Days from invoice to payment, as above, when the supplier is an SME."""
    links, runoff, size = model.links, model.runoff, model.firms.size_class
    by_sme = (links.supplier >= 0) & (size.take(links.supplier) >= Size.SME)
    owed = (owed_on_links(model) + claimed_on_links(model)) @ by_sme
    ended = runoff.amount @ (size[runoff.creditor] >= Size.SME)
    return DAYS * ratio(owed + ended, model.invoice @ by_sme)


@metric(unit="1")
def cash_ratio(model: Economy) -> float:
    """Part of the month's invoices, by value, payable in cash and not by note (현금결제비율).

    A note settled by a win-win claim is not cash here, but it is in `cash_equivalent_ratio`.
    """
    return ratio(paid_in_cash(model), model.invoice.sum())


@metric(unit="1")
def cash_equivalent_ratio(model: Economy) -> float:
    """Part of the month's invoices, by value, in cash or in win-win claims instead of notes (현금성결제비율).

    Korean statistics count a claim on the top buyer, which can be sold at once, as equivalent to cash.
    """
    return ratio(paid_in_cash(model) + model.events.get("win_win_notes", 0), model.invoice.sum())


def paid_in_cash(model: Economy) -> int:
    """Return the won of the month's invoices on contracts in cash, or turned from notes into cash."""
    in_cash = int(model.invoice @ (model.links.instrument == Instrument.CASH))
    # What a policy turns from notes into cash stands in parts of invoices of its own.
    return in_cash + sum(int(won.sum()) for _, won in model.tranches[1:])


@metric(unit="KRW/month")
def win_win_payments(model: Economy) -> float:
    """Invoices that conglomerates settle by claims on themselves (상생결제액)."""
    return real(model.events.get("win_win_payments", 0), model)


@metric(unit="KRW/month")
def win_win_passed_on(model: Economy) -> float:
    """Invoices that suppliers settle by passing on claims on conglomerates, of all further tiers."""
    return real(-model.ledger.flows.trade_credit.get("win-win claims passed on", 0), model)


@metric(unit="1")
def win_win_coverage(model: Economy) -> float:
    """Part of what conglomerates owe suppliers that stands in win-win claims (상생결제), by value.

    Claims that banks have bought are included.
    """
    firms, links = model.firms, model.links
    prime = firms.kind == Kind.CONGLOMERATE
    drawn = claimed_on_links(model) @ (prime.take(links.drawer) & (links.drawer >= 0))
    claims = int(drawn) + int(firms.discounted.sum(axis=0) @ prime)
    return ratio(claims, claims + int(owed_on_links(model) @ prime.take(links.buyer)))
