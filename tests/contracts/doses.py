"""The one table a new policy must appear in: doses that are known to act, and what they do first.

Every policy has at least one dose. The battery in `test_every_policy` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.economy.kinds import Kind, Size
from sim.model import Ecosystem


@dataclass(frozen=True, eq=False)
class Dose:
    """Values with which a policy acts, and the direct effect they must have.

    Attributes
    ----------
    values
        Parameters that act.
    zero
        Parameters, laid over the values, with which the policy must do nothing at all.
    effect
        (model without, model with) -> size of the direct effect, positive when its sign is as declared.
    measure
        "flow": the effect of a month adds to that of others; "level": it is there as long as the dose
        is; "step": every year adds to the level.
    yearly
        Called in April of every year on both models, for policies that answer to a shock.
    lag
        Years that pass before one year is compared with the next.
    odd_won
        Relative size of the odd won that may fall to another firm when rows are in another order.
    """

    values: Mapping[str, Any]
    zero: Mapping[str, Any]
    effect: Callable[[Ecosystem, Ecosystem], float]
    measure: str
    yearly: Callable[[Ecosystem], None] = field(default=lambda model: None)
    lag: int = 0
    odd_won: float = 1e-9


def received(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that firms receive under policies this month."""
    return float(np.maximum(treated.firms.transfers, 0).sum())


def benefits_paid(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that members and the government pay to workers of others this month."""
    payments = treated.ledger.flows.payments.items()
    return float(sum(row[0] for reason, row in payments if reason.startswith("worker_welfare")))


def bonuses_of_others_paid(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that primes pay to workers of their suppliers this month, income tax withheld."""
    return float(treated.ledger.flows.payments.get("bonus_parity", [0])[0])


def inspectors_paid(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that the government pays for inspections this month."""
    row = treated.ledger.flows.payments.get("fair_trade_enforcement: inspections", [0])
    return float(row[0])


def surveys_paid(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that the government pays for ratings this month."""
    row = treated.ledger.flows.payments.get("co_growth_evaluation: surveys", [0])
    return float(row[0])


def experts_paid(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won that the government pays for experts in theft cases this month."""
    row = treated.ledger.flows.payments.get("technology_protection: experts", [0])
    return float(row[0])


def theft_feared_less(plain: Ecosystem, treated: Ecosystem) -> float:
    """Expected part of innovations that are taken, summed over sectors: how much lower it is."""
    return float(plain.theft_risk.sum() - treated.theft_risk.sum())


def payables_fallen(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won by which invoices outstanding are lower."""
    return float(plain.links.payable.sum() - treated.links.payable.sum())


def loans_supported(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won lent to SMEs under win-win finance."""
    return float(treated.firms.supported_loans.sum())


def paid_abroad_by_entrants(plain: Ecosystem, treated: Ecosystem) -> float:
    """Units a month sold at price parity in markets that small firms have entered with support."""
    return float(treated.firms.joint_exports.sum())


def certified_sell_more(plain: Ecosystem, treated: Ecosystem) -> float:
    """Demand of final users moved to firms with certified products, in units a month."""
    certified = treated.memberships["sales_channels"] >= 0
    share = np.where(certified, treated.firms.home_share, 0.0)
    asked = treated.final.home - treated.firms.home_share * treated.final.by_sector[treated.firms.sector]
    return float(asked[share > 0].sum())


def regional_contracts(plain: Ecosystem, treated: Ecosystem) -> float:
    """Further contracts of conglomerates with small firms of their own region."""
    return float(in_the_region(treated) - in_the_region(plain))


def in_the_region(model: Ecosystem) -> int:
    """Contracts of conglomerates with small firms of their own region."""
    firms, buyer, seller = model.firms, model.links.buyer, model.network.supplier
    near = (firms.region[buyer] == firms.region[seller]) & (firms.size_class[seller] >= Size.SME)
    return int(np.count_nonzero(model.network.served & near & (firms.kind[buyer] == Kind.CONGLOMERATE)))


def claims_drawn(plain: Ecosystem, treated: Ecosystem) -> float:
    """Won owed directly by drawers to whoever holds their claims, banks included."""
    return float(treated.links.claim.sum() + treated.firms.discounted.sum())


def prices_risen(plain: Ecosystem, treated: Ecosystem) -> float:
    """Mean relative distance of the prices of contracts that are the same in both."""
    same = (plain.links.supplier == treated.links.supplier) & plain.network.served
    return float(np.log(treated.links.price[same] / plain.links.price[same]).mean())


def prices_cut(plain: Ecosystem, treated: Ecosystem) -> float:
    """Mean relative distance downwards."""
    return -prices_risen(plain, treated)


def work_inside_groups(plain: Ecosystem, treated: Ecosystem) -> float:
    """Further contracts that business groups give to their own firms."""
    return float(inside_groups(treated) - inside_groups(plain))


def inside_groups(model: Ecosystem) -> int:
    """Contracts between firms of one business group."""
    group, links = model.firms.business_group, model.links
    buyer, seller = group[links.buyer], group[model.network.supplier]
    return int(np.count_nonzero(model.network.served & (buyer >= 0) & (buyer == seller)))


def dearer_material(model: Ecosystem) -> None:
    """Let material become a fifth dearer once more."""
    world = model.parameters["world"]
    change = 1.2 * (1 + world.material_change) - 1
    model.parameters["world"] = world.model_copy(update={"material_change": change, "material_month": 0})


def levels_added(plain: Ecosystem, treated: Ecosystem) -> float:
    """Further smart-factory levels that firms have."""
    return float(treated.firms.smart_level.sum()) - float(plain.firms.smart_level.sum())


def knowledge_of_suppliers(plain: Ecosystem, treated: Ecosystem) -> float:
    """Mean relative distance of the knowledge of small firms that sell to conglomerates at first."""
    links, firms = plain.links, plain.firms
    sold = plain.network.served & (firms.kind[links.buyer] == Kind.CONGLOMERATE)
    rows = np.unique(links.supplier[sold])
    rows = rows[firms.living[rows] & treated.firms.living[rows]]
    return float(np.log(treated.firms.knowledge[rows] / firms.knowledge[rows]).mean())


def better_methods(model: Ecosystem) -> None:
    """Let everybody make a tenth more with the same hands once more."""
    model.firms.productivity *= 1.1


def entrants(plain: Ecosystem, treated: Ecosystem) -> float:
    """Further potential firms that have entered."""
    return float(np.count_nonzero(plain.firms.waiting)) - float(np.count_nonzero(treated.firms.waiting))


def all_may_enter(model: Ecosystem) -> None:
    """Let the time of all potential firms come."""
    model.firms.cohort = np.minimum(model.firms.cohort, 0)


def switched(plain: Ecosystem, treated: Ecosystem) -> float:
    """Further suppliers that have switched to new parts."""
    ready = [np.count_nonzero(model.firms.new_parts_from >= 0) for model in (treated, plain)]
    return float(ready[0] - ready[1])


def new_parts(model: Ecosystem) -> None:
    """Let half of the parts in metals have to be of a new kind from the third year on."""
    change = {"sector": "metals", "share": 0.5, "month": 24, "duration": 12, "cost": 0.02}
    model.parameters["transition"] = model.parameters["transition"].model_copy(update=change)


def tempted(model: Ecosystem) -> None:
    """Let every buyer of a tenth of an innovator's sales try what pays, for damages alone."""
    change = {"opportunity": 1.0, "main_share": 0.1, "surcharge": 0.0}
    model.parameters["theft"] = model.parameters["theft"].model_copy(update=change)


def screened_harder(model: Ecosystem) -> None:
    """Let all conglomerates ask for a higher score than the year before."""
    weight = model.parameters["screening"]
    level = max(0.4, weight.level + 0.1)
    change = {"level": level, "month": 0, "buyers": 1.0, "exports": 0.0, "retrofit_cost": 0.02}
    model.parameters["screening"] = weight.model_copy(update=change)


# Everybody considers taking part all the time, and it is worth more than it can cost.
# One won more or less in the profit of all large firms, or of the second tier: 3e-9 of it.
ONE_WON = 1e-8
LINKABLE = {"smallest_contract": 0.0, "main_material": 1.0}
EAGER = {"voluntary": True, "join_rate": 12.0, "reputation": 0.1, "sensitivity": 1000.0}
NEVER = {"join_rate": 0.0}
GRANTS = {"budget": 0.02, "concentration": 1.5}
LARGE = {"where": {"size": ["large", "mid_sized"]}}
SHARED = {"lead_share": 0.4, "government_share": 0.4, "notice": 1.0}
DOSES: dict[str, tuple[Dose, ...]] = {
    "bonus_parity": (
        Dose({"parity": 1.0}, {"parity": 0.0}, bonuses_of_others_paid, "flow"),
        Dose({"parity": 1.0, **EAGER}, NEVER, bonuses_of_others_paid, "flow"),
    ),
    "co_growth_evaluation": (Dose({"rated": 1.0, "information": 1.0}, {"rated": 0.0}, surveys_paid, "flow"),),
    "caring_companies": (
        Dose({"budget": 0.1}, {"budget": 0.0}, received, "flow"),
        Dose({"budget": 0.1, **EAGER}, NEVER, received, "flow"),
    ),
    "esg_support": (
        Dose({"offered": 1.0}, {"offered": 0.0}, received, "flow", screened_harder),
        Dose({"offered": 1.0, **EAGER}, NEVER, received, "flow", screened_harder),
    ),
    "export_support": (Dose({"reach": 0.2}, {"reach": 0.0}, paid_abroad_by_entrants, "step"),),
    "platform_partnership": (
        Dose({"rebate": 0.3, **LARGE}, {"rebate": 0.0}, received, "flow"),
        Dose({"settlement_months": 0, **LARGE}, {"settlement_months": 4}, payables_fallen, "level"),
    ),
    "regional_cooperation": (
        Dose({"co_development": 0.1}, {"co_development": 0.0}, received, "flow"),
        Dose({"preference": 0.5}, {"preference": 0.0}, regional_contracts, "level", lag=1),
    ),
    "sales_channels": (
        Dose({"quota": 0.3, "take_up": 0.4}, {"quota": 0.0}, certified_sell_more, "level"),
        Dose({"quota": 0.3, **EAGER}, NEVER, certified_sell_more, "level"),
        Dose({"shelf": 0.1, "take_up": 0.4, "margin": 0.2}, {"shelf": 0.0}, certified_sell_more, "level"),
    ),
    "champion_support": (
        Dose(GRANTS, {"budget": 0.0}, received, "flow"),
        Dose({"in_sourcing": 1.0}, {"in_sourcing": 0.0}, work_inside_groups, "level"),
        # Buyers take what costs have fallen since the last review, which is little in the first year.
        Dose({"cost_cutting": 5.0}, {"cost_cutting": 1.0}, prices_cut, "step", lag=1),
    ),
    "cooperation_fund": (
        Dose(
            {"contribution_rate": 0.2, "government_match": 0.5}, {"contribution_rate": 0.0}, received, "flow"
        ),
        Dose({"contribution_rate": 0.2, **EAGER}, NEVER, received, "flow"),
    ),
    "open_innovation": (
        Dose(
            {"seed": 140e6, "selected": 1.0}, {"seed": 0.0}, received, "flow", all_may_enter, odd_won=ONE_WON
        ),
        Dose({"pilot_premium": 0.5}, {"pilot_premium": 0.0}, entrants, "level", all_may_enter),
        Dose(
            {"seed": 140e6, "selected": 1.0, **EAGER}, NEVER, received, "flow", all_may_enter, odd_won=ONE_WON
        ),
    ),
    "partner_transition": (
        Dose(
            SHARED, {"lead_share": 0.0, "government_share": 0.0, "notice": 0.0}, switched, "level", new_parts
        ),
        Dose({**SHARED, **EAGER}, NEVER, switched, "level", new_parts),
    ),
    "patent_sharing": (
        Dose(
            {"transfer": 0.5, "offered": 1.0, "uptake": 1.0},
            {"transfer": 0.0},
            knowledge_of_suppliers,
            "step",
        ),
        Dose({"platform": 0.5}, {"platform": 0.0}, knowledge_of_suppliers, "step"),
        Dose(
            {"transfer": 0.5, "offered": 1.0, "uptake": 1.0, **EAGER}, NEVER, knowledge_of_suppliers, "step"
        ),
    ),
    "fair_trade_enforcement": (
        Dose(
            {"inspections": 0.4, "fine": 3.0, "deterrence": 1.0, "unfair": 1.0},
            {"inspections": 0.0},
            inspectors_paid,
            "flow",
        ),
        Dose({"inspections": 1.0, "legal_months": 0}, {"inspections": 0.0}, payables_fallen, "level"),
    ),
    "payment_terms": (
        Dose({"max_months": 1}, {"max_months": 4}, payables_fallen, "level"),
        Dose({"cash_ratio": 1.0}, {"cash_ratio": 0.0}, payables_fallen, "level"),
        Dose({"cash_ratio": 1.0, "take_up": 0.5}, {"take_up": 0.0}, payables_fallen, "level"),
        Dose({"cash_ratio": 1.0, **EAGER}, NEVER, payables_fallen, "level"),
    ),
    "performance_sharing": (
        Dose({"share": 0.9}, {"share": 0.0}, prices_risen, "step", better_methods),
        Dose({"share": 0.9, **EAGER}, NEVER, prices_risen, "step", better_methods),
        Dose({"projects": 0.01}, {"projects": 0.0}, received, "flow"),
    ),
    # A small economy has too few firms with one main raw material for one year to be like another.
    "price_linkage": (
        Dose({"take_up": 1.0, **LINKABLE}, {"take_up": 0.0}, prices_risen, "step", dearer_material),
        Dose({"take_up": 1.0, **LINKABLE}, {"main_material": 0.0}, prices_risen, "step", dearer_material),
        Dose({**LINKABLE, **EAGER}, NEVER, prices_risen, "step", dearer_material),
    ),
    "profit_sharing": (
        Dose({"share": 0.2, "hurdle": 0.0}, {"share": 0.0}, received, "flow", odd_won=ONE_WON),
        Dose({"share": 0.2, "hurdle": 0.0, "take_up": 0.5}, {"take_up": 0.0}, received, "flow"),
        Dose({"share": 0.2, "hurdle": 0.0, **EAGER}, NEVER, received, "flow", odd_won=ONE_WON),
    ),
    # Adopters saturate: a dose that leaves most of them for later years.
    "smart_factory": (
        Dose({"projects": 0.3}, {"projects": 0.0}, levels_added, "step"),
        Dose({"projects": 0.3, **EAGER}, NEVER, levels_added, "step"),
    ),
    "technology_protection": (
        Dose({"discovery": 0.2}, {"discovery": 0.0}, experts_paid, "flow", tempted),
        Dose(
            {"discovery": 1.0, "award": 10.0, "surcharge_cap": 1e12},
            {"discovery": 0.0, "award": 0.0, "surcharge_cap": 0.0},
            theft_feared_less,
            "step",
            tempted,
        ),
    ),
    # Interest subsidies are a few million won in all, of which an odd won is more than 1e-7.
    "win_win_finance": (Dose({"volume": 0.02}, {"volume": 0.0}, loans_supported, "level", odd_won=1e-5),),
    "win_win_payment": (
        Dose({"coverage": 1.0, "pass_down": 0.5}, {"coverage": 0.0}, claims_drawn, "level"),
        Dose({"coverage": 1.0, **EAGER}, NEVER, claims_drawn, "level"),
    ),
    "worker_welfare": (
        Dose({"benefit": 0.1}, {"benefit": 0.0}, benefits_paid, "flow"),
        Dose({"benefit": 0.02, **EAGER}, NEVER, benefits_paid, "flow"),
    ),
}
