"""Sensitivity: functions whose indices are known, what is dropped and refused, the model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.experiments.design import Design
from sim.experiments.ranges import declared_range, stated
from sim.experiments.sampling import Varied, points_of
from sim.experiments.sensitivity import measured, noise, sensitivity
from sim.scenario import Scenario
from sim.scenario.explain import groups_by_name
from tests.experiments.designs import DECISIVE


def of_function(method, function, ranges, points):
    """Return the table of a function of the design's parameters, as of a sweep with one seed."""
    varied = [Varied(name, low=low, high=high) for name, (low, high) in ranges.items()]
    drawn = tuple(points_of(method, varied, points, 0))
    design = Design("known", "known", (), method, drawn, (1,), "", tuple(varied), points)
    values = np.array([[function(*point.values())] for point in drawn])
    table, told = measured(design, values)
    return table.set_index("parameter"), told


def ishigami(a, b, c):
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def ishigami_indices():
    """Return S1 and ST of the function with 7 and 0.1 (Ishigami and Homma 1990)."""
    first = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2
    second, both = 7**2 / 8, 0.1**2 * np.pi**8 * 8 / 225
    total = first + second + both
    return {"a": (first / total, (first + both) / total), "b": (second / total,) * 2, "c": (0, both / total)}


def g_function(*x):
    return np.prod([(abs(4 * value - 2) + a) / (1 + a) for value, a in zip(x, G, strict=True)])


G = (0.0, 1.0, 9.0)


def g_indices():
    """Return S1 and ST of the g-function (Sobol 1993): partial variances 1 / (3 (1 + a)^2)."""
    parts = [1 / (3 * (1 + a) ** 2) for a in G]
    total = np.prod([1 + part for part in parts]) - 1
    names = [f"x{place}" for place in range(len(G))]
    return {
        name: (part / total, part * np.prod([1 + other for other in parts if other is not part]) / total)
        for name, part in zip(names, parts, strict=True)
    }


KNOWN = {
    "ishigami": (ishigami, dict.fromkeys("abc", (-np.pi, np.pi)), ishigami_indices()),
    "g": (g_function, dict.fromkeys(["x0", "x1", "x2"], (0.0, 1.0)), g_indices()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_sobol_indices_of_a_function_are_those_that_are_known(name):
    function, ranges, known = KNOWN[name]
    table, told = of_function("saltelli", function, ranges, 2048)
    for parameter, (first, whole) in known.items():
        assert table.loc[parameter, "S1"] == pytest.approx(first, abs=0.02)
        assert table.loc[parameter, "ST"] == pytest.approx(whole, abs=0.02)
    assert told["blocks"] == 2048 and told["dropped"] == 0


@pytest.mark.parametrize("name", KNOWN)
def test_intervals_hold_the_known_indices_and_narrow_with_the_root_of_the_points(name):
    function, ranges, known = KNOWN[name]
    widths = []
    for points in (256, 4096):
        table, _ = of_function("saltelli", function, ranges, points)
        for parameter, (_, whole) in known.items():
            half = (table.loc[parameter, "ST_high"] - table.loc[parameter, "ST_low"]) / 2
            assert abs(table.loc[parameter, "ST"] - whole) < 1.5 * half
        widths.append((table["ST_high"] - table["ST_low"]).mean())
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.4)


def test_morris_effects_of_a_plane_are_its_slopes_over_the_ranges():
    table, _ = of_function("morris", lambda a, b: 3 * a - 5 * b, {"a": (0, 2), "b": (10, 11)}, 8)
    assert table["mu"].tolist() == pytest.approx([6, -5])
    assert table["mu_star"].tolist() == pytest.approx([6, 5])
    assert table["sigma"].tolist() == pytest.approx([0, 0], abs=1e-9)


def test_morris_finds_interactions_and_idle_parameters():
    ranges = dict.fromkeys("abc", (-1.0, 1.0))
    table, _ = of_function("morris", lambda a, b, c: a * b, ranges, 16)
    assert table.loc["c", "mu_star"] == 0
    assert table.loc["a", "sigma"] > 0.5 and table.loc["a", "mu_star"] > 0.5


@pytest.mark.parametrize("method", ["morris", "saltelli"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_takes_only_its_block_out(method, bad):
    varied = (Varied("a", low=0.0, high=1.0), Varied("b", low=0.0, high=1.0))
    drawn = tuple(points_of(method, varied, 16, 0))
    design = Design("k", "k", (), method, drawn, (1,), "", varied, 16)
    values = np.array([[point["a"] + point["b"] ** 2] for point in drawn])
    size = len(drawn) // 16
    values[5 * size + 1] = bad
    table, told = measured(design, values)
    assert (told["blocks"], told["dropped"]) == (15, 1)
    if method == "morris":
        assert table["mu_star"][0] == pytest.approx(1)
    else:
        assert table["ST"].min() > 0.2 and table["ST"].max() < 1  # 1/12 and 4/45 of their sum


def test_a_design_of_which_hardly_a_block_is_whole_is_refused():
    function = {"a": (0.0, 1.0)}
    with pytest.raises(InputError, match="13 of 16 blocks"):
        calls = iter(range(1000))
        of_function("saltelli", lambda a: a if next(calls) < 3 * 3 else np.nan, function, 16)


def test_an_output_that_is_constant_has_no_indices_and_makes_no_zeros():
    for method in ("morris", "saltelli"):
        table, told = of_function(method, lambda a, b: 0.1, {"a": (0.0, 1.0), "b": (0.0, 1.0)}, 8)
        assert table.isna().all().all()
        assert told["deviation"] == pytest.approx(0)


def test_noise_is_the_variance_of_means_that_the_points_do_not_explain():
    rng = np.random.default_rng(1)
    signal, shared = rng.normal(0, 3, (4000, 1)), rng.normal(0, 50, (1, 5))
    values = signal + shared + rng.normal(0, 2, (4000, 5))
    assert noise(values) == pytest.approx((4 / 5) / (9 + 4 / 5), rel=0.1)


def test_the_total_index_of_a_parameter_that_only_reshuffles_luck_is_the_noise():
    ranges = {"a": (0.0, 1.0), "idle": (0.0, 1.0)}
    rng = np.random.default_rng(2)
    table, _ = of_function("saltelli", lambda a, idle: a + rng.normal(0, 0.2), ranges, 4096)
    share = 0.04 / (1 / 12 + 0.04)
    assert table.loc["idle", "ST"] == pytest.approx(share, abs=0.03)


# --- ranges ----------------------------------------------------------------------------------------------


def test_every_range_that_a_source_states_lies_within_the_declared_bounds():
    found = 0
    for name, group in groups_by_name().items():
        for row in group.describe():
            if (ends := stated(row["source"])) is None:
                continue
            found += 1
            least = [row[key] for key in ("ge", "gt") if row[key] is not None]
            most = [row[key] for key in ("le", "lt") if row[key] is not None]
            assert all(ends[0] >= bound for bound in least), (name, row)
            assert all(ends[1] <= bound for bound in most), (name, row)
    assert found > 250


@pytest.mark.parametrize(
    ("source", "ends"),
    [
        ("scenario assumption, 0.2 to 1: at 0.35 a rise of 26.4 %", (0.2, 1.0)),
        ("assumption, 120-480", (120.0, 480.0)),
        ("scenario assumption, 2e6 to 50e6: two patents", (2e6, 50e6)),
        ("scenario assumption, -7.5 to -5", (-7.5, -5.0)),
        ("scenario assumption, 3 to 30 m won: a month", None),
        ("scenario assumption", None),
        ("row 87: 0.4 to 0.8", None),
    ],
)
def test_a_range_is_read_as_it_is_written(source, ends):
    assert stated(source) == ends


def test_the_range_of_a_policy_and_of_nothing():
    growth = Scenario.load("growth_for_all")
    assert declared_range(growth, "policy.profit_sharing.share") == (0.02, 0.2)
    assert declared_range(growth, "demand.nonsense") is None
    assert declared_range(growth, "nonsense.smoothing") is None


# --- the real model --------------------------------------------------------------------------------------


@pytest.fixture
def write(decisive):
    def design(method="saltelli", limit=1.0, seeds=1, points=4, text=DECISIVE):
        return decisive(text, method=method, points=points, limit=limit, seeds=seeds, most=2)

    return design


def test_what_decides_has_all_of_the_variance_and_what_is_idle_has_none(write):
    found = sensitivity(write(points=8), metrics="days_to_payment")
    assert found.baseline == "small"
    table = found.table.loc["quick", "days_to_payment"]
    assert table.loc["policy.limited.level", "ST"] == 0
    assert table.loc["policy.payment_terms.max_months", "ST"] > 0.3
    again = sensitivity("mine.toml", metrics="days_to_payment")
    assert again.table.equals(found.table)


def test_failed_runs_are_counted_and_the_command_says_so(write, winwin):
    name = write("morris", limit=0.9, seeds=2)
    status, out, err = winwin("sensitivity", name, "--metric", "days_to_payment")
    design = Design.load(name)
    bad = [point["policy.limited.level"] > 0.9 for point in design.points]
    whole = 4 - sum(any(bad[place : place + 3]) for place in range(0, 12, 3))
    assert 0 < whole < 4 and status == 2
    assert f"{4 - whole} of 4 blocks" in err and "as it should" in err and out == ""


def test_the_command_prints_a_table_and_one_json_document(write, winwin):
    name = write("morris")
    status, out, _ = winwin("sensitivity", name, "--metric", "days_to_payment", "--last-year")
    assert status == 0
    assert "differences from small, paired by seed" in out and "mu_star" in out
    status, out, _ = winwin("sensitivity", name, "--metric", "days_to_payment", "--json")
    told = json.loads(out)
    rows = {row["parameter"]: row for row in told["table"]}
    assert status == 0 and rows["policy.limited.level"]["mu_star"] == 0
    assert rows["policy.payment_terms.max_months"]["mu_star"] > 1
    assert told["units"] == {"days_to_payment": "day"} and told["outputs"][0]["blocks"] == 4


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('method = "{method}"', 'method = "sobol"', "its method is sobol"),
        ("points = {points}", "points = 2", "2 are too few"),
        ("points = {points}", "points = 6", "not a power of two"),
        ("limit = {limit}", "limit = {{}}\nrun.seeds = 3", "seeds are said for the whole design"),
        ("level = {{}}", "use = {{}}", "its source states none"),
    ],
)
def test_a_design_that_tells_no_sensitivity_is_refused(write, winwin, old, new, what):
    assert old in DECISIVE
    status, out, err = winwin("sensitivity", write(text=DECISIVE.replace(old, new)))
    assert status == 2 and what in err and out == "" and not Path("results").exists()


def test_an_unknown_metric_is_refused_before_anything_runs(write, winwin):
    status, _, err = winwin("sensitivity", write(), "--metric", "days_to_paymnt")
    assert status == 2 and "did you mean 'days_to_payment'?" in err and not Path("results").exists()
