"""Everything that is shown has a name in both languages, and no name is held twice differently."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pandas as pd
import pytest

import sim.metrics
from sim import words
from sim.core.errors import InputError
from sim.dashboard.levers import levers_on
from sim.economy.kinds import OUTSIDE, Kind, Size
from sim.experiments import incidence, shapley, trickle
from sim.experiments.following import labels
from sim.figures import font
from sim.figures.material import UNCERTAIN
from sim.policies.channels import CHANNELS
from sim.policies.voluntary import Voluntary
from sim.population.firms import REGIONS
from sim.population.io_table import DATA
from sim.population.published import SERIES, targets
from sim.scenario import Scenario
from sim.scenario.explain import policies
from sim.scenario.files import shipped
from sim.shocks import KINDS

SECTORS = pd.read_csv(DATA / "sectors.csv", index_col=0)


def rows():
    text = (files("sim.words") / "labels.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def parameters():
    return [
        f"policy.{name}.{row['name']}" for name, policy in policies().items() for row in policy.describe()
    ]


def doses():
    """The doses that the page has a slider for."""
    levers = levers_on(Scenario.load("baseline"))
    return [f"{lever['name']}.{dose['name']}" for lever in levers for dose in lever["doses"]]


def scenarios():
    """Shipped scenarios by name, without the folder, with their files."""
    return {name.split("/")[-1]: file for name, file in shipped().items()}


def units():
    declared = {metric.unit for metric in sim.metrics.available().values()}
    return declared | {row["unit"] for policy in policies().values() for row in policy.describe()}


SHOWN = {
    "metrics": [f"metric.{name}" for name in sim.metrics.available()],
    "policies": [f"policy.{name}" for name in policies()],
    "parameters": parameters(),
    "units": [f"unit.{name}" for name in units()],
    "tiers": [f"tier.{tier}" for tier in (*range(OUTSIDE), "outside", *trickle.TIERS)],
    "sizes": [f"size_class.{size.name.lower().replace('_', '-')}" for size in Size],
    "kinds": [f"kind.{kind.name.lower()}" for kind in Kind],
    "sectors": [f"sector.{name}" for name in SECTORS.index],
    "regions": [f"region.{name}" for name in REGIONS],
    "parts": [f"part.{name}" for name in incidence.PARTS],
    "attributes": [f"by.{name}" for name in incidence.BY],
    "all of a group": [f"{by}.{incidence.ALL}" for by in incidence.BY],
    "channels": [f"channel.{name}" for name in (*CHANNELS, shapley.REST, shapley.TOTAL)],
    "moments": [f"moment.{name}" for name in targets().index],
    "uncertain parameters": [f"parameter.{name}" for name in UNCERTAIN],
    "published series": [f"series.{name}" for name in SERIES],
    "shocks": [f"shock.{name}" for name in KINDS],
    "scenarios": [f"scenario.{name}" for name in scenarios()],
    "questions": [f"question.{name}" for name in scenarios()],
    "who pays": [f"paid_by.{name}" for name in policies()],
    "who receives": [f"received_by.{name}" for name in policies()],
    "what doses mean": [f"meaning.{name}" for name in doses()],
    "sources": [f"source.{name.removeprefix('policy.')}" for name in parameters()],
}


@pytest.mark.parametrize("kind", SHOWN)
def test_everything_shown_has_a_label(kind):
    assert SHOWN[kind]
    assert [key for key in SHOWN[kind] if not words.known(key)] == []


def test_no_label_is_empty_and_no_key_occurs_twice():
    keys = [row["key"] for row in rows()]
    assert len(keys) == len(set(keys))
    assert [
        row["key"] for row in rows() if not all(row[name] for name in ("english", "korean", "source"))
    ] == []
    assert {row["good"] for row in rows()} == {"", "up", "down"}


def test_no_label_names_what_does_not_exist():
    """A metric, a policy, a parameter that went away takes its label with it."""
    shared = {f"policy.*.{row['name']}" for row in Voluntary.describe()}
    shared |= {f"policy.*.{name}" for name in ("start", "end", "where")}
    known = {key for keys in SHOWN.values() for key in keys} | shared
    known |= {f"source.*.{row['name']}" for row in Voluntary.describe()} | {"meaning.*.take_up"}
    kinds = ("metric", "policy", "sector", "region", "part", "channel", "shock", "scenario", "by")
    checked = tuple(
        f"{kind}." for kind in (*kinds, "question", "paid_by", "received_by", "meaning", "source")
    )
    assert [key for key in words.table() if key.startswith(checked) and key not in known] == []


def test_policies_are_called_as_their_classes_say():
    for name, policy in policies().items():
        row = words.find(f"policy.{name}")
        assert (row.english, row.korean) == (policy.title, policy.korean), name


def test_sectors_and_sizes_are_called_as_in_the_data_of_the_population():
    sizes = pd.read_csv(DATA / "size_classes.csv", index_col=0)["korean"]
    for name, korean in SECTORS["korean"].items():
        assert words.label(f"sector.{name}", "ko") == korean
    for name, korean in sizes.items():
        assert words.label(f"size_class.{name.replace('_', '-')}", "ko") == korean


def test_scenarios_are_called_as_their_files_say():
    assert len(scenarios()) == len(shipped())
    for name, file in scenarios().items():
        scenario = Scenario.load(file)
        assert words.label(f"scenario.{name}") == scenario.title
        assert words.label(f"question.{name}") == scenario.question


def test_what_policies_say_is_translated_as_they_say_it_now():
    """A text that changes asks for its translation to be changed with it."""
    for name, policy in policies().items():
        assert words.label(f"paid_by.{name}") == policy.paid_by
        assert words.label(f"received_by.{name}") == policy.received_by
        for row in policy.describe():
            for kind in ("meaning", "source"):
                key = f"{kind}.{name}.{row['name']}"
                if words.known(key):
                    assert words.label(key) == row[kind], key


def test_a_translation_has_the_numbers_of_its_source():
    rows = [row for row in words.table().values() if row.key.startswith("source.")]
    cited = [
        (row.key, re.findall(r"\brows? (\d+)", row.english), re.findall(r"\d+", row.korean)) for row in rows
    ]
    assert sum(bool(english) for _, english, _ in cited) > 30
    assert [key for key, english, korean in cited if not set(english) <= set(korean)] == []


def test_one_word_does_not_stand_for_two_metrics():
    for language in words.LANGUAGES:
        names = [words.label(key, language) for key in SHOWN["metrics"]]
        assert len(names) == len(set(names))


def test_groups_of_an_incidence_table_have_labels():
    class Model:
        class sectors:
            names = tuple(SECTORS.index)

    for by, codes in labels(Model).items():
        assert all(words.known(f"{by}.{name}") for name in codes.values()), by


def test_a_shared_parameter_has_one_label_unless_it_means_something_else():
    assert words.label("policy.profit_sharing.take_up") == words.label("policy.*.take_up")
    assert words.label("policy.price_linkage.take_up") != words.label("policy.*.take_up")


def test_the_fonts_have_every_sign_of_every_label():
    for row in words.table().values():
        for text in (row.english, row.korean):
            assert set(text) <= font.glyphs() | dejavu(), row.key
    assert {sign for sign in "한국어 성과급" if sign != " "} <= font.glyphs()


def dejavu():
    from matplotlib import font_manager

    path = font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    return {chr(code) for code in font_manager.get_font(path).get_charmap()}


def test_places_in_sentences_are_the_same_in_both_languages():
    for row in words.table().values():
        places = [sorted(re.findall(r"{(\w+)}", text)) for text in (row.english, row.korean)]
        assert places[0] == places[1], row.key


def test_an_unknown_key_and_an_unknown_language_are_refused():
    with pytest.raises(KeyError, match=r"metric\.gdp"):
        words.label("metric.gdpp")
    with pytest.raises(InputError, match="--lang"):
        words.label("metric.gdp", "fr")
