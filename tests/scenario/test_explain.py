"""What `winwin explain` and `winwin list` say."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.policies.base import EVENTS, VALUE_HOOKS
from sim.population.own_tables import LINK_RULES, firm_rules
from sim.population.published import targets
from sim.scenario.explain import catalogue, explanation, like, listing, model_tables
from sim.scenario.pages import KOREAN, SIMULATED, documented_tables
from sim.scenario.schema import sector_names


def flat(name):
    return " ".join(explanation(name).split())


def test_everything_has_a_page_with_a_meaning():
    for name, page in catalogue().items():
        head, *rest = page().split("\n")
        assert name.rpartition(".")[2] in head + rest[0], name
        assert any(len(line.strip()) > 5 for line in rest), name


@pytest.mark.parametrize(
    ("table", "rules"), [("economy.firms_table", firm_rules(())), ("links_table", LINK_RULES)]
)
def test_an_own_table_is_explained_with_every_column_it_may_have(table, rules):
    lines = [line.split() for line in explanation(table).split("\n")]
    told = {words[0]: words[1:] for words in lines if words}
    assert all(len(told[column]) > 1 for column in rules)
    assert "(CSV or Parquet)" in flat(table)


def test_an_input_output_table_is_explained_with_its_form():
    assert "sector, <buyer 1>, ..., <buyer S>, household, government" in flat("io_table")


def test_a_short_name_finds_everything_of_that_name():
    assert "[economy] parameter firms: unit firm; at least 200 and at most 1,000,000" in flat("firms")
    assert "firms: table of the model, model.firms" in flat("firms")
    both = flat("tax_credit")
    assert "[policy.profit_sharing]" in both and "[policy.cooperation_fund]" in both
    assert "column of your own table, economy.links_table" in flat("terms")
    assert "column of links, model.links.terms" in flat("terms")
    assert explanation("[policy.profit_sharing]") == explanation("profit_sharing")


def test_hooks_keys_and_moments_are_explained():
    assert "months from delivery to payment" in flat("adjust_terms") and "used by: payment_terms" in flat(
        "adjust_terms"
    )
    assert all(hook in flat("policy") for hook in (*VALUE_HOOKS, *EVENTS))
    assert all(sector in flat("where") for sector in sector_names())
    assert all(targets().loc[name, "meaning"] in flat(name) for name in targets().index)


def test_simulated_and_korean_amounts_are_told_apart():
    assert SIMULATED in flat("loans") and SIMULATED not in flat("wage") and SIMULATED not in flat("price")
    assert KOREAN in flat("gdp") and KOREAN not in flat("mean_wage") and KOREAN not in flat("living_firms")
    assert "0 conglomerate, 1 supplier, 2 startup" in flat("kind")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("frims", "firms"),
        ("economy.frims", "economy.firms"),
        ("margin_sme", "operating_margin_sme"),
        ("gpd", "gdp"),
    ],
)
def test_an_unknown_name_is_answered_with_names_like_it_and_not_with_all(asked, near):
    with pytest.raises(InputError) as caught:
        explanation(asked)
    said = str(caught.value)
    assert f"nothing is called '{asked}'" in said and near in said and "winwin list" in said
    assert len(like(asked, list(catalogue()))) <= 6 and len(said) < 400


def test_nothing_like_it_is_said_as_well():
    with pytest.raises(InputError, match=r"nothing is called 'xyzzy'\n +winwin list prints"):
        explanation("xyzzy")


def test_a_table_in_a_docstring_is_read_with_and_without_a_head():
    class module:
        """Title.

        Things.

        ====== ==== =======
        name   unit meaning
        ====== ==== =======
        a, b   1    ``x`` and y
        ====== ==== =======

        ====== ==== =======
        c      KRW  z
        ====== ==== =======
        """

    (first, second) = documented_tables(module)
    assert first == ("Things.", [("a", "1", "x and y"), ("b", "1", "x and y")])
    assert second[1] == [("c", "KRW", "z")]


def test_the_list_names_tables_of_parameters_too():
    text = listing()
    assert all(f"\n  {name}" in text for name in ("growth_for_all", "price_linkage", "lifecycle", "real_gdp"))


def test_every_table_of_the_model_can_be_asked_about():
    for name, table in model_tables().items():
        assert all(column in flat(name) for column in table.columns)
