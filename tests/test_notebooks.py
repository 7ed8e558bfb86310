"""The notebooks run from the first cell to the last, in a kernel, and show what they promise."""

from pathlib import Path

import jupytext
import nbclient
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.py"))


def outputs(notebook):
    """Yield the kinds and text of what cells show."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).items()
            if "text" in output:
                yield output["name"], output["text"]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the kernel's own libraries
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_and_shows_something(file, tmp_path):
    notebook = jupytext.read(file, fmt="py:percent")
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place).execute()
    shown = list(outputs(notebook))
    assert [text for kind, text in shown if kind == "stderr"] == []
    drawn = sum(kind == "image/png" for kind, _ in shown)
    text = file.read_text(encoding="utf-8")
    assert drawn == text.count("plt.show()") + text.count('drawn("png")')
    assert any(kind in ("text/plain", "stdout") for kind, _ in shown)
    assert not list(tmp_path.iterdir())  # nothing is left behind


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_begins_with_its_title_and_its_number(file):
    first = jupytext.read(file, fmt="py:percent").cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {int(file.stem[:2])}. ")
