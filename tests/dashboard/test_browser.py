"""The what-if page in a real browser: set, run, read, share, in both languages and on a phone."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import sys
from contextlib import redirect_stdout

import pytest

from sim.cli import main
from sim.experiments.tables import number, readable
from sim.scenario import Scenario
from sim.words import label

playwright = pytest.importorskip("playwright.sync_api", reason="install playwright: uv sync")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="install a browser: apt-get install -y --no-install-recommends chromium"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SMALL = "base=baseline&firms=200&months=26&seeds=1&lang=en"
PATIENCE = 60_000  # milliseconds, on a busy machine


@pytest.fixture(scope="module")
def browser(server):
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def tab(server, browser):
    """Open tabs of the page; at the end no script has failed and no request has left this machine."""
    faults, asked, contexts = [], [], []

    def opened(link=SMALL, width=1280, context=None):
        if context is None:
            context = browser.new_context(viewport={"width": width, "height": 800}, accept_downloads=True)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server.address}/#{link}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults
    assert asked and all(url.startswith((server.address, "data:", "blob:")) for url in asked)


def field(page, name):
    return page.locator(f"[id='{name}']")


def slide(page, name, value):
    """Move a slider as a finger does: its value, and the event the browser sends."""
    moved = "(own, value) => { own.value = value; own.dispatchEvent(new Event('input', {bubbles: true})); }"
    field(page, f"{name}-slider").evaluate(moved, value)


def switch_on(page, lever):
    field(page, f"on-{lever}").check()


def run(page):
    page.locator("#run:enabled").click()
    page.wait_for_selector("#results[data-drawn]")


def cells(page):
    """Return the table of differences: cells by metric."""
    rows = page.locator("#differences tbody tr")
    return {
        row.locator("th").get_attribute("data-metric"): row.locator("td").all_inner_texts()
        for row in rows.all()
    }


def printed(words, folder, monkeypatch):
    """Return what a command prints."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", words)
    with redirect_stdout(io.StringIO()) as out, pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    return out.getvalue()


def test_sliders_run_table_file_and_command(tab, tmp_path, monkeypatch):
    page = tab(SMALL.replace("seeds=1", "seeds=2"))
    switch_on(page, "payment_terms")
    slide(page, "payment_terms.max_months", "1")
    slide(page, "payment_terms.cash_ratio", "0.9")
    assert field(page, "payment_terms.cash_ratio").input_value() == "0.9"
    run(page)
    shown = cells(page)
    charts = page.locator("#results figure svg")
    assert charts.count() == page.locator("#results figure").count() > 5
    with page.expect_download() as saved:
        page.locator("#save").click()
    saved.value.save_as(tmp_path / "what_if.toml")
    scenario = Scenario.load(tmp_path / "what_if.toml")
    assert scenario.resolved["policy"]["payment_terms"]["cash_ratio"] == 0.9
    page.locator("#file summary").click()
    words = shlex.split(page.locator("#command-text").inner_text())
    record = json.loads(printed([*words, "--json"], tmp_path, monkeypatch))
    headline = [row for row in record["differences"] if row["metric"] in shown]
    assert len(headline) == len(shown) > 10
    assert any(row["difference"] for row in headline)
    with page.expect_download() as data:
        page.locator("#data").click()
    data.value.save_as(tmp_path / "what_if.json")
    assert json.loads((tmp_path / "what_if.json").read_text(encoding="utf-8")) == record
    for row in headline:
        unit, power = readable(row["metric"], row["baseline"], row["difference"])
        numbers = [cell.strip("*~ ") for cell in shown[row["metric"]][:3]]
        half = (row["high"] - row["low"]) / 2
        assert numbers[0] == number(row["baseline"] / power), row["metric"]
        assert numbers[1:] == [number(value / power, 3) for value in (row["difference"], half)], row["metric"]
        assert page.locator(f"[data-metric={row['metric']}] small").text_content() == label(unit_key(unit))


def unit_key(shown):
    return "unit.1" if shown == "ratio" else f"unit.{shown}"


def test_a_link_restores_every_slider(tab):
    page = tab()
    page.locator("#base").select_option("growth_for_all")
    page.wait_for_selector("#on-profit_sharing:checked")
    slide(page, "profit_sharing.share", "0.15")
    field(page, "on-price_linkage").uncheck()
    switch_on(page, "smart_factory")
    page.locator("#size-seeds").fill("7")
    page.wait_for_selector("#run:enabled")
    again = tab(page.url.partition("#")[2])
    values = "els => els.map(e => [e.id, e.type === 'checkbox' ? e.checked : e.value]).sort()"
    every = "#form input, #form select"
    assert again.locator(every).evaluate_all(values) == page.locator(every).evaluate_all(values)
    assert field(again, "profit_sharing.share").input_value() == "0.15"
    assert not field(again, "on-price_linkage").is_checked()
    again.wait_for_selector("#run:enabled")
    assert again.locator("#toml").text_content() == page.locator("#toml").text_content()


def test_two_tabs_do_not_disturb_each_other(tab):
    first = tab(SMALL + "&payment_terms=on&payment_terms.max_months=0")
    second = tab(SMALL + "&payment_terms=on&payment_terms.max_months=4", context=first.context)
    first.locator("#run:enabled").click()
    second.locator("#run:enabled").click()
    for page in (first, second):
        page.wait_for_selector("#results[data-drawn]")
    days = [float(cells(page)["days_to_payment"][1].strip("*~ ")) for page in (first, second)]
    assert days[0] != days[1]
    alone = tab(SMALL + "&payment_terms=on&payment_terms.max_months=0")
    run(alone)
    assert cells(alone) == cells(first)


def test_runs_can_be_cancelled_and_started_again(tab):
    page = tab(SMALL.replace("months=26", "months=600") + "&payment_terms=on")
    page.locator("#run:enabled").click()
    page.wait_for_selector("#bar[value]")
    page.locator("#cancel").click()
    page.wait_for_selector("#cancel", state="hidden")
    assert page.locator("#status").inner_text() == label("page.cancelled")
    page.locator("#size-months").fill("26")
    run(page)
    assert cells(page)


def test_a_wrong_value_cannot_be_sent(tab):
    page = tab(SMALL + "&profit_sharing=on")
    page.wait_for_selector("#run:enabled")
    for wrong in ("7", "-1", ""):
        field(page, "profit_sharing.share").fill(wrong)
        assert page.locator("#run").is_disabled()
        assert label("policy.profit_sharing.share") in page.locator("#problems").inner_text()
        assert "between 0 and 1" in page.locator("#problems").inner_text()
    field(page, "profit_sharing.share").fill("0.1")
    page.wait_for_selector("#run:enabled")
    page.locator("#size-firms").fill("10")
    assert page.locator("#run").is_disabled()


def test_a_link_with_a_wrong_value_is_refused_too(tab):
    page = tab("base=nowhere&firms=200&months=14&seeds=2&lang=en&profit_sharing=on&profit_sharing.share=9")
    page.wait_for_selector("#problems li")
    assert page.locator("#base").input_value() == "baseline"
    assert page.locator("#run").is_disabled()


def test_on_a_phone_in_both_languages(tab):
    page = tab(SMALL + "&payment_terms=on", width=360)
    run(page)
    before = cells(page)
    fits_a_phone(page)
    page.locator("#language").select_option("ko")
    page.wait_for_selector("#results[data-drawn=ko]")
    fits_a_phone(page)
    assert cells(page) == before
    said = page.locator("body").inner_text()
    assert label("metric.real_gdp", "ko") in said and label("page.run", "ko") in said
    assert re.search(label("page.done", "ko").replace("{time}", ".*"), said)
    assert label("metric.real_gdp") not in said and label("page.run") not in said
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert not re.search(r"\b(page|word|metric|unit)\.[a-z_]+\b", said)
    page.locator("#network").evaluate("one => { one.open = true; }")
    picture = page.wait_for_selector("#network img")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    assert label("tier.1", "ko") in picture.get_attribute("alt")


def fits_a_phone(page):
    """Nothing is wider than the screen, whatever is unfolded."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = "all => all.filter(one => one.getBoundingClientRect().right > 360).map(one => one.outerHTML)"
    inside = "#differences td:visible, button:visible, #form input:visible"
    assert page.locator(inside).evaluate_all(wide) == []


def test_everything_can_be_named_and_reached_by_keyboard(tab):
    page = tab(SMALL + "&payment_terms=on")
    nameless = """els => els.filter(e => !(e.labels?.length || e.ariaLabel || e.textContent.trim()
        || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML)"""
    assert page.locator("input, select, button").evaluate_all(nameless) == []
    field(page, "payment_terms.max_months-slider").focus()
    page.keyboard.press("ArrowRight")
    assert field(page, "payment_terms.max_months").input_value() == "3"
    page.locator("#run:enabled").focus()
    page.keyboard.press("Enter")
    page.locator("#cancel").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#cancel", state="hidden")
