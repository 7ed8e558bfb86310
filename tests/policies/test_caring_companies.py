"""Caring companies (자상한 기업): support of small firms outside the own network."""

import pytest

from policies.town import BELOW, FIRST, PRIME, SECOND, chain, corporate_tax, town, year_of
from sim.economy.kinds import Kind, Size


def caring(**values):
    return {"caring_companies": {"budget": 0.1} | values}


def test_all_goes_to_the_small_firm_that_is_no_supplier_half_of_it_as_equipment():
    model = town(caring())
    given = int(0.1 * year_of(model)["profit"][PRIME])
    assert given > 0.5e9
    assert model.firms.transfers.tolist() == [-given, 0, 0, given]
    assert model.equipment[BELOW] * model.investment_price == pytest.approx(given / 2, rel=1e-8)


def test_two_members_share_out_over_their_own_strangers_by_workers():
    # Firm 1 is a second member; it buys from firm 3, the first one from firms 1 and 2.
    kinds = [Kind.CONGLOMERATE, Kind.CONGLOMERATE, Kind.SUPPLIER, Kind.SUPPLIER]
    model = town(caring(), design=chain(kind=kinds, size_class=[Size.LARGE, Size.LARGE, Size.SME, Size.SME]))
    profit = year_of(model)["profit"]
    first, second = int(0.1 * profit[PRIME]), int(0.1 * profit[FIRST])
    assert min(first, second) > 0
    got = model.firms.transfers
    assert got[BELOW] == pytest.approx(first, abs=2)
    assert got[SECOND] == pytest.approx(second, abs=2)


def test_a_member_all_of_whose_small_firms_are_suppliers_gives_nothing():
    model = town(caring(), design=chain(size_class=[Size.LARGE, Size.SME, Size.SME, Size.LARGE]))
    year_of(model)
    assert not model.firms.transfers.any()


@pytest.mark.parametrize("credit", [0.0, 0.1])
def test_tax_falls_by_the_members_deduction_and_credit_and_cash_is_taxed_at_the_receiver(credit):
    plain, model = town(), town(caring(tax_credit=credit, equipment=0.25))
    year_of(plain), year_of(model)
    given = -int(model.firms.transfers[PRIME])
    rate = model.parameters["government"].corporate_tax
    less = corporate_tax(plain) - corporate_tax(model)
    assert less == pytest.approx((rate + credit) * given - rate * 0.75 * given, abs=5)
