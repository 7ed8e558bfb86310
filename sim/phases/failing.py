"""Failure of firms, sale of their capital, collection of their claims, write-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Decision
from sim.core.graph import compress
from sim.core.months import MONTHS
from sim.core.split import largest_remainder
from sim.core.sums import exact_sum
from sim.economy.kinds import NOBODY, RING, Size
from sim.rules import demand, lifecycle

if TYPE_CHECKING:
    from sim.model import Ecosystem

Rows = NDArray[np.intp]
Won = NDArray[np.int64]


def close_firms(model: Ecosystem) -> None:
    """Close firms too long in arrears, given up or struck; wind up those whose claims have been collected."""
    firms = model.firms
    wind_up(model, np.flatnonzero(firms.closing == 1))
    firms.closing -= firms.closing > 0
    weight = model.parameters["payment"]
    late = firms.living & lifecycle.insolvent(firms.arrears_months, weight.arrears_limit)
    failed = np.union1d(np.flatnonzero(late), model.shocks.failing(model))
    creditors, _ = claims_on(model, failed)
    model.last_loss[creditors] = model.month
    struck = model.month - model.last_loss[failed] <= weight.chain_months
    model.events["defaults"], model.events["chain_defaults"] = failed.size, int(np.count_nonzero(struck))
    given_up = np.setdiff1d(closures(model), failed)
    model.events["closures"] = given_up.size
    leaving = np.union1d(failed, given_up)
    if leaving.size:
        fail(model, leaving)


def closures(model: Ecosystem) -> Rows:
    """Micro firms whose owners give up this month (폐업), for age or because the firm earns too little."""
    firms, weight = model.firms, model.parameters["lifecycle"]
    small = np.flatnonzero(firms.living & (firms.size_class == Size.MICRO))
    uncovered = firms.profit_trend[small] < firms.loan_rate[small] / MONTHS * firms.loans[small]
    chance = lifecycle.closure_probability(uncovered, weight) / MONTHS
    return np.asarray(small[model.draws.falls(Decision.EXIT, model.month, chance, firms.uid[small])])


def claims_on(model: Ecosystem, debtors: Rows) -> tuple[Rows, Won]:
    """List invoices and win-win claims that some firms owe: who has lent, and how many won."""
    links, runoff = model.links, model.runoff
    owes = np.zeros(model.firms.rows, dtype=bool)
    owes[debtors] = True
    bought, drawn = model.network.links_of_buyers(debtors), np.flatnonzero(links.drawer >= 0)
    drawn = drawn[owes[links.drawer[drawn]]]
    ended = owes[runoff.debtor]
    creditor = np.concatenate([links.supplier[bought], links.supplier[drawn], runoff.creditor[ended]])
    won = np.concatenate(
        [links.payable[:, bought].sum(axis=0), links.claim[:, drawn].sum(axis=0), runoff.amount[ended]]
    )
    return creditor[won > 0], won[won > 0]


def fail(model: Ecosystem, failed: Rows) -> None:
    """End business: contracts end, capital is sold, stocks are lost, invoices owed fall due at once."""
    firms, links, network = model.firms, model.links, model.network
    firms.living[failed] = False
    firms.closing[failed] = model.parameters["payment"].closing_months
    firms.credit_line[failed] = 0
    sell_capital(model, failed)
    dead = np.zeros(firms.rows, dtype=bool)
    dead[failed] = True
    end_contracts(model, np.flatnonzero(network.served & dead.take(network.supplier)))
    owed = network.links_of_buyers(failed)
    later = (model.month + 1) % RING
    links.payable[:, owed] = np.where(
        np.arange(RING)[:, None] == later, links.payable[:, owed].sum(axis=0), 0
    )
    model.runoff.accelerate(dead, later)
    for column in (
        "workers",
        "capital",
        "home_share",
        "export_share",
        "joint_exports",
        "stock",
        "expected_demand",
        "planned_output",
    ):
        getattr(firms, column)[failed] = 0
    model.groups.stock[network.groups_of_buyers(failed)] = 0
    renormalise(model)


def renormalise(model: Ecosystem) -> None:
    """Let the living share out the final markets."""
    firms, sectors = model.firms, model.sectors.rows
    firms.home_share = demand.normalise(firms.home_share, firms.sector, sectors)
    firms.export_share = demand.normalise(firms.export_share, firms.sector, sectors)


def end_contracts(model: Ecosystem, rows: Rows) -> None:
    """Take the supplier off links; what is owed to it runs off."""
    links, runoff = model.links, model.runoff
    claimed = rows[links.drawer[rows] != NOBODY]
    for of, debtor, ring in ((rows, links.buyer, links.payable), (claimed, links.drawer, links.claim)):
        runoff.take_over(debtor[of], links.supplier[of], ring[:, of])
        ring[:, of] = 0
    links.supplier[rows] = NOBODY
    links.linked_since[rows] = NOBODY
    links.reference_cost[:, rows] = 0.0
    links.opted_out[rows] = False
    links.year_deliveries[rows] = 0
    links.drawer[rows] = NOBODY
    model.network.changed(rows)


def sell_capital(model: Ecosystem, failed: Rows) -> None:
    """Sell failed firms' capital at a haircut to the firms of their sector that have cash."""
    firms, ledger = model.firms, model.ledger
    price = (1 - model.parameters["lifecycle"].haircut) * model.investment_price
    cash = np.where(firms.living, np.maximum(0, ledger.deposits - model.cash_target(1.0)), 0.0)
    failed_of = compress(firms.sector[failed], model.sectors.rows)
    paid, received = np.zeros((2, firms.rows), dtype=np.int64)
    for sector in np.flatnonzero(np.diff(failed_of.start)).tolist():
        sellers, others = failed[failed_of.of(sector)], model.firms_of_sector.of(sector)
        buyers = others[cash[others] > 0]
        offered, means = firms.capital[sellers], exact_sum(cash[buyers])
        sold = min(exact_sum(offered), means / price)
        value = int(price * sold)
        if value == 0:
            continue
        paid[buyers] = largest_remainder(value, cash[buyers])
        received[sellers] = largest_remainder(value, offered)
        # Machines are shared out as they are sold, not by whole won, so that none are made or lost.
        firms.capital[buyers] += sold * cash[buyers] / means
    if paid.any():
        ledger.settle_net(ledger.every_firm, -paid, ledger.every_firm, received, "used capital")


def wind_up(model: Ecosystem, rows: Rows) -> None:
    """Write off what a failed firm still owes; owners get what is left where nothing is owed."""
    if rows.size == 0:
        return
    firms, links, ledger, runoff = model.firms, model.links, model.ledger, model.runoff
    _lose(model, *claims_on(model, rows))
    gone = np.zeros(firms.rows, dtype=bool)
    gone[rows] = True
    links.payable[:, model.network.links_of_buyers(rows)] = 0
    drawn = np.flatnonzero(links.drawer != NOBODY)
    links.claim[:, drawn[gone[links.drawer[drawn]]]] = 0
    runoff.forget(gone[runoff.debtor])
    for slot in np.flatnonzero(firms.discounted[:, rows].any(axis=1)).tolist():
        ledger.redeem(rows, np.zeros(rows.size, dtype=np.int64), firms.discounted[slot, rows].copy(), slot)
    _call_guarantees(model, rows)
    ledger.write_off(rows, firms.loans[rows].copy())
    firms.wages_due[rows] = 0
    firms.tax_due[rows] = 0
    rest = np.maximum(ledger.deposits[rows], 0)
    ledger.pay(ledger.firm(rows), ledger.owners(rows), rest, "estates")


def _call_guarantees(model: Ecosystem, rows: Rows) -> None:
    """Let the policy-finance agency pay the guaranteed part of lost loans."""
    firms, ledger, at = model.firms, model.ledger, model.ledger.at
    called = np.minimum(firms.guaranteed[rows], firms.loans[rows])
    if called.any():
        model.fund_government(int(called.sum()))
        ledger.pay(at.government, at.agency, [int(called.sum())], "guarantees")
        ledger.pay(at.agency, ledger.firm(rows), called, "guarantees")
        ledger.lend(rows, -called, "loans repaid")
    firms.guaranteed[rows] = 0


def _lose(model: Ecosystem, creditor: Rows, amount: Won) -> None:
    """Book claims as lost at the expense of the creditors' profit."""
    np.add.at(model.firms.losses, creditor, amount)
    model.earn(creditor, -amount)
    model.last_loss[creditor] = model.month
    model.ledger.claim(-int(amount.sum()), "invoices written off")
