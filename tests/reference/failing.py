"""Failure of firms, sale of their capital, collection of their claims, write-offs."""

from __future__ import annotations

from sim.core.draws import Decision

from .books import change, earn, fund_government, lend, pay, write_off_loans
from .state import SLOTS, Debt, Firm, Link, SlowEconomy, total
from .won import largest_remainder

MICRO = 3  # the smallest size class


def close_firms(economy: SlowEconomy) -> None:
    """Wind up firms whose claims have been collected; close firms too long in arrears or given up."""
    wind_up(economy, [firm for firm in economy.firms if firm.closing == 1])
    for firm in economy.firms:
        firm.closing = max(0, firm.closing - 1)
    rule = economy.parameters.payment
    struck_down = struck_by_shocks(economy)
    late = [firm for firm in economy.firms if firm.living and firm.arrears_months >= rule.arrears_limit]
    failed = [firm for firm in economy.firms if firm in late or firm in struck_down]
    strike_creditors(economy, failed)
    economy.count("defaults", len(failed))
    struck = [firm for firm in failed if economy.month - firm.last_loss <= rule.chain_months]
    economy.count("chain_defaults", len(struck))
    given_up = [firm for firm in economy.firms if firm not in failed and gives_up(economy, firm)]
    economy.count("closures", len(given_up))
    if failed or given_up:
        fail(economy, [firm for firm in economy.firms if firm in failed or firm in given_up])


def struck_by_shocks(economy: SlowEconomy) -> list[Firm]:
    """List the firms that shocks let fail now, each of a rank by last year's sales among those concerned."""
    struck_down = []
    for shock in economy.shocks:
        if shock.kind == "Failure" and shock.first == economy.month:
            concerned = [firm for firm in economy.firms if firm.living and shock.concerns(firm)]
            concerned.sort(key=lambda firm: (-firm.year_sales_past, firm.uid))
            struck_down.append(concerned[shock.rank - 1])
    return struck_down


def gives_up(economy: SlowEconomy, firm: Firm) -> bool:
    """Whether the owner of a micro firm closes it: a monthly chance, larger where interest is not earned."""
    weight = economy.parameters.lifecycle
    if not firm.living or firm.size_class < MICRO:
        return False
    chance = weight.closure_rate
    if firm.profit_trend < firm.loan_rate / 12 * firm.loans:
        chance += weight.closure_by_losses
    return economy.happens(chance / 12, Decision.EXIT, firm.uid)


def strike_creditors(economy: SlowEconomy, failed: list[Firm]) -> None:
    """Note whom failed firms owe money: whoever fails within some months of that is part of a chain."""
    for link in economy.links:
        if link.buyer in failed and any(link.payable):
            link.supplier.last_loss = economy.month
    for debt in economy.runoff:
        if debt.debtor in failed:
            debt.creditor.last_loss = economy.month


def fail(economy: SlowEconomy, failed: list[Firm]) -> None:
    """End business: capital is sold, contracts of sale end, all debts fall due next month."""
    for firm in failed:
        firm.living = False
        firm.closing = economy.parameters.payment.closing_months
        firm.credit_line = 0
    sell_capital(economy, failed)
    end_contracts(economy, [link for link in economy.links if link.supplier and link.supplier in failed])
    call_in_debts(economy, failed)
    for firm in failed:
        firm.workers = firm.capital = firm.stock = 0.0
        for group in firm.groups:
            group.stock = 0.0
        firm.home_share = firm.export_share = firm.joint_exports = 0.0
        firm.expected_demand = firm.planned_output = 0.0
    share_out_markets(economy)


def call_in_debts(economy: SlowEconomy, failed: list[Firm]) -> None:
    """Make everything that failed firms owe due next month."""
    later = (economy.month + 1) % SLOTS
    for link in economy.links:
        if link.buyer in failed:
            link.payable = [sum(link.payable) if slot == later else 0 for slot in range(SLOTS)]
    for debt in economy.runoff:
        if debt.debtor in failed:
            debt.slot = later


def share_out_markets(economy: SlowEconomy) -> None:
    """Make market shares of each sector add up to one again."""
    for sector in economy.sectors:
        for market in ("home_share", "export_share"):
            of_all = total(getattr(firm, market) for firm in sector.firms)
            for firm in sector.firms:
                setattr(firm, market, getattr(firm, market) / of_all if of_all > 0 else 0.0)


def end_contracts(economy: SlowEconomy, links: list[Link]) -> None:
    """Take the supplier off links; what is owed to it runs off."""
    for link in links:
        for slot, owed in enumerate(link.payable):
            if owed:
                economy.runoff.append(Debt(link.buyer, link.supplier, slot, owed))
        link.payable = [0] * SLOTS
        link.supplier = link.drawer = None
        link.linked_since, link.opted_out, link.reference_cost = -1, False, [0.0, 0.0]
        link.year_deliveries = 0


def sell_capital(economy: SlowEconomy, failed: list[Firm]) -> None:
    """Firms of the same sector buy with spare cash, at a haircut, as much as they can afford."""
    price = (1 - economy.parameters.lifecycle.haircut) * economy.investment_price
    for sector in economy.sectors:
        sellers = [firm for firm in failed if firm.sector is sector]
        living = [firm for firm in sector.firms if firm.living]
        cash = {firm: firm.deposits - economy.cash_target(firm) for firm in living}
        cash = {firm: won for firm, won in cash.items() if won > 0}
        means = total(cash.values())
        sold = min(total(firm.capital for firm in sellers), means / price)
        value = int(price * sold)
        if value == 0:
            continue
        for firm, paid in zip(cash, largest_remainder(value, list(cash.values())), strict=True):
            change(firm, -paid)
            firm.capital += sold * cash[firm] / means
        parts = largest_remainder(value, [firm.capital for firm in sellers])
        for firm, received in zip(sellers, parts, strict=True):
            change(firm, received)


def wind_up(economy: SlowEconomy, firms: list[Firm]) -> None:
    """Write off what failed firms still owe; owners get what is left."""
    for link in economy.links:
        if link.buyer in firms:
            lose(economy, link.supplier, sum(link.payable))
            link.payable = [0] * SLOTS
    for debt in economy.runoff:
        if debt.debtor in firms:
            lose(economy, debt.creditor, debt.amount)
    economy.runoff = [debt for debt in economy.runoff if debt.debtor not in firms]
    call_guarantees(economy, firms)
    for firm in firms:
        write_off_loans(firm)
        firm.wages_due = firm.tax_due = 0
        pay(firm, economy.owners_of(firm), max(firm.deposits, 0))


def call_guarantees(economy: SlowEconomy, firms: list[Firm]) -> None:
    """The policy-finance agency, funded by the government, repays the guaranteed part of lost loans."""
    called = {firm: min(firm.guaranteed, firm.loans) for firm in firms}
    if any(called.values()):
        fund_government(economy, sum(called.values()))
        pay(economy.government, economy.agency, sum(called.values()))
    for firm, won in called.items():
        pay(economy.agency, firm, won)
        lend(firm, -won)
        firm.guaranteed = 0


def lose(economy: SlowEconomy, creditor: Firm | None, won: int) -> None:
    """Book a claim as lost at the expense of the creditor's profit."""
    if won:
        creditor.losses += won
        earn(creditor, -won)
        creditor.last_loss = economy.month
        economy.trade_credit -= won
