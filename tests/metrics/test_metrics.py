"""Every metric, worked out by hand on six firms."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim import metrics
from sim.core.errors import InputError
from sim.economy.kinds import Kind
from sim.metrics.economy import value_added_of
from sim.metrics.metric import ratio

DAYS = 365 / 12
MEAN_WAGE = (10 * 20 + 8 * 12 + 6 * 10 + 4 * 10 + 2 * 5) / 30
LOG = math.log

EXPECTED = {
    # economy: value added is 500, 200, 100, 60, -10; one won stands for a hundred
    # firm 1 stores 20 units, firm 0 stores 10 inputs at 1.1 won, firm 2 takes 5 at 1.5 won out of its store
    "gdp": 85_000 + (20 * 2 + 10 * 1.1 - 5 * 1.5) * 100,
    "real_gdp": (1620 - 403 - 120 - 0.25 * 8) * 100,
    "price_level": (0.6 * 1.1 + 0.2 * 1.5) / 0.8,
    "household_consumption": 60_000,
    "exports": 0,
    "employment": 3000,
    "unemployment_rate": 0.25,
    "wage_share": 480 / 850,
    "mean_wage": MEAN_WAGE,
    "mean_markup": (200 + 30 + 20) / 1600,
    "fill_rate": 0.8,
    "stock_months": 0.5,
    "living_firms": 5,
    "startups": 1,
    "entry_rate": 12 * 2 / 5,
    # gaps
    "sme_value_added_share": 150 / 850,
    "sme_employment_share": 12 / 30,
    "sme_wage_ratio": (110 / 12) / 20,
    "sme_productivity_ratio": (150 / 12) / 50,
    "operating_margin_large": 0.2,
    "operating_margin_sme": (20 + 5 - 30) / 300,
    "margin_after_transfers_large": 0.2 - 0.04,
    "margin_after_transfers_sme": (20 + 5 - 30 + 25 - 5 + 15) / 300,
    "operating_margin_tier1": (90 + 20) / 500,
    "operating_margin_tier2": 0.05,
    "supplier_survival": 0.75,
    "smart_factory_share": 1 / 3,
    "gini_of_value_added": (4 * 500 + 2 * 200 - 2 * 60 - 4 * 0) / (5 * 860),
    "theil_of_wages": (
        sum(w * y * LOG(y / MEAN_WAGE) for w, y in [(10, 20), (8, 12), (10, 10), (2, 5)]) / (30 * MEAN_WAGE)
    ),
    "theil_between_tiers": (
        sum(w * y * LOG(y / MEAN_WAGE) for w, y in [(10, 20), (14, 156 / 14), (4, 10), (2, 5)])
        / (30 * MEAN_WAGE)
    ),
    "hhi": (100 + 9 + 4 + 1) / 256,
    "top10_sales_share": 1.0,
    # finance
    # payments: 1000 invoiced and unpaid, 90 in claims, 70 on ended contracts
    "days_to_payment": DAYS * 1160 / 600,
    "days_to_payment_sme": DAYS * (400 + 30 + 20) / 300,
    "cash_ratio": (300 + 60) / 600,
    "cash_equivalent_ratio": (300 + 60 + 40) / 600,
    "win_win_payments": 12_000,
    "win_win_passed_on": 1_200,
    "win_win_coverage": 100 / (100 + 800),
    # transfers
    "policy_receipts_large": 0,
    "policy_receipts_mid_sized": 1000,
    "policy_receipts_sme": 4000,
    "policy_payments_large": 4000,
    "policy_payments_mid_sized": 0,
    "policy_payments_sme": 500,
    "policy_receipts_tier0": 0,
    "policy_receipts_tier1": 3500,
    "policy_receipts_tier2": 0,
    "policy_receipts_tier3": 0,
    "policy_receipts_outside": 1500,
    "policy_payments_tier0": 4000,
    "policy_payments_tier1": 0,
    "policy_payments_tier2": 500,
    "policy_payments_tier3": 0,
    "policy_payments_outside": 0,
    "policy_receipts_households": 0,
    "income_tier0": (500 - 40) * 100,
    "income_tier1": (200 + 100 + 35) * 100,
    "income_tier2": (60 - 5) * 100,
    "income_tier3": 0,
    "income_outside": (-10 + 15) * 100,
    "arrears": 8000,
    "arrears_share": 0.4,
    "default_rate": 12 * 2 / 8,
    "chain_default_rate": 12 / 8,
    "closure_rate": 12 / 8,
    "debt_to_sales": 1920 / (12 * 1600),
    "cash_months_sme": (200 + 200 + 120) / (150 + 130),
    "bank_capital_ratio": 0.1,
    "loan_loss_rate": 12 * 16 / 1920,
    "government_debt": 0,
    "fiscal_cost": 0,
    "private_cost": 4500,
    "private_receipts": 5000,
    # take-up
    "memberships": 3,
    "linked_share": 300 / 600,
    "win_win_drawers": 0.0,
    "fund_contributors": 1.0,
    "fund_contributions": 700,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_metric_is_what_the_hand_works_out(economy, name):
    assert metrics.value(name, economy) == pytest.approx(EXPECTED[name], rel=1e-12, abs=1e-15)


def test_every_metric_has_been_worked_out_by_hand():
    assert set(EXPECTED) == set(metrics.available())


@pytest.mark.parametrize("name", EXPECTED)
def test_an_economy_without_rows_gives_a_number_or_none_but_no_error(nothing, name):
    seen = metrics.value(name, nothing)
    assert type(seen) is float and (math.isnan(seen) or seen == 0)


@pytest.mark.parametrize("name", EXPECTED)
def test_firms_without_business_give_a_number_or_none_but_no_error(economy, name):
    for column in economy.firms:
        economy.firms.arrays[column][...] = 0
    economy.links.delivery = 0
    assert type(metrics.value(name, economy)) is float


@pytest.mark.parametrize("name", EXPECTED)
def test_a_metric_changes_nothing(economy, name):
    tables = [economy.firms, economy.links, economy.groups, economy.sectors, economy.households]
    before = [{key: array.copy() for key, array in table.arrays.items()} for table in tables]
    metrics.value(name, economy)
    for table, cells in zip(tables, before, strict=True):
        assert all(np.array_equal(table.arrays[key], array) for key, array in cells.items())


def test_exports_are_what_the_world_pays(economy):
    ledger = economy.ledger
    ledger.pay(ledger.at.world, ledger.firm([0, 1]), [70, 30], "exports")
    ledger.pay(ledger.firm(0), ledger.at.world, 40, "imports")
    assert metrics.value("exports", economy) == 10_000


def test_fiscal_cost_counts_policies_only(economy):
    ledger = economy.ledger
    economy.policies = SimpleNamespace(entries=[SimpleNamespace(name="cooperation_fund")])
    ledger.pay(ledger.at.government, ledger.at.fund, 30, "cooperation_fund")
    ledger.pay(ledger.at.agency, ledger.firm(2), 20, "cooperation_fund: guarantee")
    ledger.pay(ledger.firm(0), ledger.at.government, 5, "cooperation_fund")
    ledger.pay(ledger.at.government, ledger.firm(0), 1000, "government purchases")
    assert metrics.value("fiscal_cost", economy) == 4500


@pytest.mark.parametrize(("part", "whole"), [("receipts", "private_receipts"), ("payments", "private_cost")])
@pytest.mark.parametrize(
    "groups", [("large", "mid_sized", "sme"), ("tier0", "tier1", "tier2", "tier3", "outside")]
)
def test_size_classes_and_tiers_add_up_to_all_that_firms_receive_and_pay(economy, part, whole, groups):
    economy.firms.tier = [0, 1, 3, 2, 8, 9]
    economy.firms.transfers = [-40, 10, 25, -5, 15, -3]
    parts = [metrics.value(f"policy_{part}_{group}", economy) for group in groups]
    assert sum(parts) == metrics.value(whole, economy) > 0


def test_households_receive_what_policies_pay_them(economy):
    ledger = economy.ledger
    economy.policies = SimpleNamespace(entries=[SimpleNamespace(name="bonus_parity")])
    ledger.pay(ledger.firm(0), [1], 30, "bonus_parity")
    ledger.pay([1], ledger.at.government, 5, "bonus_parity: income tax")
    ledger.pay(ledger.firm(0), [1], 1000, "wages")
    assert metrics.value("policy_receipts_households", economy) == 2500


def test_days_to_payment_weigh_contracts_by_their_value(economy):
    """A contract of 990 won paid after a month and one of 10 won paid after four make 1.03 months."""
    links = economy.links
    economy.invoice = np.array([990, 10, 0, 0])
    links.claim[:], links.payable[:] = 0, 0
    economy.runoff.forget(economy.runoff.amount > 0)
    links.payable[0] = [990, 0, 0, 0]
    links.payable[:4, 1] = 10
    assert metrics.value("days_to_payment", economy) == pytest.approx(1.03 * DAYS)


def test_government_debt_is_the_bonds_outstanding(economy):
    economy.ledger.issue_bonds(7)
    assert metrics.value("government_debt", economy) == 700


def test_survival_is_that_of_the_first_suppliers_only(economy):
    economy.firms.kind[4] = Kind.SUPPLIER  # a startup has grown up, whether of month zero or later
    assert metrics.value("supplier_survival", economy) == 0.75


def test_value_added_of_some_firms(economy):
    assert value_added_of(economy, economy.firms.tier == 1) == 30_000


def test_every_metric_declares_a_unit_and_a_sentence():
    for name, metric in metrics.available().items():
        assert metric.name == name and metric.unit and metric.doc.endswith("."), name


def test_the_headline_is_made_of_metrics():
    assert set(metrics.HEADLINE) <= set(metrics.available())
    assert len(set(metrics.HEADLINE)) == len(metrics.HEADLINE) <= 13


def test_a_misspelt_metric_is_named_with_the_nearest(economy):
    with pytest.raises(InputError, match="did you mean 'gdp'"):
        metrics.value("gpd", economy)


def test_nothing_over_nothing_is_not_a_number():
    assert math.isnan(ratio(0, 0)) and math.isnan(ratio(3, 0)) and ratio(np.int64(1), np.float64(4)) == 0.25
