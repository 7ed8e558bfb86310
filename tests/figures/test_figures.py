"""Figures show the numbers they are given, in both languages, with nothing cut off and nothing on top."""

from __future__ import annotations

import io
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from sim import words
from sim.figures import font, style
from sim.figures.gallery import FIGURES
from sim.figures.regimes import INCOMES
from sim.figures.shocks import steps
from sim.population.published import FITTED, series

BOTH = [(name, language) for name in FIGURES for language in words.LANGUAGES]


@pytest.fixture(scope="module")
def drawn(small):
    return cache(lambda name, language: FIGURES[name](small, language))


def boxes(picture):
    """Return every text that is to be seen with its box in pixels."""
    renderer = picture.figure.canvas.get_renderer()
    unseen = unseen_ticks(picture.figure)
    texts = [text for text in picture.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts if id(text) not in unseen]


def unseen_ticks(figure):
    """Return the labels of ticks that matplotlib keeps and does not draw: beyond the ends of an axis."""
    found = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.majorTicks, *axis.minorTicks):
                if not (axes.axison and low <= tick.get_loc() <= high):
                    found |= {id(tick.label1), id(tick.label2)}
    return found


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_no_text_is_cut_off_or_lies_on_another(drawn, name, language):
    picture = drawn(name, language)
    found = boxes(picture)
    assert len(found) > 5
    page = picture.figure.bbox
    outside = [
        text for text, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    assert outside == []
    over = [
        (one, other)
        for (one, a), (other, b) in combinations(found, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    assert over == []


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_title_text_and_note_are_there(drawn, name, language):
    picture = drawn(name, language)
    assert picture.title == words.label(f"figure.{name}", language)
    assert len(picture.alt) > 40
    assert "{" not in picture.alt
    note = picture.figure.texts[-1].get_text().replace("\n", " ")
    assert "winwin 0." in note
    assert words.text("note.scenarios", language, named="")[:4] in note


@pytest.mark.parametrize("name", FIGURES)
def test_drawn_twice_it_has_the_same_bytes(small, drawn, name):
    assert FIGURES[name](small, "ko").drawn("svg") == drawn(name, "ko").drawn("svg")


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_the_other_forms_have_the_same_bytes_too(small, drawn, form):
    again = FIGURES["channels"](small, "ko").drawn(form)
    assert again == drawn("channels", "ko").drawn(form)
    assert b"CreationDate" not in again


def test_users_own_settings_change_nothing(small, drawn):
    import matplotlib

    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "axes.grid": False}):
        assert FIGURES["surface"](small, "en").drawn("svg") == drawn("surface", "en").drawn("svg")
        assert matplotlib.rcParams["font.size"] == 20


def test_the_picture_holds_its_text(drawn):
    picture = drawn("channels", "ko")
    told = Image.open(io.BytesIO(picture.drawn("png"))).info
    assert (told["Title"], told["Description"]) == (picture.title, picture.alt)
    assert picture.alt in picture.drawn("svg").decode()


def test_widths_are_those_of_a_page(drawn):
    for name in FIGURES:
        assert drawn(name, "en").figure.get_size_inches()[0] in (style.NARROW, style.MIDDLE, style.WIDE)


# --- the numbers -------------------------------------------------------------------------------------


def read(picture):
    return pd.read_csv(io.StringIO(picture.csv()), keep_default_na=False, na_values=[""])


def same(picture, expected):
    text = expected.to_csv(index=False, lineterminator="\n")
    assert picture.csv() == text


def test_tables_are_those_of_the_experiments(small, drawn):
    same(drawn("surface", "en"), small.surface)
    same(drawn("front", "en"), small.front.tried)
    same(drawn("lorenz", "en"), small.lorenz)
    same(drawn("sensitivity", "en"), small.sensitivity.table.reset_index())
    same(drawn("channels", "en"), small.channels.table().reset_index())
    same(drawn("moments", "en"), small.opening.moments)
    same(drawn("tails", "en"), small.opening.tails)
    same(drawn("network", "en"), small.opening.chain())
    same(drawn("winners", "en"), small.regimes.winners("tier").reset_index(names=["scenario", "tier"]))


def test_event_study_and_shock_have_the_tables_of_effects(small, drawn):
    table = pd.concat([small.regimes.table(name, by="year") for name in INCOMES.values()]).reset_index()
    same(drawn("event_study", "en"), table)
    gains = [gain for effect in small.shocks for gain in effect.incidence("tier")["gain"]]
    assert read(drawn("shock", "en"))["gain"].tolist() == pytest.approx(gains)


def test_what_is_drawn_is_what_the_table_says(small, drawn):
    """The bars of the channels end where the contributions do."""
    left = drawn("channels", "en").figure.axes[0]
    rows = small.channels.table("real_gdp")["contribution"]
    ends = sorted(bar.get_width() for bar in left.patches)
    assert ends == pytest.approx(sorted(rows.drop("rest", level="part") / 1e9))


def test_the_steps_of_the_shock_add_up_to_the_whole(small):
    rows = small.shocks[0].incidence("tier").reset_index(names=["scenario", "tier"])
    found = steps(rows)["gain"]
    assert found.drop("all").sum() == pytest.approx(found["all"], rel=1e-9, abs=1)


def test_the_baseline_is_grey():
    assert style.colours(["mine", "growth_for_all", "other"])["mine"] == style.BASELINE
    assert len(set(style.colours(["baseline", *"abcdef"]).values())) == 7


# --- published series ----------------------------------------------------------------------------------


def test_a_published_number_that_the_model_holds_is_marked_as_fitted(small):
    """Cash paid at the opening, and the dose of growth for all, are the published figures themselves."""
    table = series("cash_ratio").set_index("year")
    baseline, _, regime = small.regime_scenarios
    dose = regime.resolved["policy"]["payment_terms"]["cash_ratio"]
    assert table.loc[2018, "value"] == 100 * baseline.economy.cash_share
    assert table.loc[2020, "value"] == pytest.approx(100 * dose)
    assert (table["use"] == FITTED).all()


# --- the font ----------------------------------------------------------------------------------------------


def test_the_font_has_another_name_and_its_licence_beside_it():
    from importlib.resources import files

    names = {str(name) for name in font.opened()["name"].names}
    assert font.NAME in names
    assert not any("nanum" in name.lower() for name in names)
    assert "SIL OPEN FONT LICENSE" in (files("sim.figures.font") / "OFL.txt").read_text(encoding="utf-8")


def test_a_part_of_the_font_is_small_and_has_what_was_asked():
    from fontTools.ttLib import TTFont

    small = font.part("상생 abc")
    assert len(small) < 5000
    assert {"상", "생"} <= {chr(code) for code in TTFont(io.BytesIO(small)).getBestCmap()}


def test_labels_at_the_ends_of_lines_do_not_overlap():
    places = style.spread([1.0, 1.1, 1.2, 99.0], [10.0] * 4, 0.0, 100.0)
    assert np.diff(places).min() >= 10
    assert places[-1] <= 95
