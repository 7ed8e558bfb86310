"""The command writes, checks, and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim import cli
from sim.figures import check, commands
from sim.figures.gallery import FIGURES
from sim.figures.picture import FORMATS

ROOT = Path(__file__).parents[2]
NAMES = ["channels", "surface"]


@pytest.fixture
def quick(small, monkeypatch):
    monkeypatch.setattr(commands, "Material", lambda *_: small)


def run(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["winwin", "figures", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return left.value.code or 0


def test_it_writes_all_forms_and_says_where(quick, monkeypatch, tmp_path, capsys):
    assert run(monkeypatch, *NAMES, "--quick", "-o", tmp_path) == 0
    endings = (*FORMATS, "csv", "txt")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        ["gallery.json", *(f"{name}.{ending}" for name in NAMES for ending in endings)]
    )
    assert str(tmp_path / "channels") in capsys.readouterr().err
    told = json.loads((tmp_path / "gallery.json").read_text())
    assert told["quick"] and list(told["figures"]) == ["surface", "channels"]


def test_the_check_finds_a_number_and_a_byte_that_changed(quick, monkeypatch, tmp_path, capsys):
    run(monkeypatch, *NAMES, "--quick", "-o", tmp_path)
    capsys.readouterr()
    assert run(monkeypatch, *NAMES, "--quick", "--check", "-o", tmp_path) == 0
    assert "2 figures are as stored" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "channels.csv")
    table.loc[1, "contribution"] *= 1.1
    table.to_csv(tmp_path / "channels.csv", index=False)
    told = json.loads((tmp_path / "gallery.json").read_text())
    told["figures"]["surface"]["sha256"]["png"] = "0"
    (tmp_path / "gallery.json").write_text(json.dumps(told))
    assert run(monkeypatch, *NAMES, "--quick", "--check", "-o", tmp_path) == 1
    out = capsys.readouterr().out
    assert "channels: contribution differs" in out
    assert "surface: other bytes in png" in out


def test_bytes_made_with_other_versions_are_not_compared(quick, monkeypatch, tmp_path, capsys):
    run(monkeypatch, "channels", "-o", tmp_path)
    told = json.loads((tmp_path / "gallery.json").read_text())
    told["environment"]["matplotlib"] = "1.0"
    told["figures"]["channels"]["sha256"]["png"] = "0"
    (tmp_path / "gallery.json").write_text(json.dumps(told))
    assert run(monkeypatch, "channels", "--check", "-o", tmp_path) == 0
    assert "matplotlib 1.0, here" in capsys.readouterr().err


def test_mistakes_are_told_before_anything_is_drawn(monkeypatch, tmp_path, capsys):
    for words, said in (
        (["chanels", "-o", tmp_path], "did you mean 'channels'"),
        (["--lang", "fr", "-o", tmp_path], "there is no language 'fr'"),
        (["--check", "-o", tmp_path], "holds no figures to compare with"),
    ):
        assert run(monkeypatch, *words) == 2
        assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_gallery_drawn_in_two_goes_knows_both(quick, monkeypatch, tmp_path):
    for name in NAMES:
        run(monkeypatch, name, "-o", tmp_path)
    assert set(check.read(tmp_path)["figures"]) == set(NAMES)


def test_the_stored_gallery_is_whole_and_small():
    folder = ROOT / "results" / "figures"
    told = check.read(folder)
    assert list(told["figures"]) == list(FIGURES)
    assert (told["quick"], told["language"]) == (True, "en")
    kept = [folder / f"{name}.{ending}" for name in FIGURES for ending in ("png", "csv")]
    assert sum(file.stat().st_size for file in kept) < 2e6
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in FIGURES if f"results/figures/{name}.png" not in readme] == []
