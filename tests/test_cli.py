"""The command: what it prints where, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

from sim import cli
from sim.population.io_table import DATA

PROGRAM = [sys.executable, "-W", "error", "-c", "from sim.cli import main; main()"]
SMALL = ["-s", "2", "--months", "3", "--firms", "200"]
FAILS = '''
from sim.core.params import param
from sim.policies.base import Policy


class Fails(Policy):
    """Fail in runs with a certain seed."""

    seed: int = param(2, ge=0, unit="1", doc="seed", source="scenario assumption")

    def on_quarter_end(self, model):
        if model.draws.seed == self.seed:
            raise RuntimeError("as it should")
'''


@pytest.fixture
def winwin(monkeypatch, capsys, tmp_path):
    """Call the command inside this process, in an empty folder; return status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["winwin", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def failing(tmp_path):
    (tmp_path / "fails.py").write_text(FAILS)
    (tmp_path / "failing.toml").write_text('extends = "baseline"\n[policy.fails]\nuse = "fails.py"\n')
    return "failing.toml"


def test_help_answers_without_importing_anything_heavy():
    program = (
        "import sys; sys.argv = ['winwin', '--help']\n"
        "from sim.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'mesa', 'pyarrow', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in ("run", "compare", "validate", "list", "explain", "describe"))


def test_version_is_printed(winwin):
    code, out, _ = winwin("--version")
    assert code == 0 and out.startswith("winwin 0.")


def test_run_prints_a_table_and_writes_nothing(winwin, tmp_path):
    code, out, _ = winwin("run", "baseline", *SMALL)
    assert code == 0 and out.startswith("Baseline\nmetric ")
    assert "2016-01 to 2016-03" in out and "means of 2 seeds" in out and "\ngdp " in out
    assert list(tmp_path.iterdir()) == []


def test_notes_go_to_standard_error_once_and_into_the_manifest(winwin, tmp_path):
    (tmp_path / "late.toml").write_text('extends = "baseline"\n[policy.profit_sharing]\nstart = "2017-01"\n')
    note = "policy.profit_sharing starts 2017-01, after the run's last month, 2016-03: it never acts"
    code, out, err = winwin("run", "baseline", "late.toml", *SMALL)
    assert code == 0 and err.count(note) == 1 and f"note: late: {note}\n" in err and note not in out
    code, out, err = winwin("compare", "baseline", "late.toml", *SMALL, "--json", "-o", "kept")
    assert err.count(note) == 1 and f"late: {note}" in json.loads(out)["notes"]
    manifests = [json.loads(file.read_text()) for file in (tmp_path / "kept").glob("late*/manifest.json")]
    assert len(manifests) == 2 and all(note in manifest["notes"] for manifest in manifests)
    code, out, err = winwin("validate", "late.toml")
    assert code == 0 and "valid" in out and err == ""
    (tmp_path / "later.toml").write_text('extends = "late.toml"\n[run]\nmonths = 3\n')
    assert note in winwin("validate", "later.toml")[2]


def test_run_stores_a_folder_a_run_when_asked(winwin, tmp_path):
    code, _, _ = winwin("run", "baseline", *SMALL, "-o", "kept")
    assert code == 0
    folders = sorted(folder.name for folder in (tmp_path / "kept").iterdir())
    assert [name.rpartition("-")[2] for name in folders] == ["seed1", "seed2"]


def test_run_as_json_is_one_document_with_manifests_and_months(winwin):
    code, out, _ = winwin("run", "baseline", *SMALL, "--seed", 5, "--json")
    told = json.loads(out)
    assert code == 0 and told["failed"] == []
    assert [run["manifest"]["seed"] for run in told["runs"]] == [5, 6]
    first = told["runs"][0]
    assert (first["scenario"], first["seed"]) == ("baseline", 5)
    assert first["months"] == ["2016-01", "2016-02", "2016-03"]
    assert len(first["metrics"]["gdp"]) == 3
    assert set(told["units"]) == set(first["metrics"]) and told["units"]["gdp"] == "KRW/month"
    assert told["scenarios"]["baseline"]["hash"] == first["manifest"]["scenario_hash"]


def test_json_of_run_and_compare_use_the_same_names(winwin, tmp_path):
    (tmp_path / "twin.toml").write_text('extends = "baseline"\n')
    ran = json.loads(winwin("run", "baseline", "twin.toml", *SMALL, "--json")[1])
    compared = json.loads(winwin("compare", "baseline", "twin.toml", *SMALL, "--json")[1])
    assert set(ran) & set(compared) == {"scenarios", "units", "failed", "notes"}
    for key in ("scenarios", "units", "notes"):
        assert ran[key] == compared[key]
    assert compared["months"] == ran["runs"][0]["months"]
    assert {row["metric"] for row in compared["differences"]} == set(ran["runs"][0]["metrics"])
    assert all(row["unit"] == ran["units"][row["metric"]] for row in compared["differences"])


def test_compare_prints_paired_differences(winwin, tmp_path):
    (tmp_path / "twin.toml").write_text('extends = "baseline"\ntitle = "Twin"\n')
    code, out, _ = winwin("compare", "baseline", "twin.toml", *SMALL)
    assert code == 0 and "Twin less Baseline" in out
    assert "± 95 %" in out and "2 pairs of runs with the same draws" in out


def test_compare_tells_who_gained_and_runs_as_many_seeds_as_a_precision_takes(winwin, tmp_path):
    (tmp_path / "twin.toml").write_text('extends = "baseline"\ntitle = "Twin"\n')
    short = ["--months", 2, "--firms", 200]
    code, out, _ = winwin("compare", "baseline", "twin.toml", *SMALL, "--incidence", "tier,kind")
    assert code == 0 and "Who gained: Twin" in out and out.count("\nall ") == 3
    code, out, err = winwin(
        "compare", "baseline", "twin.toml", *short, "--precision", 0.1, "--of", "gdp", "--json"
    )
    assert code == 0 and "precision 0.1 of gdp reached with 20 pairs" in err  # nothing differs
    told = json.loads(out)
    assert told["precision"] == 0.1 and len(told["seeds"]["twin"]) == 20
    assert {"needed", "clear", "floor"} <= set(told["differences"][0])
    code, out, err = winwin("compare", "baseline", "twin.toml", "-s", 2, "--precision", 0.1)
    assert code == 2 and "exclude each other" in err and out == ""
    code, out, err = winwin("compare", "baseline", "twin.toml", "--incidence", "tear")
    assert code == 2 and "did you mean 'tier'" in err


def test_two_scenarios_with_one_title_are_told_apart_by_name(winwin, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text('extends = "baseline"\ntitle = "Baseline"\n')
    (tmp_path / "three.toml").write_text('extends = "one.toml"\n')
    _, out, _ = winwin("compare", "one.toml", "two.toml", "three.toml", *SMALL)
    assert "Baseline (two) less Baseline (one)\n" in out and "three less Baseline (one)\n" in out


def test_a_stored_scenario_is_run_again_under_its_name(winwin, tmp_path):
    winwin("run", "baseline", *SMALL, "-o", "kept")
    (first, _) = sorted((tmp_path / "kept").iterdir())
    code, out, err = winwin("run", f"kept/{first.name}/scenario.toml", "-o", "kept")
    assert code == 0 and "2 of 2 runs were stored in kept and not done again" in err
    assert "Scenario baseline, hash" in " ".join(out.split())
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_compare_as_json_of_equal_scenarios_is_exactly_zero(winwin, tmp_path):
    (tmp_path / "twin.toml").write_text('extends = "baseline"\n')
    code, out, _ = winwin("compare", "baseline", "twin.toml", *SMALL, "--json")
    told = json.loads(out)
    assert code == 0 and told["seeds"] == {"twin": [1, 2]}
    assert {row["difference"] for row in told["differences"]} <= {0, None}


def test_compare_with_two_files_of_one_name_is_bad_input(winwin):
    code, out, err = winwin("compare", "baseline", "baseline", *SMALL)
    assert (code, out) == (2, "") and "two scenarios have this name" in err


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_failed_run_is_told_and_ends_with_1_and_the_others_are_kept(winwin, failing, tmp_path, command):
    words = [failing] if command == "run" else ["baseline", failing]
    code, out, err = winwin(command, *words, *SMALL, "-o", "kept", "--json")
    told = json.loads(out)
    assert code == 1
    assert [(run["scenario"], run["seed"]) for run in told["failed"]] == [("failing", 2)]
    assert "failing, seed 2: the run failed" in err and "as it should" in err
    assert len(list((tmp_path / "kept").iterdir())) == (1 if command == "run" else 3)


def test_bad_input_is_a_message_with_all_problems_and_nothing_is_written(winwin, tmp_path):
    (tmp_path / "bad.toml").write_text("[rnu]\n[run]\nmonths = 0\n")
    (tmp_path / "worse.toml").write_text("titel = 3\n")
    for command in ("run", "compare", "validate"):
        extra = [] if command == "validate" else ["-o", "kept"]
        code, out, err = winwin(command, "bad.toml", "worse.toml", *extra)
        assert (code, out) == (2, "")
        assert err.startswith("winwin: 3 problems\nbad.toml, line 1, rnu: unknown table")
        assert "Traceback" not in err
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["run", "no_such_scenario"],
        ["run", "baseline", "--firms", "5"],
        ["run", "baseline", "baseline"],
        ["run", "baseline", "--months", "0"],
        ["run", "baseline", "-s", "many"],
        ["run"],
        ["compare", "baseline"],
        ["explain", "no_such_thing"],
        ["no_such_command"],
        ["describe", "no_such_scenario"],
    ],
)
def test_every_mistake_ends_with_2_and_without_a_traceback(winwin, words):
    code, out, err = winwin(*words)
    assert (code, out) == (2, "") and err and "Traceback" not in err


def test_an_output_that_is_a_file_is_refused_before_anything_runs(winwin, tmp_path):
    (tmp_path / "kept").write_text("")
    code, out, err = winwin("run", "baseline", *SMALL, "-o", "kept")
    assert (code, out) == (2, "") and "is a file" in err


def test_an_output_below_a_file_is_refused_before_anything_runs(winwin, tmp_path):
    (tmp_path / "kept").write_text("")
    code, out, err = winwin("run", "baseline", *SMALL, "-o", "kept/below")
    assert (code, out) == (2, "") and "kept is a file" in err and "Traceback" not in err


def test_an_opening_that_cannot_be_at_rest_is_a_message_and_not_a_traceback(winwin, tmp_path):
    (tmp_path / "rich.toml").write_text('extends = "baseline"\n[credit]\nliquidity_months = 12.0\n')
    code, out, err = winwin("run", "rich.toml", *SMALL)
    assert (code, out) == (2, "") and "the opening economy" in err and "Traceback" not in err


def test_a_number_of_firms_beside_a_table_of_firms_is_refused(winwin, tmp_path):
    sectors = list(csv.DictReader((DATA / "sectors.csv").read_text(encoding="utf-8").splitlines()))
    rows = [f"{2 * place + one},{row['sector']}" for place, row in enumerate(sectors) for one in (0, 1)]
    (tmp_path / "firms.csv").write_text("\n".join(["id,sector", *rows]) + "\n")
    (tmp_path / "own.toml").write_text('extends = "baseline"\n[economy]\nfirms_table = "firms.csv"\n')
    for command in ("run", "describe"):
        code, out, err = winwin(command, "own.toml", "--firms", "300")
        assert (code, out) == (2, "") and "--firms 300: scenario own takes its firms from firms.csv" in err


def test_validate_says_valid(winwin):
    code, out, _ = winwin("validate", "baseline")
    assert code == 0 and out.startswith("baseline: valid, hash ")


def test_list_names_scenarios_policies_and_metrics(winwin):
    code, out, _ = winwin("list")
    assert code == 0
    assert all(
        word in out
        for word in ("Scenarios", "baseline", "Policies", "price_linkage", "Metrics", "gdp", "[KRW/month]")
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("run", "months: unit month; at least 1 and at most 2,400; default 120"),
        ("demand.smoothing", "source: "),
        ("record.panel.every", "months between two snapshots"),
        ("policy.profit_sharing", "협력이익공유제"),
        ("profit_sharing", "share: unit 1; at least 0 and at most 1"),
        ("policy.profit_sharing.share", "source: "),
        ("gdp", "[KRW/month]"),
        ("loan_rate", "[1/year] column of firms"),
        ("economy.firms_table", "sales; only their proportions within a sector matter"),
        ("adjust_terms", "hook of policies"),
    ],
)
def test_explain_prints_unit_bounds_default_and_source(winwin, name, what):
    code, out, _ = winwin("explain", name)
    assert code == 0 and what in " ".join(out.split())


def test_describe_prints_the_scenario_and_moments_next_to_targets(winwin):
    code, out, _ = winwin("describe", "baseline", "--firms", "300")
    assert code == 0 and "economy.firms = 300" in out and "target" in out


def test_progress_stays_off_when_standard_error_is_no_terminal():
    done = subprocess.run([*PROGRAM, "run", "baseline", *SMALL], capture_output=True, text=True, check=True)
    assert "simulated" not in done.stderr and "\r" not in done.stderr and done.stdout


def read_terminal(handle):
    """Return the next text shown on a terminal, or nothing once the program has ended."""
    try:
        return os.read(handle, 10_000).decode(errors="replace")
    except OSError:  # what Linux says when the other side is closed
        return ""


def test_progress_with_the_remaining_time_goes_to_a_terminal_on_standard_error():
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    words = [*PROGRAM, "run", "baseline", "-s", "1", "--months", "12", "--firms", "200", "--json"]
    environment = {**os.environ, "TERM": "xterm"}
    shown = ""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True) as child:
        os.close(theirs)
        while part := read_terminal(ours):  # a terminal nobody reads would stop the program
            shown += part
        out, _ = child.communicate(timeout=60)
    os.close(ours)
    assert "simulated" in shown and "%" in shown
    assert json.loads(out)["failed"] == []
