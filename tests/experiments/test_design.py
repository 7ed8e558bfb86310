"""Designs of sweeps: the points of each method, and every mistake told with file and line."""

from __future__ import annotations

import pytest

from sim.core.errors import InputError
from sim.experiments.design import Design
from sim.experiments.sampling import Varied, points_of
from sim.experiments.varied import applied
from sim.scenario import Scenario
from sim.scenario.files import shipped, shipped_designs

HEAD = 'title = "Test"\nscenario = "growth_for_all"\n'
SHARE = "policy.profit_sharing.share"


@pytest.fixture
def design(tmp_path):
    """Read a design from its text."""

    def load(text):
        file = tmp_path / "mine.toml"
        file.write_text(text)
        return Design.load(file)

    return load


def problems(load, text):
    with pytest.raises(InputError) as caught:
        load(text)
    return caught.value.problems


def test_a_grid_takes_every_value_with_every_other(design):
    found = design(HEAD + f"seeds = [3, 5]\n[parameters]\nrun.months = [1, 2]\n{SHARE} = [0.0, 0.05, 0.1]\n")
    assert found.seeds == (3, 5) and len(found.points) == 6
    assert {(p["run.months"], p[SHARE]) for p in found.points} == {
        (m, s) for m in (1, 2) for s in (0, 0.05, 0.1)
    }


def test_a_grid_over_a_range_takes_even_steps_and_whole_numbers_where_declared(design):
    text = "[parameters]\n{} = {{ low = {}, high = {}, steps = {} }}\n"
    share = design(HEAD + text.format(SHARE, 0.0, 0.3, 4))
    assert [point[SHARE] for point in share.points] == [0.0, 0.1, 0.2, 0.3]
    months = design(HEAD + text.format("policy.payment_terms.max_months", 0, 3, 9))
    assert [point["policy.payment_terms.max_months"] for point in months.points] == [0, 1, 2, 3]


def test_a_list_takes_the_values_side_by_side(design):
    found = design(
        HEAD
        + 'method = "list"\n[parameters]\nrun.months = 4\n'
        + f"demand.smoothing = [0.1, 0.1]\n{SHARE} = [0.0, 0.1]\n"
    )
    assert found.points == (
        {"run.months": 4, "demand.smoothing": 0.1, SHARE: 0.0},
        {"run.months": 4, "demand.smoothing": 0.1, SHARE: 0.1},
    )


def test_one_at_a_time_has_the_scenario_itself_and_one_change_a_point(design):
    smoothing = "demand.smoothing = { low = 0.1, high = 0.3 }"
    text = f'method = "one_at_a_time"\n[parameters]\nrun.months = 4\n{smoothing}\n{SHARE} = [0.02, 0.2]\n'
    found = design(HEAD + text)
    assert [{k: v for k, v in point.items() if k != "run.months"} for point in found.points] == [
        {},
        {"demand.smoothing": 0.1},
        {"demand.smoothing": 0.3},
        {SHARE: 0.02},
        {SHARE: 0.2},
    ]
    assert all(point["run.months"] == 4 for point in found.points)


RANGES = f"{SHARE} = {{ low = 0.0, high = 0.2 }}\npolicy.payment_terms.max_months = {{ low = 1, high = 4 }}\n"


def test_a_latin_hypercube_has_one_point_in_every_stratum(design):
    found = design(HEAD + f'method = "latin_hypercube"\npoints = 16\n[parameters]\n{RANGES}')
    assert sorted(int(point[SHARE] / 0.2 * 16) for point in found.points) == list(range(16))
    months = [point["policy.payment_terms.max_months"] for point in found.points]
    assert [months.count(each) for each in (1, 2, 3, 4)] == [4, 4, 4, 4]


def test_sobol_points_are_even_in_every_quarter(design):
    found = design(HEAD + f'method = "sobol"\npoints = 16\n[parameters]\n{RANGES}')
    cells = [(int(point[SHARE] / 0.05), point["policy.payment_terms.max_months"]) for point in found.points]
    assert sorted(cells) == [(quarter, month) for quarter in range(4) for month in (1, 2, 3, 4)]


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_points_are_those_of_the_scramble_seed(design, method):
    text = f'method = "{method}"\npoints = 8\nscramble_seed = 7\n[parameters]\n{RANGES}'
    assert design(HEAD + text).points == design(HEAD + text).points
    assert design(HEAD + text).points != design(HEAD + text.replace("7", "8", 1)).points


def test_a_logarithmic_range_is_even_in_ratios():
    (first, second, third) = (
        point["x"] for point in points_of("grid", [Varied("x", low=0.01, high=1.0, steps=3, log=True)], 0, 0)
    )
    assert (first, second, third) == (0.01, 0.1, 1.0)


def test_names_may_be_nested_or_in_quotes(design):
    plain = design(HEAD + f"[parameters]\n{SHARE} = [0.0, 0.1]\n")
    assert design(HEAD + f'[parameters]\n"{SHARE}" = [0.0, 0.1]\n').points == plain.points
    assert design(HEAD + "[parameters.policy.profit_sharing]\nshare = [0.0, 0.1]\n").points == plain.points


def test_a_parameter_of_a_policy_that_only_one_scenario_has_is_left_out_of_the_other(design):
    found = design(f'scenarios = ["baseline", "growth_for_all"]\n[parameters]\n{SHARE} = [0.0, 0.1]\n')
    base, growth = found.scenarios
    assert [applied(point, base) for point in found.points] == [{}, {}]
    assert [applied(point, growth) for point in found.points] == list(found.points)


def test_a_policy_that_is_switched_off_can_be_switched_on(design, tmp_path):
    (tmp_path / "off.toml").write_text('extends = "growth_for_all"\n[policy.profit_sharing]\noff = true\n')
    found = design('scenario = "off.toml"\n[parameters]\npolicy.profit_sharing.off = [true, false]\n')
    assert [applied(point, found.scenarios[0])["policy.profit_sharing.off"] for point in found.points] == [
        True,
        False,
    ]


MISTAKES = """\
titel = "Mine"
scenario = "growth_for_al"
method = "latin"
seeds = 0

[parameters]
policy.profit_sharing.share = []
run.seed = 3
economy.firms = { low = 10, high = 5 }
demand.smoothing = { low = 0.1, high = 0.2, stepps = 3 }
"""


def test_all_mistakes_are_told_at_once_with_their_lines(design, tmp_path):
    told = [str(problem) for problem in problems(design, MISTAKES)]
    expected = {
        "line 1, titel: unknown key\n    did you mean 'title'?": 1,
        "line 2, scenario: there is no scenario 'growth_for_al'\n    did you mean 'growth_for_all'?": 1,
        'line 3, method: there is no method "latin"\n    did you mean': 1,
        "line 4, seeds: 0 seeds are too few": 1,
        "line 7, parameters.policy.profit_sharing.share: the list is empty": 1,
        "line 8, parameters.run.seed: seeds are said for the whole design": 1,
        "line 9, parameters.economy.firms: is not a range": 1,
        "line 10, parameters.demand.smoothing.stepps: unknown key\n    did you mean 'steps'?": 1,
    }
    for text in expected:
        assert sum(f"{tmp_path / 'mine.toml'}, {text}" in one for one in told) == 1, (text, told)
    assert len(told) == len(expected)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (f"{SHARE} = [0.1, 1.5]", 4, "out of bounds: 1.5 (in scenario growth_for_all)"),
        (f"{SHARE} = {{ low = -1.0, high = 0.1, steps = 3 }}", 4, "out of bounds: -1.0"),
        (f'{SHARE} = ["a", 0.1]', 4, 'wrong type: "a"'),
        ("policy.profit_sharing.shares = [0.1]", 4, "unknown key"),
        (
            "policy.champion_support.budget = [0.1]",
            4,
            "no scenario of the design has policy.champion_support",
        ),
        ("policy.nonsense.share = [0.1]", 4, "no scenario of the design has policy.nonsense"),
        ("nonsense.share = [0.1]", 4, "unknown table"),
        ("nonsense = [0.1]", 4, "is no dotted name"),
        ("run.months = [1.5, 2]", 4, "wrong type: 1.5"),
        (f"{SHARE} = [0.1, 0.1]", 4, "a value occurs twice"),
        (f"{SHARE} = {{ low = 0.0, high = 0.1 }}", 4, "a grid needs to know how many values"),
        ("", 3, "names no parameter: nothing varies"),
    ],
)
def test_a_parameter_that_cannot_be_varied_is_refused_where_it_stands(design, text, line, what):
    (problem,) = problems(design, f"{HEAD}[parameters]\n{text}\n")
    assert f"line {line}, parameters" in problem.where and what in problem.what and problem.fix


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the design is empty"),
        ("# nothing\n", "the design is empty"),
        ("[parameters]\nrun.months = [1, 2]\n", "names no scenario"),
        ("scenarios = []\n[parameters]\nrun.months = [1, 2]\n", "wrong value: []"),
        ('scenario = "baseline"\nscenarios = ["baseline"]\n[parameters]\nrun.months = 1\n', "are both given"),
        (
            'scenarios = ["baseline", "baseline"]\n[parameters]\nrun.months = 1\n',
            "two scenarios have the name",
        ),
        (HEAD + 'method = "sobol"\npoints = 100\n[parameters]\nrun.months = [1, 2]\n', "not a power of two"),
        (HEAD + 'method = "sobol"\n[parameters]\nrun.months = [1, 2]\n', "needs to know how many points"),
        (HEAD + "points = 4\n[parameters]\nrun.months = [1, 2]\n", "draws no points"),
        (HEAD + "seeds = [1, 1]\n[parameters]\nrun.months = [1, 2]\n", "a seed occurs twice"),
        (HEAD + 'seeds = "many"\n[parameters]\nrun.months = [1, 2]\n', "is not a number of seeds"),
        (
            HEAD + f'method = "list"\n[parameters]\nrun.months = [1, 2]\n{SHARE} = [0.1, 0.2, 0.3]\n',
            "differ in length",
        ),
        (HEAD + "seeds = 600_000\n[parameters]\nrun.months = [1, 2]\n", "makes 1,200,000 runs"),
        ("scenario = ", "not TOML"),
    ],
)
def test_a_design_that_cannot_be_run_is_refused(design, text, what):
    (problem,) = problems(design, text)
    assert what in problem.what and "mine.toml" in problem.where


def test_a_design_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(
        InputError, match="there is no such file or design\n    did you mean 'sweeps/policy_mix'"
    ):
        Design.load("policy_mixes")
    with pytest.raises(InputError, match=r"nowhere\.toml: there is no such file"):
        Design.load("nowhere.toml")


def test_every_scenario_is_also_run_in_every_shock_that_is_named(design):
    text = 'scenarios = ["baseline", "growth_for_all"]\nshocks = ["shocks/exports", "shocks/pandemic"]\n'
    found = design(f"{text}[parameters]\nrun.months = [1, 2]\n")
    assert [one.name for one in found.scenarios] == [
        "baseline",
        "growth_for_all",
        *(f"{one} + {shock}" for shock in ("exports", "pandemic") for one in ("baseline", "growth_for_all")),
    ]
    last = found.scenarios[-1]
    assert last.policies == found.scenarios[1].policies
    assert last.shocks == Scenario.load("shocks/pandemic").shocks
    assert not found.scenarios[1].shocks
    assert found.paired and found.pairs() == [(1, 0), (3, 2), (5, 4)]
    one = design('scenario = "baseline"\nshocks = ["shocks/exports"]\n[parameters]\nrun.months = [1, 2]\n')
    assert not one.paired and one.pairs() == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("scenario", "shocks", "what"),
    [
        ("baseline", '"shocks/exports"', "wrong value"),
        ("baseline", '["trickle_down"]', "scenario trickle_down has no shock"),
        ("baseline", '["shocks/export"]', "there is no scenario 'shocks/export'"),
        ("baseline", '["shocks/exports", "shocks/exports"]', "a shock occurs twice"),
        ("shocks/exports", '["shocks/exports"]', "exports and exports both have a shock electronics"),
    ],
)
def test_shocks_that_cannot_be_added_are_refused(design, scenario, shocks, what):
    text = f'scenario = "{scenario}"\nshocks = {shocks}\n[parameters]\nrun.months = [1, 2]\n'
    (problem,) = problems(design, text)
    assert what in problem.what and "line 2, shocks" in problem.where


@pytest.mark.parametrize("name", shipped_designs())
def test_a_shipped_design_is_valid_and_is_no_scenario(name):
    assert Design.load(name).points and name not in shipped()
    assert Design.load(name.rpartition("/")[2]).title == Design.load(name).title
