"""The card: its contract, that misses show, that what failed is said, and that nothing is done twice."""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import app
from sim.experiments.run import silent
from sim.population.published import SERIES, published
from sim.reproduce import card, commands, hindcast, plan
from sim.reproduce.ensemble import Study
from sim.reproduce.rules import passes
from sim.scenario import Scenario

PROMISED = {
    "name",
    "published",
    "year",
    "unit",
    "source",
    "simulated",
    "low",
    "high",
    "fitted",
    "rule",
    "passed",
}
TINY = Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 1)


def measure(scenario, seed, tell=silent, *, many=None, bad=None):
    """Stand in for a study: note that it was asked, and fail for some seeds."""
    if many is not None:
        (many / str(seed)).touch()
    if seed == bad:
        raise ArithmeticError("no economy today")
    return {"entry_rate": 2.0 + seed, "exit_rate": 10.0, "sales_share_large": 48.0}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Make the command do one study that costs nothing; return how to change it."""

    def use(**given):
        def studies(sizes, seeds, pair_seeds):
            return [Study("structure", TINY, partial(measure, **given), seeds)]

        monkeypatch.setattr(commands, "studies", studies)

    use()
    return use


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["reproduce", "--quick", "-s", "3", "-j", "1", *words])
    told = capsys.readouterr()
    return left.value.code, told.out, told.err


def test_the_document_has_what_it_promises(small, tmp_path, capsys):
    code, out, err = run(capsys, "--json", "-o", str(tmp_path / "out"))
    told = json.loads(out)
    assert code == 0, err
    assert all(set(row) >= PROMISED for row in told["rows"] + told["shown"])
    assert {type(row["passed"]) for row in told["rows"]} == {bool}
    assert {row["passed"] for row in told["shown"]} <= {None}
    rows = {row["name"]: row for row in told["rows"] if row["group"] in ("demography", "opening")}
    entry = rows["entry_rate"]
    assert (entry["published"], entry["simulated"], entry["passed"]) == (12.7, 4.0, False)
    assert entry["low"] == pytest.approx(3.1) and entry["high"] == pytest.approx(4.9)
    assert rows["exit_rate"]["passed"] is True and rows["exit_rate"]["fitted"] is False
    assert rows["sales_share_large"]["fitted"] is True
    assert rows["survival_1"]["simulated"] is None and rows["survival_1"]["passed"] is False
    assert json.loads((tmp_path / "out" / "card.json").read_text(encoding="utf-8")) == told
    for name in ("card.csv", "card.md"):
        assert "entry_rate" in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_the_page_shows_a_miss_with_its_reason_and_counts_fitted_figures_apart(small, tmp_path, capsys):
    _, out, _ = run(capsys, "-o", str(tmp_path))
    assert "Fewer than 20 networks: do not quote this" in " ".join(out.split())
    assert "MISS" in out and "one-person firms" in " ".join(out.split())
    assert "that a fitted figure passes is no evidence" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 140


def test_what_is_stored_is_not_measured_again(small, tmp_path, capsys):
    noted = tmp_path / "noted"
    noted.mkdir()
    small(many=noted)
    run(capsys, "-o", str(tmp_path / "out"))
    assert len(list(noted.iterdir())) == 3
    for file in noted.iterdir():
        file.unlink()
    _, _, err = run(capsys, "-o", str(tmp_path / "out"))
    assert not list(noted.iterdir())
    assert "3 of 3 measurements were stored" in err


def test_a_run_that_fails_is_named_and_the_card_says_how_many_are_missing(small, tmp_path, capsys):
    small(bad=2)
    code, out, err = run(capsys, "-o", str(tmp_path))
    assert code == 1
    assert "seed 2" in err and "no economy today" in err
    assert "1 runs failed and are missing" in " ".join(out.split())


def test_history_stands_on_the_card_and_its_forecast_beside_lines_without_a_model():
    years = {f"fund_cumulative {year}": [900.0 + year] for year in (2018, 2025)}
    rows = card.of_history(hindcast.rows(pd.DataFrame(years | {"win_win_payments 2024": [130.0]})))
    assert all(set(card.COLUMNS) <= set(row) for row in rows)
    found = {(row["name"], row["year"]): row for row in rows}
    assert found["fund_cumulative", 2018]["published"] == 1006.7
    assert math.isnan(found["win_win_payments", 2024]["published"])
    assert found["win_win_payments", 2024]["passed"] is None
    (told,) = card.reading(rows)
    assert told.startswith("fund_cumulative 2025: 3000 came; the model says 2925, a straight line")


def test_fitted_and_unfitted_are_counted_apart():
    rows = [
        {"fitted": True, "passed": True},
        {"fitted": False, "passed": False},
        {"fitted": False, "passed": None},
    ]
    many = card.counts(rows)
    counted = {name: count for name, count in many.items() if count}
    assert counted == {"not_fitted_missed": 1, "fitted_passed": 1, "shown_only": 1}


def test_every_measure_of_the_card_stands_in_the_table_of_published_figures():
    names = set(published()["name"]) | set(published()["moment"])
    asked = {name for _, group in card.GROUPS.values() for name in group}
    assert asked <= names


def test_each_published_figure_that_has_a_rule_is_on_the_card():
    found = dict.fromkeys(published()["name"], (math.nan,) * 3)
    shown = {row["name"] for row in card.rows(found, {})}
    table = published()
    table = table[(table["rule"] != "") & (table["moment"] == "")]
    assert set(table["name"]) - shown == set(table["name"]) & {*SERIES, *hindcast.FURTHER}  # by year


def test_a_full_ensemble_has_at_least_twenty_networks():
    for sizes in (plan.QUICK, plan.FULL):
        found = plan.studies(sizes, range(1, sizes.seeds + 1), range(1, sizes.pair_seeds + 1))
        whole = [study for study in found if not study.name.startswith(plan.NESTED)]
        assert min(len(study.seeds) for study in whole) >= 20
        own = [set(study.seeds) for study in found if study.name.startswith(plan.NESTED)]
        assert not any(seeds & set(range(1, sizes.seeds + 1)) for seeds in own)  # other events than those had


FOLDER = Path(__file__).parents[2] / "results" / "reproduce"
KEPT = json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))


def test_the_card_that_is_kept_is_a_full_one_judged_by_the_published_numbers_and_rules_of_today():
    assert not KEPT["quick"] and not KEPT["failed"]
    figures = {(row["value"], row["rule"]) for row in published().to_dict("records")}
    for row in KEPT["rows"]:
        assert (row["published"], row["rule"]) in figures, row["name"]
        ends = row["simulated"], row["low"], row["high"]
        assert passes(row["rule"], row["published"], *ends) is row["passed"], row["name"]


def test_the_page_of_the_kept_card_tells_every_row_and_as_many_misses():
    page = (FOLDER / "card.md").read_text(encoding="utf-8")
    assert page.count("| MISS |") == sum(not row["passed"] for row in KEPT["rows"])
    assert page.count("| pass |") == sum(row["passed"] for row in KEPT["rows"])


def test_the_readme_counts_what_the_kept_card_counts():
    told = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    count = Counter((row["fitted"], row["passed"]) for row in KEPT["rows"])
    assert f"**{count[False, True]} pass and {count[False, False]} miss**" in told
    assert f"of the fitted ones {count[True, True]} pass" in told and f"and {count[True, False]} miss" in told
