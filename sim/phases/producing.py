"""Credit for the month, work, output, deliveries, invoices, final sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.memory import blocks
from sim.core.split import spread
from sim.core.sums import exact_sum
from sim.economy.kinds import RING, Criticality, Size
from sim.rules import credit, labour, production

if TYPE_CHECKING:
    from sim.model import Ecosystem

Real = NDArray[np.float64]
Won = NDArray[np.int64]


def grant_credit(model: Ecosystem) -> None:
    """Let banks set rates and credit lines."""
    firms, weight = model.firms, model.parameters["credit"]
    assets = np.maximum(model.assets(), 1.0)
    burden = credit.interest_burden(firms.loan_rate / 12 * firms.loans, firms.profit_trend)
    small = firms.size_class >= Size.SME
    leverage, arrears = firms.loans / assets, firms.arrears_months
    risk, rate = credit.loan_terms(leverage, burden, arrears, small, model.policy_rate, weight)
    firms.loan_rate = model.policies.adjust("adjust_loan_rate", model, rate)
    model.banks.capital_ratio = model.capital_ratio()
    sound = (model.banks.capital_ratio >= weight.capital_requirement)[firms.bank]
    line = credit.credit_line(firms.loans, assets, firms.sales, risk, firms.living & sound, weight)
    firms.credit_line = model.policies.adjust("adjust_credit_line", model, line)


def fund_plans(model: Ecosystem) -> None:
    """Cut planned output to what can be paid for before it is sold.

    What cash, credit line and this month's receipts leave after equipment ordered, interest, and pay
    and tax in arrears must carry pay, imported materials and R&D. Invoices due do not count: they rank
    behind all these in the settlement, and a firm that cannot pay them produces on, in arrears.
    """
    firms, final = model.firms, model.final
    sold = np.minimum(final.home + final.exports, firms.planned_output + firms.stock)
    means = (
        model.ledger.deposits + firms.credit_line + model.receivable(model.month % RING) + firms.price * sold
    )
    interest = firms.loan_rate / 12 * firms.loans
    first = final.investment * model.investment_price + interest + firms.wages_due + firms.tax_due
    pay = firms.wage * firms.workers + model.research_plan(firms.planned_output)
    materials = (
        firms.material_coefficient * firms.planned_output * model.sectors.material_price.take(firms.sector)
    )
    outlays = (1 + model.parameters["government"].payroll_tax) * pay + materials
    firms.funded = credit.funded_part(means - first, outlays)
    firms.planned_output *= firms.funded


def staff_up(model: Ecosystem) -> None:
    """Hire and dismiss towards the output that plan and capital allow, within the regions' labour."""
    firms, weight = model.firms, model.parameters["labour"]
    reachable = np.minimum(firms.planned_output, firms.capital_productivity * firms.capital)
    change = labour.staffing(firms.workers, reachable / firms.productivity, weight)
    change = np.where(firms.living, change, -firms.workers)
    employed = np.bincount(firms.region, firms.workers, model.labour_force.size)
    pool = weight.matching * (model.labour_force - employed)
    firms.workers += labour.ration_hiring(change, firms.region, pool)


def produce(model: Ecosystem) -> None:
    """Produce what plan, capital, labour and inputs allow, and use up inputs."""
    firms, groups = model.firms, model.groups
    capacity = firms.capital_productivity * firms.capital
    hands = firms.productivity * firms.workers * model.parameters["production"].overtime
    inputs = production.input_limit(
        groups.stock, groups.coefficient, groups.criticality, groups.buyer, capacity
    )
    firms.output = production.output(firms.planned_output, capacity, hands, inputs)
    groups.used = np.minimum(groups.stock, groups.coefficient * firms.output.take(groups.buyer))
    groups.stock -= groups.used


def deliver(model: Ecosystem) -> None:
    """Deliver in proportion to orders, put inputs into store, write invoices."""
    firms, links, final, network = model.firms, model.links, model.final, model.network
    available = firms.output + firms.stock
    to_final = final.home + final.exports
    chain, rest = production.fill_rates(
        available, firms.demand - to_final, to_final, model.parameters["production"].firms_first
    )
    final.fill = rest
    firms.delivered = np.minimum(firms.demand, available)
    firms.fill_rate = np.where(
        firms.demand > 0, firms.delivered / np.where(firms.demand > 0, firms.demand, 1.0), 1.0
    )
    firms.stock = available - firms.delivered
    invoice = np.empty(links.rows, dtype=np.int64)
    for rows in blocks(links.rows):
        delivered = links.order[rows] * chain.take(network.supplier[rows])
        links.delivery[rows] = delivered
        invoice[rows] = np.rint(links.price[rows] * delivered)
    arrived = network.sum_by_group(links.delivery)
    import_substitutes(model, arrived)
    model.groups.stock += arrived + model.groups.imported
    terms = model.policies.adjust("adjust_terms", model, links.terms)
    model.months_to_payment = terms.astype(np.int8, copy=False)
    place = ((model.month + np.arange(RING)) % RING).astype(np.int8).take(terms)
    write_invoices(links.payable, place, invoice)
    firms.sales = network.sum_by_supplier(invoice)
    firms.purchases = network.sum_by_buyer(invoice)
    model.ledger.claim(int(invoice.sum()), "invoices")
    links.year_deliveries += invoice
    model.invoice, model.due_slot, model.tranches = invoice, place, [(place, invoice)]


def write_invoices(payable: Won, place: NDArray[np.int8], invoice: Won) -> None:
    """Add each link's invoice to what falls due in its slot of the ring ``payable`` (slots, n_links)."""
    cell = payable.reshape(-1, copy=False)
    for rows in blocks(invoice.size):
        at = place[rows] * np.intp(invoice.size)
        at += np.arange(rows.start, rows.stop)
        np.add.at(cell, at, invoice[rows])


def import_substitutes(model: Ecosystem, arrived: Real) -> None:
    """Import new parts nobody makes, and a part of what home suppliers did not deliver, at a premium.

    ``arrived`` is (n_groups,) what they did deliver.
    """
    groups, weight = model.groups, model.parameters["production"]
    ordered = model.wanted - model.new_parts
    missing = np.maximum(0.0, ordered - arrived)
    needed = (groups.criticality != Criticality.OTHER) & (missing > 1e-9 * model.wanted)
    groups.imported = np.where(needed, weight.import_substitution * missing, 0.0) + model.new_parts
    price = (1 + weight.import_premium) * model.import_price
    model.substitutes = price * model.network.sum_groups_by_buyer(groups.imported)


def sell_to_final_users(model: Ecosystem) -> None:
    """Let households, government, investors and the world pay for what was delivered to them."""
    firms, sectors, final, ledger = model.firms, model.sectors, model.final, model.ledger
    at = ledger.at
    home = np.rint(firms.price * final.home * final.fill).astype(np.int64)
    abroad = np.rint(firms.price * final.exports * final.fill).astype(np.int64)
    revenue = np.bincount(firms.sector, home, sectors.rows)
    # Won paid in a sector for each unit asked for there: users share deliveries alike.
    price = revenue / np.where(final.by_sector > 0, final.by_sector, 1.0)
    basket, bundle = exact_sum(sectors.household_share * price), exact_sum(sectors.investment_share * price)
    public = exact_sum(final.government * price)
    weight = np.concatenate([final.households * basket, [public], final.investment * bundle])
    paid = spread(int(home.sum()), weight)
    cells = at.households
    model.fund_government(int(paid[cells]))
    buyers, invested = np.append(ledger.every_household, at.government), paid[cells + 1 :]
    ledger.settle_net(buyers, -paid[: cells + 1], ledger.every_firm, home - invested, "home sales")
    ledger.pay(at.world, ledger.every_firm, abroad, "exports")
    firms.sales += home + abroad
    _buy_imports(model, paid)
    got = np.bincount(firms.sector, final.home * final.fill, sectors.rows)
    # What no firm delivers is missing from equipment, also where a sector has no firm left to ask.
    missed = 1 - got / np.where(final.by_sector > 0, final.by_sector, np.inf)
    filled = 1 - float(sectors.investment_share @ missed)
    wear = model.parameters["production"].depreciation / 12
    firms.depreciation = np.rint(wear * firms.capital * model.investment_price)
    firms.capital = (1 - wear) * firms.capital + final.investment * filled
    firms.investment = final.investment


def _buy_imports(model: Ecosystem, paid: Won) -> None:
    """Buy the imported parts of baskets, government purchases and investment; pay sales tax."""
    ledger, final, sectors, at = model.ledger, model.final, model.sectors, model.ledger.at
    price = model.import_price
    households = np.rint(final.households * (1 - exact_sum(sectors.household_share)) * price).astype(np.int64)
    government = int(model.imported_government * model.public_growth * price)
    investors = np.rint(final.investment * (1 - exact_sum(sectors.investment_share)) * price).astype(np.int64)
    model.fund_government(government)
    ledger.pay(ledger.every_household, at.world, households, "imports of households")
    ledger.pay(at.government, at.world, [government], "imports of government")
    ledger.pay(ledger.every_firm, at.world, investors, "imports of investment goods")
    spent = paid[: at.households] + households
    tax = np.rint(model.parameters["government"].sales_tax * spent).astype(np.int64)
    ledger.pay(ledger.every_household, at.government, tax, "sales tax")
    model.households.consumption = spent + tax
    model.investment_spending = paid[at.households + 1 :] + investors
