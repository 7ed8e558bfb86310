"""The house: floors, one source of randomness, the public face, nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "sim").rglob("*.py"))
FLOORS = {
    "core": 0,
    "words": 1,
    "economy": 1,
    "rules": 2,
    "policies": 3,
    "shocks": 3,
    "population": 3,
    "agents": 3,
    "metrics": 3,
    "scenario": 4,
    "phases": 5,
    "recording": 5,
    "model": 5,
    "experiments": 6,
    "reproduce": 7,
    "figures": 7,
    "report": 7,
    "dashboard": 7,
    "bench": 7,
    "docs": 8,
    "doctor": 8,
    "cli": 8,
    "command": 8,
}
FACE = ROOT / "sim" / "__init__.py"  # the public names, from all floors


def where(module):
    return str(module.relative_to(ROOT))


def part(name):
    """Return the folder or file directly below sim that a dotted module name belongs to."""
    return name.split(".")[1]


def imported(module):
    """Yield the dotted names of the parts of sim that a file imports, except for type hints."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in outside_type_checking(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("sim."))
        elif isinstance(node, ast.ImportFrom) and node.module == "sim":
            yield from (f"sim.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim."):
            yield node.module


def outside_type_checking(node):
    if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from outside_type_checking(child)


def test_every_part_of_the_package_has_a_floor():
    parts = {module.relative_to(ROOT / "sim").parts[0].removesuffix(".py") for module in MODULES} - {
        "__init__"
    }
    assert parts <= set(FLOORS), f"give {sorted(parts - set(FLOORS))} a floor in this test"


@pytest.mark.parametrize("module", [module for module in MODULES if module != FACE], ids=where)
def test_imports_go_to_the_same_floor_or_down(module):
    floor = FLOORS[module.relative_to(ROOT / "sim").parts[0].removesuffix(".py")]
    above = [name for name in imported(module) if FLOORS[part(name)] > floor]
    assert not above, f"{where(module)} (floor {floor}) imports {above}"


def test_the_floors_are_seen_at_all():
    assert "sim.core.errors" in list(imported(ROOT / "sim" / "cli.py"))
    assert sum(len(list(imported(module))) for module in MODULES) > 50


@pytest.mark.parametrize("module", [m for m in MODULES if m.name != "draws.py"], ids=where)
def test_draws_is_the_only_source_of_randomness(module):
    text = module.read_text(encoding="utf-8")
    sources = (
        r"\b(?:np|numpy)\.random\b|^\s*(?:import|from)\s+(?:random|secrets|uuid)\b|default_rng|RandomState"
    )
    sources += r"|\.random\.(?:random|choice|shuffle|randint|sample)\(|\.rng\.|\brvs\(|os\.urandom"
    found = re.findall(sources, text, flags=re.MULTILINE)
    assert not found, f"{where(module)} draws from {found}; use sim.core.draws"


def test_the_public_names_are_exactly_what_imports():
    assert sorted(sim.__all__) == list(dir(sim))
    assert set(sim.HOMES) == set(sim.__all__)
    for name in sim.__all__:
        assert getattr(sim, name).__name__ == name


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'simulate'"):
        _ = sim.simulate


def test_importing_the_package_imports_nothing_heavy():
    program = "import sim, sys; assert not {'numpy', 'pandas', 'mesa'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def tracked():
    """Return the project's own text files."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() or [where(module) for module in MODULES]
    endings = {".py", ".toml", ".md", ".csv", ".cff", ".txt", ".yml", ".yaml", ""}
    return [ROOT / name for name in names if Path(name).suffix in endings and (ROOT / name).is_file()]


def test_no_file_names_a_place_on_one_machine():
    places = re.compile(r"(?<![\w.:/])/(?:home|root|work|Users|tmp)/|[A-Z]:\\\\")
    found = [where(file) for file in tracked() if places.search(file.read_text(encoding="utf-8"))]
    assert found in ([], [where(Path(__file__))]), found


def test_every_target_the_readme_and_the_makefile_promise_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in ("setup", "demo", "test", "bench", "docs-check"):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_the_two_commands_stand_first_in_the_readme():
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("## ")[0]
    assert first.index("make demo") < first.index("make test")


def test_the_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"version: {project['version']}" in (ROOT / "CITATION.cff").read_text()
    assert project["version"] in (ROOT / "CHANGELOG.md").read_text()


def test_continuous_integration_can_be_started():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)


PAGES = ("README.md", "sim/docs/guide.md")


def examples(language, *pages):
    """Return the fenced blocks of a language in pages."""
    texts = ((ROOT / page).read_text(encoding="utf-8") for page in pages)
    return [
        block for text in texts for block in re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)
    ]


@pytest.mark.parametrize("text", examples("toml", *PAGES))
def test_a_scenario_in_the_pages_is_valid(text, tmp_path):
    (tmp_path / "mine.toml").write_text(text)
    scenario = sim.Scenario.load(tmp_path / "mine.toml")
    assert len(scenario.policies) + len(scenario.shocks) == 1


@pytest.mark.parametrize("text", [text for text in examples("python", *PAGES) if "class " in text])
def test_the_policy_in_the_guide_runs_from_its_file_and_as_a_class(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick_pay.py").write_text(text)
    names = {"__name__": "guide"}
    exec(compile(text, "guide.md", "exec"), names)
    base = sim.Scenario.load("baseline").replacing("economy.firms", 200, "run.months", 1)
    for policy in ("quick_pay.py", names["QuickPay"]):
        quick = base.adding(policy, months=0, where={"size": ["large"]}).named("quick")
        effect = sim.compare(base, quick, seeds=1)
        assert effect.table().loc[("quick", "days_to_payment"), "difference"] < 0


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = [text for text in examples("python", page) if "class " not in text]
    program = "\n".join(blocks)  # each goes on where the last ended
    smaller = (
        program.replace("36", "3")
        .replace("1000", "200")
        .replace("seeds=10", "seeds=2")
        .replace("2017-01", "2016-02")
    )
    exec(compile(smaller, page, "exec"), {})
    assert "difference" in capsys.readouterr().out
    assert (tmp_path / "results").exists() == ("result.save" in program)
