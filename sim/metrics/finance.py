"""Payments, credit, defaults, and what policies cost the public."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.economy.accounts import HOLDERS
from sim.metrics.gaps import sme
from sim.metrics.metric import Economy, metric, ratio, real, shared

PUBLIC = [HOLDERS.index("government"), HOLDERS.index("agency")]


@metric(unit="KRW")
def arrears(model: Economy) -> float:
    """Invoices overdue."""
    return real(model.firms.arrears.sum(), model)


@metric(unit="1")
def arrears_share(model: Economy) -> float:
    """Part of living firms with invoices, wages or tax overdue."""
    living = model.firms.living
    return ratio(np.count_nonzero(model.firms.arrears_months[living] > 0), np.count_nonzero(living))


def yearly_rate(model: Economy, event: str) -> float:
    """Return 1/year firms to which something happened this month over those that lived before it."""
    closed = model.events.get("defaults", 0) + model.events.get("closures", 0)
    return 12 * ratio(model.events.get(event, 0), np.count_nonzero(model.firms.living) + closed)


@metric(unit="1/year")
def default_rate(model: Economy) -> float:
    """Firms that failed this month over those that might have, as a yearly rate."""
    return yearly_rate(model, "defaults")


@metric(unit="1/year")
def chain_default_rate(model: Economy) -> float:
    """Firms that failed within some months of a customer that owed them, as a yearly rate."""
    return yearly_rate(model, "chain_defaults")


@metric(unit="1/year")
def closure_rate(model: Economy) -> float:
    """Firms given up by their owners this month over those that might have been, as a yearly rate."""
    return yearly_rate(model, "closures")


@metric(unit="1")
def debt_to_sales(model: Economy) -> float:
    """Bank debt of firms over a year's sales at the month's pace."""
    return ratio(model.firms.loans.sum(), 12 * model.firms.sales.sum())


@metric(unit="month")
def cash_months_sme(model: Economy) -> float:
    """Deposits of SMEs, in months of their purchases and pay."""
    small, firms = sme(model), model.firms
    spending = firms.purchases[small].sum() + firms.wage_bill[small].sum()
    return ratio(model.ledger.deposits[small].sum(), spending)


@metric(unit="1")
def bank_capital_ratio(model: Economy) -> float:
    """Own funds of banks over loans."""
    return ratio(model.ledger.own_funds.sum(), model.firms.loans.sum())


@metric(unit="1/year")
def loan_loss_rate(model: Economy) -> float:
    """Loans and discounted claims that banks lost this month over their loans, as a yearly rate."""
    return 12 * ratio(model.ledger.banks.losses.sum(), model.firms.loans.sum())


@metric(unit="KRW")
def government_debt(model: Economy) -> float:
    """Government bonds outstanding."""
    return real(model.ledger.bonds, model)


@shared
def policy_flows(model: Economy) -> dict[str, NDArray[np.int64]]:
    """Return the net receipts by holder of the month's payments under the names of policies, by reason."""
    names = {entry.name for entry in model.policies.entries} | {"guarantees"}
    payments = model.ledger.flows.payments.items()
    return {reason: row for reason, row in payments if reason.partition(":")[0] in names}


@metric(unit="KRW/month")
def fiscal_cost(model: Economy) -> float:
    """Net payments of government and policy-finance agency under the names of policies.

    A reason counts when it is a policy's name, alone or followed by a colon and a detail; so do loan
    guarantees, which only policies give. Tax not collected because of a policy is not in it.
    """
    return real(-sum(int(row[PUBLIC].sum()) for row in policy_flows(model).values()), model)


@metric(unit="KRW/month")
def private_cost(model: Economy) -> float:
    """Net payments that firms make under policies, summed over the firms that pay more than they get."""
    transfers = model.firms.transfers
    return real(-float(transfers[transfers < 0].sum()), model)


@metric(unit="KRW/month")
def private_receipts(model: Economy) -> float:
    """Net receipts of firms under policies, summed over the firms that get more than they pay."""
    transfers = model.firms.transfers
    return real(float(transfers[transfers > 0].sum()), model)
