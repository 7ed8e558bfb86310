"""ESG screening: who requires which score, who retrofits, who is replaced."""

from __future__ import annotations

from .adopting import annuity, retool
from .requirements import has_begun, required_score
from .searching import change_suppliers
from .state import Firm, Link, SlowEconomy
from .won import nearest


def screen_suppliers(economy: SlowEconomy) -> None:
    """Firms below the required score retrofit if that pays; the rest are replaced where somebody else can."""
    if not has_begun(economy):
        return
    at_risk = {firm: firm.price * firm.exports_refused for firm in economy.firms}
    for link in economy.links:
        if is_refused(economy, link):
            at_risk[link.supplier] += link.invoice
    price = economy.investment_price
    willing = [firm for firm in economy.firms if retrofit_pays(economy, firm, 12 * at_risk[firm], price)]
    for firm in willing:
        cost = retrofit_cost(economy, firm)
        retool(firm, cost / price)
        firm.esg_spent += cost
        firm.esg = economy.parameters.screening.level
    economy.count("retrofits", len(willing))
    moved = change_suppliers(economy, [link for link in economy.links if is_refused(economy, link)])
    economy.count("screened_out", moved)


def is_refused(economy: SlowEconomy, link: Link) -> bool:
    """Whether the buyer requires more than its supplier has."""
    used = link.supplier and link.buyer.living and link.share > 0
    return bool(used and link.supplier.esg < required_score(economy, link.buyer))


def retrofit_cost(economy: SlowEconomy, firm: Firm) -> int:
    """Won: what is missing in the score, times yearly sales, times the cost of one."""
    weight = economy.parameters.screening
    return nearest(weight.retrofit_cost * max(0.0, weight.level - firm.esg) * 12 * firm.sales)


def retrofit_pays(economy: SlowEconomy, firm: Firm, at_risk: float, price: float) -> bool:
    """Whether the margin that would be lost, less upkeep, is worth the cost; and cash or credit."""
    weight, cost = economy.parameters.screening, retrofit_cost(economy, firm)
    if not firm.living or firm.esg >= weight.level or at_risk <= 0 or firm.capital <= 0:
        return False
    kept = at_risk * max(0.0, 1 - firm.unit_cost / max(firm.price, 1e-9))
    kept -= economy.parameters.production.depreciation * cost
    worth = annuity(firm.loan_rate, weight.years) * kept
    return worth >= cost and economy.spare_cash(firm, price) + firm.credit_line >= cost
