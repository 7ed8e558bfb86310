"""``winwin doctor``: what it finds here, and what it says where something is missing."""

from __future__ import annotations

import sys

import pytest

from sim import cli, doctor


def status(check):
    return [finding.status for finding in check()]


def test_here_nothing_needed_is_missing(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["winwin", "doctor"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    lines = capsys.readouterr().out.splitlines()
    assert not left.value.code
    assert not [line for line in lines if line.startswith("FAIL")]
    assert any("a short run" in line for line in lines) and not list(tmp_path.iterdir())


def test_a_missing_package_fails_and_one_of_an_extra_is_a_note(monkeypatch):
    wanted = ["numpy>=1", "nowhere-to-be-found>=2", "neither-is-this; extra == 'page'"]
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: wanted)
    needed, extra = doctor.packages()
    assert needed.status == "FAIL" and "nowhere-to-be-found is missing" in needed.what and needed.fix
    assert extra.status == "note" and "winwin[page]" in extra.fix


def test_a_package_that_is_too_old_fails(monkeypatch):
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: ["numpy>=999"])
    (finding,) = doctor.packages()
    assert finding.status == "FAIL" and "needed >=999" in finding.what


def test_other_versions_than_the_locked_ones_are_a_note(monkeypatch, tmp_path):
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "numpy"\nversion = "0.1"\n')
    monkeypatch.setattr(doctor, "PACKAGE", tmp_path / "sim")
    (finding,) = doctor.locked()
    assert finding.status == "note" and "locked 0.1" in finding.what


def test_without_a_browser_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(doctor, "BROWSERS", ("no-such-browser",))
    (finding,) = doctor.browser()
    assert finding.status == "note" and "install" in finding.fix


def test_a_folder_that_is_a_file_fails(monkeypatch, tmp_path):
    (tmp_path / "results").write_text("")
    monkeypatch.chdir(tmp_path)
    assert status(doctor.folder) == ["FAIL"]


def test_a_run_that_fails_is_told_in_a_line(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the books do not close")

    monkeypatch.setattr("sim.experiments.run.run", broken)
    (finding,) = doctor.short_run()
    assert (
        finding.status == "FAIL" and "the books do not close" in finding.what and "winwin run" in finding.fix
    )


def test_something_missing_is_the_exit_status(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "CHECKS", (lambda: iter([doctor.Finding("FAIL", "x", "do y")]),))
    monkeypatch.setattr(sys, "argv", ["winwin", "doctor"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1 and "do y" in capsys.readouterr().out
