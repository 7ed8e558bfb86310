"""Technology-theft protection (기술탈취 근절): what is proven, who pays, what others go without."""

import numpy as np
import pytest
from technology.test_theft import PRIME, RIVAL, VICTIM, figures, innovate, three

from sim.rules.theft import penalties

ROW = np.array([0])  # the one contract
LOSS = 0.204 * 36e9  # of the victim, a part of its yearly sales
TODAY = {"theft": {"surcharge": 0.05e9}}


def protected(*changes, **values):
    """The economy of a prime, its supplier and a rival, with some protection."""
    return three(*changes, {"policy": {"technology_protection": values}})


def law(model):
    """Chance of proof, award and surcharge on the contract."""
    weight = model.parameters["theft"]
    (policy,) = model.policies.in_force(model.month)
    changed = policy.adjust_penalties(model, penalties(1, weight), ROW)
    return [changed.detection[0], changed.award[0], changed.surcharge[0]]


def test_experts_prove_a_part_of_what_was_not_proven():
    assert law(protected(discovery=0.4))[0] == pytest.approx(0.329 + 0.4 * 0.671)  # 0.5974


@pytest.mark.parametrize(
    ("cap", "rate", "won"), [(5e9, 1.0, 5e9), (5e9, 0.5, 0.5 * LOSS), (2e9, 1.0, 2e9), (5e9, 0.001, 0.05e9)]
)
def test_the_surcharge_is_a_part_of_the_loss_up_to_the_cap_and_no_less_than_today(cap, rate, won):
    model = protected(TODAY, surcharge_cap=cap, surcharge_rate=rate)
    assert law(model) == pytest.approx([0.329, 0.077, won], rel=1e-6)


def test_damages_are_raised_to_the_least_award_and_never_lowered():
    assert law(protected(award=0.44))[1] == 0.44
    assert law(protected(award=0.01))[1] == 0.077


def test_buyers_that_are_not_covered_face_the_law_as_it_stands():
    strict = {"discovery": 1.0, "award": 5.0, "surcharge_cap": 5e9}
    assert law(protected(TODAY, **strict))[0] == 1.0
    assert law(protected(TODAY, **strict, where={"size": ["sme"]})) == [0.329, 0.077, 0.05e9]


def deterring(part):
    """Return a dose whose sanction expected is a part of what the thief saves in three years."""
    _, saving, _ = figures(None)
    # 0.5974 (award * loss + 1 bn) = 3 years of savings
    award = (part * 3 * saving / 0.5974 - 1e9) / LOSS
    assert award > 0.077
    return {"discovery": 0.4, "award": award, "surcharge_cap": 1e9}


@pytest.mark.parametrize(("part", "steals"), [(0.999, True), (1.001, False)])
def test_theft_stops_where_the_sanction_to_be_expected_reaches_the_saving(part, steals):
    assert innovate(three()).events["thefts"] == 1
    assert innovate(protected(**deterring(part))).events["thefts"] == steals


def test_a_proven_thief_pays_victim_and_government_and_the_government_pays_experts():
    dose = {"discovery": 1.0, "award": 0.02, "surcharge_cap": 3e6}
    model = protected({"theft": {"award": 0.01}}, **dose)
    before = model.ledger.deposits.copy()
    innovate(model)
    damages = round(0.02 * LOSS)
    assert model.events["thefts_proven"] == 1
    assert (model.ledger.deposits - before).tolist() == pytest.approx([-damages - 3e6, damages, 0], abs=100)
    # households, firms, banks, fund, government, agency, rest of the world
    paid = model.ledger.flows.payments
    assert paid["technology_protection: experts"].tolist() == [26_000_000, 0, 0, 0, -26_000_000, 0, 0]
    assert paid["technology-theft surcharge"].tolist() == [0, -3_000_000, 0, 0, 3_000_000, 0, 0]


def test_experts_cost_nothing_without_theft_without_discovery_or_on_buyers_not_covered():
    for model in (
        innovate(protected(**deterring(1.001))),
        innovate(protected(award=0.1)),
        innovate(protected(discovery=0.4, where={"size": ["sme"]})),
    ):
        assert "technology_protection: experts" not in model.ledger.flows.payments


def test_what_protection_keeps_for_the_victim_buyer_and_rival_go_without():
    memory = {"technology": {"memory": 2.0}}
    plain, safe = innovate(three(memory)), innovate(protected(memory, **deterring(1.001)))
    asked, _, _ = figures(None)
    assert (plain.links.supplier[0], safe.links.supplier[0]) == (RIVAL, VICTIM)
    # The buyer goes on paying the old price, and the rival does not learn.
    assert plain.links.price[0] == pytest.approx(asked, rel=1e-6) and safe.links.price[0] == 1.0
    assert plain.firms.knowledge[RIVAL] == pytest.approx(1.1) and safe.firms.knowledge[RIVAL] == 1.0
    # Nobody of the sector expects theft, so research is not cut by 0.204 of an eighth.
    research = plain.research_plan(plain.firms.output) / safe.research_plan(safe.firms.output)
    assert research[[PRIME, VICTIM]] == pytest.approx([1.0, 1 - 0.204 * 0.125])
