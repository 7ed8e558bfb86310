"""The page's server: same numbers as the command, wrong values refused, nobody else let in."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.dashboard.command import listening, serve
from sim.scenario import Scenario
from tests.dashboard.conftest import ASKED, SIZES, TERMS


@pytest.fixture(scope="module")
def events(server):
    return server.run(ASKED)


@pytest.fixture(scope="module")
def result(events):
    (found,) = (event["result"] for event in events if "result" in event)
    return found


@pytest.fixture(scope="module")
def checked(server):
    status, _, text = server.ask("/api/check", ASKED)
    assert status == 200
    return json.loads(text)


@pytest.fixture(scope="module")
def printed(checked, tmp_path_factory):
    """What the command that the page names prints: as a table, and as JSON."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "what_if.toml").write_text(checked["toml"])

    def said(*more):
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
            patch.chdir(folder)
            patch.setenv("COLUMNS", "140")
            patch.setattr(sys, "argv", [*checked["command"].split(), *more])
            with pytest.raises(SystemExit) as left:
                main()
            assert not left.value.code
        return out.getvalue()

    return said(), json.loads(said("--json"))


def test_progress_ends_at_all_months_of_both_scenarios(events):
    total = next(event["total"] for event in events if "total" in event)
    assert total == 2 * SIZES["seeds"] * SIZES["months"]
    assert sum(event.get("passed", 0) for event in events) == total


def test_the_page_has_the_document_the_command_prints(result, printed):
    assert result["record"] == printed[1]


def test_cells_of_the_page_are_those_of_the_printed_table(result, printed):
    lines = [line.split() for line in printed[0].splitlines()]
    assert any(float(row[3].strip("* ~")) for row in result["arms"]["what_if"]["differences"]["rows"])
    for row in result["arms"]["what_if"]["differences"]["rows"]:
        assert " ".join(row).split() in lines, row


def test_the_page_has_what_python_returns(result):
    base = Scenario.load("baseline").replacing("economy.firms", SIZES["firms"], "run.months", SIZES["months"])
    mine = base.adding("payment_terms", **TERMS).named("what_if")
    table = sim.compare(base, mine, seeds=SIZES["seeds"]).table().loc["what_if"]
    same_numbers(result["record"]["differences"], table)


def same_numbers(rows, table):
    """Every measure has the same numbers to the last bit; what is not known is null in JSON."""
    assert [row["metric"] for row in rows] == list(table.index) and len(rows) > 50
    told = pd.DataFrame(rows).set_index("metric")[list(table)].astype(float)
    assert told["difference"].abs().gt(0).any()
    pd.testing.assert_frame_equal(told, table.astype(float), check_exact=True)


NOTEBOOK = """\
# %%
import sim

# %%
base = sim.Scenario.load("baseline").replacing("economy.firms", {firms}, "run.months", {months})
mine = base.adding("payment_terms", **{terms}).named("what_if")
effect = sim.compare(base, mine, seeds={seeds})

# %%
for row in effect.table().itertuples():
    print(row.Index[1], *(float(value).hex() for value in row[1:]))  # all digits
"""


@pytest.mark.filterwarnings("default")  # of the kernel's own libraries
def test_the_page_has_what_a_notebook_shows(result, tmp_path):
    jupytext, nbclient = pytest.importorskip("jupytext"), pytest.importorskip("nbclient")
    cells = jupytext.reads(NOTEBOOK.format(**SIZES, terms=TERMS), fmt="py:percent")
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(cells, timeout=120, kernel_name="python3", resources=place).execute()
    lines = [line.split() for line in cells.cells[-1].outputs[0].text.splitlines()]
    names = pd.Index([name for name, *_ in lines], name="metric")
    values = [[float.fromhex(value) for value in row] for _, *row in lines]
    columns = ["baseline", "difference", "low", "high", "n", "needed"]
    same_numbers(result["record"]["differences"], pd.DataFrame(values, names, columns))


def test_the_file_is_a_scenario_that_extends_the_baseline(checked, tmp_path):
    file = tmp_path / "what_if.toml"
    file.write_text(checked["toml"])
    assert checked["toml"].startswith('extends = "baseline"')
    assert [entry.name for entry in Scenario.load(file).policies] == ["payment_terms"]


def test_charts_are_in_both_languages(result):
    titles = {language: [chart["title"] for chart in found] for language, found in result["charts"].items()}
    assert len(titles["en"]) == len(titles["ko"]) > 5
    assert "Real GDP" in titles["en"] and "실질 국내총생산" in titles["ko"]


def changed(key, value):
    told = json.loads(json.dumps(ASKED))
    *path, last = key.split("/")
    place = told
    for step in path:
        place = place[step]
    place[last] = value
    return told


WRONG = {
    "out of bounds: 3": changed("tables/policy/payment_terms/cash_ratio", 3),
    "wrong type": changed("tables/policy/payment_terms/cash_ratio", "much"),
    "unknown": changed("tables/policy/payment_terms/cash_ration", 0.1),
    "there is no such policy": changed("tables/policy/profits", {"share": 0.1}),
    "there is no scenario": changed("tables/extends", "../../secret.toml"),
    "runs no policies from files": changed("tables/policy/payment_terms/use", "mine.py"),
    "cannot be set on the page": changed("tables/economy", {"io_table": "secret.csv"}),
    "out of bounds: 1": changed("sizes/firms", 1),
    "is no size": changed("sizes/start", 1),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("path", ["/api/check", "/api/run"])
def test_a_wrong_value_is_refused(server, path, what):
    status, _, text = server.ask(path, WRONG[what])
    assert status == 422
    assert any(what in problem["what"] for problem in json.loads(text)["problems"]), text


def test_the_message_is_that_of_the_scenario_checker(server):
    told = WRONG["out of bounds: 3"]
    (problem,) = json.loads(server.ask("/api/check", told)[2])["problems"]
    with pytest.raises(sim.InputError) as refused:
        Scenario.from_dict(told["tables"], "what_if")
    (expected,) = refused.value.problems
    assert problem == {"where": expected.where, "what": expected.what, "fix": expected.fix}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Host": "rebound.example"}, None),
        ({"Host": "127.0.0.1.rebound.example:80"}, None),
        ({"Origin": "http://other.example"}, ASKED),
        ({"Origin": "null"}, ASKED),
        ({"Sec-Fetch-Site": "cross-site"}, ASKED),
        ({"Content-Type": "text/plain"}, ASKED),
        ({}, {"tables": "x" * 300_000}),
    ],
)
def test_strangers_are_refused(server, headers, body):
    status, _, text = server.ask("/api/check" if body else "/", body, headers)
    assert status == 403 and text.startswith("winwin: ")


def test_the_page_may_load_nothing_from_elsewhere(server):
    policy = server.ask("/")[1]["content-security-policy"]
    assert policy.startswith("default-src 'self'") and "eval" not in policy


def test_the_server_listens_on_this_machine_only():
    with listening(None) as bound:
        assert bound.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_said(server):
    with pytest.raises(sim.InputError, match="cannot be used"):
        listening(server.port)


def test_what_is_missing_is_said_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(sim.InputError, match=r"uvicorn[^\n]*\n.*winwin\[page\]"):
        serve(None, False)
