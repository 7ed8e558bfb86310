"""The documentation agrees with the code: generated parts are fresh, links and names exist."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from sim.docs import pages, tables
from sim.docs.__main__ import main
from sim.scenario.explain import groups_by_name

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "sim" / "docs"
PROSE = ("odd.md", "glossary.md")
CONCEPTS = [
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
]


def prose(name):
    """Return a page without what is generated."""
    return pages.BLOCK.sub("", (DOCS / name).read_text(encoding="utf-8"))


def quoted(name):
    """Return what stands in backticks, outside blocks of equations."""
    text = re.sub(r"```.*?```", "", prose(name), flags=re.DOTALL)
    return sorted(set(re.findall(r"`([^`]+)`", text)))


@cache
def definitions():
    """Return all names the code defines: bare ones, and (owner, name) for members of modules and classes."""
    bare, owned = set(), set()
    for file in (ROOT / "sim").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        owners = [(file.stem, tree), *((n.name, n) for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]
        for owner, node in owners:
            found = {name for child in node.body for name in defined(child)}
            bare |= found
            owned |= {(owner, name) for name in found}
    for group, parameters in groups_by_name().items():
        owned |= {(group.removeprefix("policy."), row["name"]) for row in parameters.describe()}
    return bare, owned


def defined(statement):
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def exists(name):
    """Whether a file, a module's or class's member, a parameter, or a bare name exists in the code."""
    bare, owned = definitions()
    if "/" in name:
        return (ROOT / name).exists()
    owner, _, member = name.removesuffix("()").rpartition(".")
    return (owner, member) in owned if owner else member in bare


def is_name(text):
    return re.fullmatch(r"[A-Za-z_][\w./]*(\(\))?", text) is not None


def test_what_is_generated_is_fresh():
    assert [file.name for file in pages.stale()] == [], "run python -m sim.docs"


def test_the_command_checks_and_refuses_other_arguments(capsys):
    assert main(["--check"]) == 0
    assert main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_command_names_what_is_stale(monkeypatch, capsys):
    monkeypatch.setattr("sim.docs.__main__.stale", lambda: [DOCS / "odd.md"])
    assert main(["--check"]) == 1
    assert "sim/docs/odd.md" in capsys.readouterr().err


def test_the_check_runs_as_a_module():
    program = [sys.executable, "-m", "sim.docs", "--check"]
    assert subprocess.run(program, cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("page", PROSE)
def test_every_name_in_backticks_exists(page):
    names = [name for name in quoted(page) if is_name(name)]
    assert len(names) > 20
    assert [name for name in names if not exists(name)] == []


@pytest.mark.parametrize("name", ["sim/no_such_file.py", "planning.no_such", "no_such_name", "Firms.no_such"])
def test_names_that_do_not_exist_are_found(name):
    assert not exists(name)


def anchors(file):
    """Return the anchors a page's headings make."""
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [*PROSE, "data_dictionary.md"])
def test_every_relative_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", (DOCS / page).read_text(encoding="utf-8")):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        file = (DOCS / path).resolve() if path else DOCS / page
        assert file.exists(), link
        assert not anchor or anchor in anchors(file), link


def calls(method):
    """Return the calls of a method of the model, in order, named as in the description."""
    tree = ast.parse((ROOT / "sim" / "model.py").read_text(encoding="utf-8"))
    found = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == method]
    ordered = sorted((n for n in ast.walk(found[0]) if isinstance(n, ast.Call)), key=lambda n: n.lineno)
    for call in ordered:
        name = ast.unparse(call.func)
        if name.startswith("self._close_"):
            yield f"Ecosystem.{name.removeprefix('self.')}"
            yield from calls(name.removeprefix("self."))
        elif name == "self.policies.call":
            yield call.args[0].value
        elif not name.startswith("self.") and "." in name:
            yield name


def test_the_month_is_described_in_the_order_in_which_it_runs():
    section = prose("odd.md").split("## 3 ")[1].split("## 4 ")[0]
    listed = re.findall(r"^\|[^|]*\| `([^`]+)` \|", section, flags=re.MULTILINE)
    expected = list(calls("step"))
    assert len(expected) > 25
    assert [name for name in listed if name in expected] == expected


def test_every_group_of_parameters_of_the_rules_stands_in_the_description():
    shown = {name for _, name, _ in pages.BLOCK.findall((DOCS / "odd.md").read_text(encoding="utf-8"))}
    assert {n for n in groups_by_name() if "." not in n} - {"run", "record"} <= shown


def test_every_policy_and_every_column_stands_in_the_data_dictionary():
    text = pages.data_dictionary()
    assert all(f"### policy.{name}\n" in text for name in tables.known_policies())
    assert all(f"| `{column}` |" in text for kind in pages.TABLES for column in kind.columns)


def test_the_eleven_design_concepts_are_all_discussed():
    section = prose("odd.md").split("## 4 ")[1].split("## 5 ")[0]
    assert re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", section, flags=re.MULTILINE) == CONCEPTS
