"""What the page says of levers: every shipped lever, with sliders inside what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.dashboard.levers import baselines, dose, levers_on
from sim.policies import available
from sim.scenario import Scenario
from sim.words import known

PACKAGE = Path(__file__).parents[2] / "sim"
FACES = [*(PACKAGE / "dashboard").rglob("*"), *(PACKAGE / "report").rglob("*")]
KEY = re.compile(r"""["'>]((?:page|word|report)\.[a-z_]+)["'<]""")


@pytest.fixture(scope="module")
def levers():
    return levers_on(Scenario.load("baseline"))


def test_every_policy_is_there(levers):
    assert [lever["name"] for lever in levers] == available()


def test_a_slider_holds_its_value_and_stays_inside_what_is_allowed(levers):
    for one in [one for lever in levers for one in lever["doses"]]:
        assert one["low"] <= one["value"] <= one["high"], one
        assert one["least"] is None or one["low"] >= one["least"], one
        assert one["most"] is None or one["high"] <= one["most"], one
        assert one["low"] < one["high"] and 0 < one["step"] <= one["high"] - one["low"], one
        assert one["unit"] and one["source"] and one["meaning"]


def row(source, **bounds):
    limits = {"ge": None, "gt": None, "le": None, "lt": None} | bounds
    return {"name": "x", "default": 0.0, "unit": "1", "meaning": "", "source": source, **limits}


def test_the_range_of_a_slider_is_what_the_source_names():
    found = dose(row("scenario assumption, 0.1 to 2: row 5", ge=0, le=9), 0.5)
    assert (found["low"], found["high"]) == (0.1, 2.0)


def test_without_a_range_it_ends_at_twice_the_dose_or_at_what_is_allowed():
    assert dose(row("row 218, 10 %", ge=0, le=1), 0.1)["high"] == 0.2
    assert dose(row("row 218, 10 %", ge=0, le=1), 0.8)["high"] == 1


def test_on_a_baseline_with_policies_their_levers_are_on_with_its_doses():
    base = Scenario.load("growth_for_all").replacing("policy.profit_sharing.share", 0.15)
    on = {lever["name"]: lever for lever in levers_on(base) if lever["on"]}
    assert set(on) == {entry.name for entry in base.policies}
    assert next(one["value"] for one in on["profit_sharing"]["doses"] if one["name"] == "share") == 0.15


def test_baselines_are_scenarios_and_no_levers():
    names = [base["name"] for base in baselines()]
    assert names[0] == "baseline" and "growth_for_all" in names
    assert not any(name.startswith("levers/") for name in names)


def test_every_word_of_page_and_report_is_in_the_table():
    used = {
        key
        for file in FACES
        if file.suffix in (".py", ".js", ".html", ".jinja")
        for key in KEY.findall(file.read_text(encoding="utf-8"))
    }
    assert len(used) > 50
    assert not [key for key in sorted(used) if not known(key)]


def test_every_lever_and_dose_has_a_name(levers):
    keys = [f"policy.{lever['name']}" for lever in levers]
    keys += [f"policy.{lever['name']}.{one['name']}" for lever in levers for one in lever["doses"]]
    assert not [key for key in keys if not known(key)]
