"""Inventories: how long a stock lasts, and when the ordering rule is stable."""

from math import floor

import numpy as np
import pytest
from economies import QUANTITIES_ONLY, Design, ecosystem, freeze_households, run

from sim.rules.demand import group_orders


def buyer_and_supplier(stock_months, *changes):
    """Firm 0 sells to final users and buys from firm 1, which sells to nobody else."""
    trillion = 1e12  # large, so that rounding to the won cannot add up to 1e-9 in the months watched
    inputs = np.array([[0.0, 0.0], [0.5, 0.0]])
    design = Design(inputs, household=[5 * trillion, 0], government=[trillion, 0], exports=[trillion, 0],
                    stock_months=stock_months)  # fmt: skip
    model = ecosystem(design, QUANTITIES_ONLY, {"demand": {"finished_months": 0.0}}, *changes)
    freeze_households(model)
    return model


def crippled_supply(stock_months, lack):
    """The supplier loses a part of its capital for ever; the buyer goes on ordering what it uses."""
    model = buyer_and_supplier(stock_months, {"demand": {"input_adjustment": 1e12}})
    firms = model.firms
    firms.capital[1] = (1 - lack) * firms.output[1] / firms.capital_productivity[1]
    firms.wage[1] *= 0.1  # it keeps staff for the orders it cannot fill, and must survive that
    return model


@pytest.mark.parametrize(("months", "full"), [(3, 9), (5, 17), (9, 33)])
def test_a_stock_of_n_months_carries_a_supplier_at_three_quarters_for_the_expected_time(months, full):
    # Each month the stock loses d = 1/4 of a month's use; it is short when less than one month's use is
    # left: after floor((n - 1) / d) + 1 months, and from then on output is what arrives, 1 - d.
    lack = 0.25
    assert full == floor((months - 1) / lack) + 1
    model = crippled_supply(months, lack)
    firms = model.firms
    normal = firms.output.copy()
    path = []
    for _ in range(full + 6):
        model.step()
        path.append(firms.output[0] / normal[0])
    assert path[:full] == pytest.approx([1.0] * full, abs=1e-9)
    assert path[full:] == pytest.approx([1 - lack] * 6, abs=1e-9)


@pytest.mark.parametrize("lack", [0.1, 0.4])
def test_the_buffer_lasts_as_long_for_other_shortfalls(lack):
    months = 2.5
    full = floor((months - 1) / lack) + 1
    model = crippled_supply(months, lack)
    firms = model.firms
    normal = firms.output.copy()
    path = np.array([run(model, 1).firms.output[0] for _ in range(full + 4)]) / normal[0]
    assert path[:full] == pytest.approx(np.ones(full), abs=1e-9)
    # In the first short month a part of a month's use may still be in store.
    assert path[full] == pytest.approx(months - full * lack, abs=1e-9)
    assert path[full + 1 :] == pytest.approx(np.full(3, 1 - lack), abs=1e-9)


@pytest.mark.parametrize("adjustment", [1.0, 2.0, 6.0])
def test_a_gap_in_stock_closes_by_one_part_in_t_a_month_when_suppliers_deliver_at_once(adjustment):
    # S' = S + use + (S* - S) / t - use: what the engine's own timing gives while suppliers have stock.
    model = buyer_and_supplier(3.0, {"demand": {"input_adjustment": adjustment}})
    firms, groups = model.firms, model.groups
    firms.stock[1] += 0.9 * firms.output[1]
    wanted = groups.stock[0]
    groups.stock[0] -= 0.1 * wanted
    gaps = []
    for _ in range(3):
        model.step()
        gaps.append((wanted - groups.stock[0]) / (0.1 * wanted))
    assert gaps == pytest.approx([(1 - 1 / adjustment) ** age for age in (1, 2, 3)], abs=1e-9)


def gaps_with_a_months_delay(adjustment, months):
    """Gap in the stock of an input that arrives a month after its order, starting at a fifth."""
    use, target = 100.0, 2.0
    stock = target * use - 20.0
    coming = use  # ordered last month
    gaps = []
    for _ in range(months):
        gaps.append(target * use - stock)
        order = group_orders(use, stock, target, adjustment)
        stock += coming - use
        coming = order
    return np.array(gaps)


def exact_gaps(adjustment, months):
    """g(n+1) = g(n) - g(n-1) / t, by the roots of z^2 - z + 1/t."""
    roots = np.roots([1.0, -1.0, 1 / adjustment]).astype(complex)
    # The first month brings only what had been ordered, so that the first two gaps are the same.
    weight = np.linalg.solve(np.array([[1, 1], roots]), np.array([20.0, 20.0]))
    return np.real(weight @ roots[:, None] ** np.arange(months))


@pytest.mark.parametrize("adjustment", [4.5, 6.0, 12.0])
def test_with_a_months_delay_the_ordering_rule_is_monotone_from_four_months_on(adjustment):
    gaps = gaps_with_a_months_delay(adjustment, 60)
    assert gaps == pytest.approx(exact_gaps(adjustment, 60), abs=1e-9)
    assert (np.diff(gaps) <= 1e-12).all() and (gaps >= 0).all()


def test_four_months_is_the_border_of_monotone_return():
    # A double root of one half: g(n) = 20 (1 + n) / 2^n.
    months = np.arange(40)
    assert gaps_with_a_months_delay(4.0, 40) == pytest.approx(20 * (1 + months) / 2.0**months, abs=1e-9)
    assert gaps_with_a_months_delay(3.9, 60).min() < 0


@pytest.mark.parametrize("adjustment", [1.5, 3.0])
def test_between_one_and_four_months_the_ordering_rule_swings_and_dies_down(adjustment):
    gaps = gaps_with_a_months_delay(adjustment, 60)
    assert gaps == pytest.approx(exact_gaps(adjustment, 60), abs=1e-9)
    assert gaps.min() < 0
    assert np.abs(gaps[-10:]).max() < 0.2 * np.abs(gaps[:10]).max()


@pytest.mark.parametrize("adjustment", [0.7, 0.9])
def test_below_one_month_the_ordering_rule_explodes(adjustment):
    # The swings grow by 1 / sqrt(t) a month, until orders would have to be negative.
    gaps = gaps_with_a_months_delay(adjustment, 9)
    assert gaps[:6] == pytest.approx(exact_gaps(adjustment, 9)[:6], abs=1e-9)
    far = np.abs(gaps_with_a_months_delay(adjustment, 60))
    assert far[-10:].max() > 3 * 20


def test_without_delay_orders_of_the_economy_explode_only_below_half_a_month():
    # g' = (1 - 1/t) g: t = 1/2 swings for ever, below it grows. Scenarios refuse t < 1, so the rule is asked.
    def swing(adjustment):
        gap = 1.0
        for _ in range(12):
            gap = 200.0 - (200.0 - gap + group_orders(100.0, 200.0 - gap, 2.0, adjustment) - 100.0)
        return abs(gap)

    assert swing(0.55) == pytest.approx((1 - 1 / 0.55) ** 12)
    assert swing(0.5) == pytest.approx(1.0)
    assert swing(0.45) == pytest.approx((1 - 1 / 0.45) ** 12)


def test_scenarios_refuse_an_ordering_rule_that_explodes():
    from sim.core.errors import InputError
    from sim.scenario import Scenario

    with pytest.raises(InputError, match="input_adjustment"):
        Scenario.from_dict({"demand": {"input_adjustment": 0.9}})


def short_of_its_own_goods(firms_first):
    """One sector that needs three tenths of its output itself has a part of its capital for ever."""
    design = Design([[0.3]], household=[5e12], government=[1e12], exports=[1e12])
    model = ecosystem(
        design,
        QUANTITIES_ONLY,
        {"demand": {"finished_months": 0.0}, "production": {"firms_first": firms_first}},
    )
    freeze_households(model)
    firms = model.firms
    firms.capital *= 0.8 * firms.output / (firms.capital_productivity * firms.capital)
    firms.wage *= 0.1  # it keeps staff for the orders it cannot fill, and must survive that
    return model


def test_a_lasting_shortage_leaves_output_at_capacity_when_firms_are_served_first():
    model = short_of_its_own_goods(firms_first=True)
    usual = model.firms.output.copy()
    run(model, 60)
    assert model.firms.output / usual == pytest.approx([0.8], rel=1e-6)


def test_shared_in_proportion_a_lasting_shortage_eats_itself_up():
    # Of Y the sector gets 0.3 Y x Y / (0.3 Y + F), with F = 0.7 of the usual output: at 0.8 that is 0.851 of
    # what it needs, and less the less it makes, once stocks are used up.
    model = short_of_its_own_goods(firms_first=False)
    usual = model.firms.output.copy()
    run(model, 60)
    assert model.firms.output[0] / usual[0] < 0.2


def test_nobody_buys_inputs_for_more_than_its_capital_can_make():
    # Without a limit the stock would settle at t months' use of the output it cannot make above its target.
    model = buyer_and_supplier(3.0)
    firms, groups = model.firms, model.groups
    usual = groups.stock.copy()
    firms.capital[0] *= 0.5 * firms.output[0] / (firms.capital_productivity[0] * firms.capital[0])
    firms.wage[0] *= 0.1
    run(model, 60)
    assert groups.stock / usual == pytest.approx([0.5], rel=1e-3)
