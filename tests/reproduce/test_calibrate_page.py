"""What `winwin calibrate` writes and prints, from numbers that are known."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from sim.experiments.sampling import Varied
from sim.reproduce import fit
from sim.reproduce.calibrate import learnt
from sim.reproduce.calibrate_commands import page, write
from sim.reproduce.conclusions import Conclusions
from sim.reproduce.posterior import Target
from sim.scenario import Scenario

VARIED = (Varied("pricing.review_rate", low=0.0, high=1.0), Varied("pricing.stickiness", low=0.0, high=1.0))
PLACES = qmc.Sobol(2, scramble=True, rng=5).random(32)
ABOUT = {"points": 32, "seeds": 1, "firms": 200, "effective": 1000.0}


@pytest.fixture(scope="module")
def made():
    at = [{one.name: one.at(x) for one, x in zip(VARIED, place, strict=True)} for place in PLACES]
    moments = np.c_[PLACES[:, 0], PLACES[:, 1]]
    found = learnt(PLACES, at, moments, VARIED, (Target("near", 0.5, 0.1), Target("far", 3.0, 0.1)))
    joins = fit.PRIORS[:2]
    places = [{one.name: one.at(x) for one, x in zip(joins, place, strict=True)} for place in PLACES]
    adoption = learnt(PLACES, places, moments, joins, (Target("fund", 0.5, 0.1), Target("claims", 0.25, 0.1)))
    differences = (PLACES[:, 0] - 0.25)[:, None, None]
    return found, adoption, Conclusions(VARIED, PLACES, differences, ("broad",), ("margin",))


def test_the_page_says_what_is_known_what_is_out_of_reach_and_what_would_flip(made):
    found, adoption, concluded = made
    text = page(found, adoption, {"signs": concluded.signs(), "flips": concluded.flips()}, ABOUT)
    lines = text.splitlines()
    assert next(line for line in lines if line.startswith("pricing.review_rate")).endswith("pinned down")
    # The target out of reach does not push the parameter behind it to its end.
    assert next(line for line in lines if line.startswith("pricing.stickiness")).endswith("not identified")
    assert "OUT OF REACH" in next(line for line in lines if line.startswith("far"))
    assert "OUT OF REACH" not in next(line for line in lines if line.startswith("near"))
    flip = next(line for line in lines if line.startswith("broad") and "pricing" in line)
    assert "pricing.review_rate    0.25" in flip
    name = "policy.cooperation_fund.join_rate"
    (joined,) = (line for line in lines if line.startswith(name) and "0.01 to 0.3" in line)
    written = Scenario.load("history").resolved["policy"]["cooperation_fund"]["join_rate"]
    assert f" {written} " in joined  # beside the prior, the value it has in the scenario
    assert max(map(len, lines)) <= 140


def test_tables_are_written_whole_and_can_be_read(made, tmp_path):
    found, _, concluded = made
    tables = found.tables() | {"signs": concluded.signs(), "flips": concluded.flips()}
    write(tables, ABOUT, tmp_path)
    assert json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))["points"] == 32
    assert sorted(path.stem for path in tmp_path.glob("*.csv")) == sorted(tables)
    parameters = pd.read_csv(tmp_path / "parameters.csv", index_col="parameter")
    assert parameters.loc["pricing.review_rate", "identified"] == "pinned down"
