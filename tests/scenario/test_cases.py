"""The founding cases: what each asks, where it comes from, and that every policy in it does something."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from sim.model import Ecosystem
from sim.scenario import Scenario
from sim.scenario.explain import explanation, listing
from sim.scenario.files import shipped

CASES = {name: file for name, file in shipped().items() if name.startswith("cases/")}
GUIDE = (Path(__file__).parents[2] / "sim" / "docs" / "guide.md").read_text(encoding="utf-8")
SHOWN = ["gdp", "private_cost", "fiscal_cost", "days_to_payment", "cash_months_sme"]
MONTHS = 24
SIZES = (300, 3000)  # with few firms, some sectors have no conglomerate


@cache
def early(name, firms=SIZES[0]):
    """Return a case whose policies begin at once, and shocks of materials, parts and ESG within a year."""
    case = Scenario.load(CASES[name])
    starts = [(f"policy.{entry.name}.start", case.run.start) for entry in case.policies]
    own = [("economy.firms", firms), ("run.months", MONTHS), ("record.metrics", SHOWN)]
    own += [("world.material_month", 6), ("screening.month", 12)]
    if case.parameters["transition"].share:
        own += [("transition.month", 6), ("transition.duration", 6)]
    return case.replacing(*(part for pair in (*own, *starts) for part in pair))


def months(scenario):
    """Yield what is shown of each month."""
    model = Ecosystem(scenario, seed=1)
    for _ in range(scenario.run.months):
        model.step()
        yield model.recorder.rows[-1]


@cache
def untreated(scenario):
    return list(months(scenario))


def alone(case, policy):
    others = [entry.name for entry in case.policies if entry.name != policy]
    return case.replacing(*(part for other in others for part in (f"policy.{other}.off", True)))


def acts(case, policy):
    """Whether a policy alone moves anything that is shown, of the same economy without it."""
    plain = untreated(case.replacing("policy", {}))
    return any(here != there for here, there in zip(months(alone(case, policy)), plain, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_case_says_what_it_is_what_it_asks_and_where_it_comes_from(name):
    case = Scenario.load(CASES[name])
    assert case.title and case.question.endswith("?") and case.source and case.policies
    assert not [note for note in case.notes if "never acts" in note]
    for told in (explanation(name), listing(), case.describe()):
        assert case.source in " ".join(told.split())


@pytest.mark.parametrize("name", CASES)
def test_every_number_of_a_case_names_a_row_of_the_evidence_or_is_an_assumption(name):
    text = CASES[name].read_text(encoding="utf-8")
    whole = "all doses are assumptions" in text
    for line in text.split("\n"):
        key, _, rest = line.partition(" = ")
        value, _, said = rest.partition("#")
        if value.strip() in ("0.0", "true") or not value.strip()[:1].isdigit() or key == "months":
            continue
        assert "row" in said or "assumption" in said or "60 days" in said or (whole and "-" in said), line


@pytest.mark.parametrize("name", CASES)
def test_a_case_runs_with_all_its_policies(name):
    assert len(list(months(early(name)))) == MONTHS


PAIRS = [(name, entry.name) for name in CASES for entry in Scenario.load(CASES[name]).policies]


@pytest.mark.parametrize(("name", "policy"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_policy_of_a_case_does_something(name, policy):
    assert any(acts(early(name, firms), policy) for firms in SIZES)


def test_the_guide_names_every_case():
    assert len(CASES) == 16
    assert [name for name in CASES if f"`{name}`" not in GUIDE] == []
