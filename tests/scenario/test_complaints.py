"""What is said about a bad scenario: file, line, key, what is allowed."""

from __future__ import annotations

import pytest

from scenario.writing import complaint, complaints


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("[rnu]\nmonths = 3", "line 1, rnu", "did you mean 'run'?"),
        ("titel = 'x'", "line 1, titel", "did you mean 'title'?"),
        ("[run]\nmonth = 3", "line 2, run.month", "did you mean 'months'?"),
        ("[run]\nmonths = 'x'", "line 2, run.months", 'wrong type: "x"\n    allowed: a whole number'),
        ("[run]\nmonths = 3.0", "line 2, run.months", "wrong type: 3.0"),
        ("[run]\nmonths = true", "line 2, run.months", "wrong type: true"),
        (
            "[run]\nmonths = 0",
            "line 2, run.months",
            "out of bounds: 0\n    allowed: a whole number, at least 1",
        ),
        ("[run]\nmonths = { a = 1 }", "line 2, run.months", "wrong type: a table"),
        ("run = 3", "line 1, run", "must be a table, not 3"),
        ("[run]\nstart = 2016-01-01", "line 2, run.start", "wrong type: 2016-01-01"),
        ("[run]\nstart = '2016-1'", "line 2, run.start", "'2016-1' is not a month"),
        ("[run]\nstart = '2016-13'", "line 2, run.start", "'2016-13' is not a month"),
        ("[run]\nstart = '2016-03'", "line 2, run.start", "2016-03 is not a January"),
        ("title = 3", "line 1, title", "wrong type: 3"),
        ("[demand]\nsmoothing = nan", "line 2, demand.smoothing", "not a finite number: nan"),
        ("[demand]\nfinished_months = inf", "line 2, demand.finished_months", "not a finite number: inf"),
        ("[record]\nmetrics = ['gpd']", "line 2, record.metrics", "did you mean 'gdp'?"),
        ("[record]\nmetrics = 'gdp'", "line 2, record.metrics", "allowed: a list, each text in quotes"),
        ("[record.panel]\ncolumns = ['wages']", "line 2, record.panel.columns", "did you mean 'wage'?"),
        ("[record]\npanel = { every = 0 }", "line 2, record.panel.every", "out of bounds: 0"),
        ("[transition]\nsector = 'automobile'", "line 2, transition.sector", "did you mean 'automobiles'?"),
        ("policy = 3", "line 1, policy", "must be a table"),
        (
            "[policy.price_linkage]\nwithout = 'price'",
            "line 2, policy.price_linkage.without",
            "a list of channels",
        ),
        (
            "[policy.price_linkage]\nwithout = ['prices']",
            "line 2, policy.price_linkage.without",
            "mean 'price'?",
        ),
        ("shock = 3", "line 1, shock", "must be a table"),
        ("[shock.x]\nstart = '2016-01'", "line 1, shock.x", "kind is one of materials, exports, interest"),
        ("[shock.x]\nkind = 'export'", "line 2, shock.x.kind", "did you mean 'exports'?"),
        ("[shock.x]\nkind = 'exports'\nstart = '2016-01'", "line 1, shock.x", "does not say its change"),
        ("[shock.x]\nkind = 'exports'\nchange = 0.1", "line 1, shock.x", 'write start = "2018-01"'),
        ("[shock.x]\nkind = 'failure'", "line 1, shock.x", "does not say when it strikes"),
        (
            "[shock.x]\nkind = 'failure'\nstart = '2016-01'\nend = '2016-02'",
            "line 4, shock.x.end",
            "happens once",
        ),
        (
            "[shock.x]\nkind = 'capacity'\nstart = '2016-01'\nchange = 0.2",
            "line 4, shock.x.change",
            "out of bounds: 0.2\n    allowed: a number, at least -1 and at most 0",
        ),
        (
            "[shock.x]\nkind = 'materials'\nchange = { '2016-13' = 0.2 }\nstart = '2016-01'",
            "line 3, shock.x.change.2016-13",
            "is not a month",
        ),
        (
            "[shock.x]\nkind = 'exports'\nstart = '2016-05'\nend = '2016-02'\nchange = 0.1",
            "line 4, shock.x.end",
            "lies before the shock's start, 2016-05",
        ),
        (
            "[shock.x]\nkind = 'exports'\nstart = '2016-01'\nchange = 0.1\nwhere = { sector = ['steel'] }",
            "line 5, shock.x.where.sector",
            'unknown name "steel"',
        ),
        (
            "[policy.payment_terms]\nwhere = { kind = [[1]] }",
            "line 2, policy.payment_terms.where.kind",
            "unknown name [1]",
        ),
        (
            "[shock.x]\nkind = 'interest'\nstart = '2016-01'\nchange = -0.04",
            "line 4, shock.x.change",
            "the policy rate would be -0.01 in 2016-01",
        ),
        (
            "[shock.x]\nkind = 'interest'\nstart = '2016-01'\nchange = 0.01\nsize = 3",
            "line 5, shock.x.size",
            "unknown key",
        ),
        ("[policy.no_such]", "line 1, policy.no_such", "unknown policy"),
        ("[economy]\nio_table = 'no.csv'", "line 2, economy.io_table", "there is no file"),
        ("name = 3", "line 1, name", "wrong type: 3"),
        ("[economy]\nfirms = 5", "line 2, economy.firms", "out of bounds: 5"),
        ("extends = 'bsae.toml'", "line 1, extends", "did you mean 'base.toml'?"),
        ("extends = 'mine.toml'", "line 1, extends", "goes round in a circle: mine.toml -> mine.toml"),
        ("extends = 3", "line 1, extends", "must be the name of a file"),
        ("[run\nmonths = 3", "line 1, column 5", "not TOML"),
        ("[run]\nmonths = 1\nmonths = 2", "line 3, column 11", "not TOML"),
    ],
)
def test_a_bad_file_is_answered_with_file_line_key_and_what_is_allowed(folder, text, place, what):
    said = complaint(folder, text)
    assert said.startswith(f"mine.toml, {place}: ") and what in said


def test_all_problems_are_reported_together_in_the_order_of_their_lines(folder):
    text = 'titel = "x"\n[run]\nmonths = 0\nsedes = 3\n[nothing]\n[record]\nmetrics = ["gpd"]\n'
    lines = [said.split(",")[1].strip() for said in complaints(folder, text)]
    assert lines == ["line 1", "line 3", "line 4", "line 5", "line 7"]


def test_links_without_firms_are_refused(folder):
    (folder / "links.csv").write_text("buyer,supplier\n0,1\n")
    said = complaint(folder, '[economy]\nlinks_table = "links.csv"\n')
    assert said.startswith("mine.toml, line 2, economy.links_table: links are named by the ids of a table of")
    assert said.endswith("name your table of firms as economy.firms_table")
