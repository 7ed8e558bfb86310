"""The report: one file, nothing from elsewhere, the numbers of the command, in both languages."""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest

import sim
from sim import cli
from sim.report import command
from sim.report.comparison import Comparison
from sim.report.page import assumptions, changes, page
from sim.scenario import Scenario
from sim.words import LANGUAGES

pytest.importorskip("vl_convert", reason="a report needs pip install 'winwin[page]'")

LINKS = ("href", "src", "xlink:href", "action")
SMALL = ["economy.firms", 200, "run.months", 14, "run.seeds", 2]


@pytest.fixture(scope="module")
def done():
    base = Scenario.load("baseline").replacing(*SMALL)
    quick = base.adding("payment_terms", start="2016-02", max_months=1, cash_ratio=0.9).named(
        "quick", "Quick pay <i>", "Does it help?"
    )
    shared = base.adding("profit_sharing", start="2016-02", share=0.2).named("shared", "Shared")
    return Comparison.run([base, quick, shared])


@pytest.fixture(scope="module", params=LANGUAGES)
def text(done, request):
    return page(done, request.param, "winwin report ...")


@pytest.fixture(scope="module")
def english(done):
    return page(done, "en", "winwin report ...")


class Addresses(HTMLParser):
    """What a file refers to, and which elements it has."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.tags = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.addresses += [
            value for name, value in attributes if name in ("href", "src", "xlink:href", "action")
        ]


def test_it_is_small_and_refers_to_nothing_outside_itself(text):
    found = Addresses(text)
    assert len(text.encode()) < 2_000_000
    assert found.addresses and all(one.startswith(("data:", "#")) for one in found.addresses)
    assert not found.tags & {"script", "link", "iframe", "object"}
    assert not re.search(r"url\((?!data:|#)|@import", text)


def test_it_has_the_cells_of_the_printed_table(done, english):
    plain = re.sub(r"<[^>]+>", " ", english)
    rows = [" ".join(line.split()) for line in re.sub(r"\n\s*", " ", plain).split("\n")]
    whole = " ".join(rows)
    for arm in done.arms:
        for _, _, *cells in done.differences(arm.name)["rows"]:
            assert " ".join(" ".join(cells).split()) in " ".join(whole.split()), cells


def test_its_data_are_those_of_the_comparison(done, english):
    files = dict(re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]+)"', english))
    content = {name: base64.b64decode(packed).decode() for name, packed in files.items()}
    assert json.loads(content["comparison.json"]) == json.loads(json.dumps(done.record()))
    table = pd.read_csv(io.StringIO(content["differences.csv"])).set_index(["scenario", "metric"])
    expected = done.effect.table()
    for key in (("quick", "days_to_payment"), ("shared", "real_gdp")):
        assert table.loc[key, "difference"] == pytest.approx(expected.loc[key, "difference"], rel=1e-12)
    gains = pd.read_csv(io.StringIO(content["who_gained.csv"]))
    assert set(gains["by"]) == {"tier", "size_class", "part"}


def test_its_scenarios_can_be_run_again(done, english, tmp_path):
    files = dict(re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]+)"', english))
    for scenario in done.scenarios:
        file = tmp_path / f"{scenario.name}.toml"
        file.write_bytes(base64.b64decode(files[file.name]))
        assert Scenario.load(file).hash == scenario.hash


def test_titles_are_text_and_not_markup(english):
    assert "Quick pay &lt;i&gt;" in english and "Quick pay <i>" not in english


def test_a_language_has_its_words(done):
    korean = page(done, "ko", "winwin report ...")
    assert '<html lang="ko">' in korean and "실질 국내총생산" in korean
    assert "headline measures differ" not in korean


def test_the_same_comparison_gives_the_same_bytes(done, english):
    assert page(done, "en", "winwin report ...") == english


def test_what_was_set_leaves_out_defaults_of_new_policies(done):
    base, quick, _ = done.scenarios
    assert {key for key, _, _ in changes(base, quick)} == {
        "policy.payment_terms.start",
        "policy.payment_terms.max_months",
        "policy.payment_terms.cash_ratio",
    }
    assert changes(base, base.replacing("demand.smoothing", 0.4).named("x"))[0][0] == "demand.smoothing"


def test_assumptions_name_every_parameter_with_unit_and_source(done):
    (policy,) = assumptions(done.scenarios[0], done.scenarios[1])
    rows = {name: (value, source) for name, value, _, source in policy["rows"]}
    assert rows["cash_ratio"][0] == "0.9" and "row 6" in rows["cash_ratio"][1]


def test_a_failed_seed_is_named(done):
    from dataclasses import replace

    from sim.experiments.run import Outcome

    broken = Outcome("quick", 9, error="Traceback\nRuntimeError: as it should")
    text = page(replace(done, effect=replace(done.effect, failures=(broken,))), "en", "")
    assert "quick, seed 9: RuntimeError: as it should" in text


# --- the command ------------------------------------------------------------------------------------


@pytest.fixture
def winwin(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["winwin", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return call


def test_the_command_writes_one_file_and_names_it(winwin, tmp_path):
    words = ("report", "levers/payment_terms", "--firms", 200, "--months", 26, "-s", 1, "-o", "out/a.html")
    status, out, _ = winwin(*words)
    assert (status, out.strip()) == (0, "out/a.html")
    text = (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["a.html"]
    assert "winwin report levers/payment_terms --seeds 1 --months 26 --firms 200 --lang en" in text
    assert "Payment terms and cash ratio against Baseline" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["baseline"], "extends no scenario"),
        (["growth_for_all", "--lang", "fr"], "there is no language 'fr'"),
        (["growth_for_al"], "no such file or scenario"),
        (["baseline", "growth_for_all", "-o", "."], "is a folder"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_written(winwin, tmp_path, words, said):
    status, out, error = winwin("report", *words)
    assert status == 2 and not out and said in error and "Traceback" not in error
    assert not list(tmp_path.iterdir())


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(sim.InputError, match=r"vl_convert[^\n]*\n.*winwin\[page\]"):
        command.check_packages()
