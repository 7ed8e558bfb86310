"""A folder with a scenario and a private policy."""

from __future__ import annotations

import pytest

from scenario.writing import BASE, GIFT, load


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "base.toml").write_text(BASE)
    (tmp_path / "gift.py").write_text(GIFT)
    return tmp_path


@pytest.fixture
def gift(folder):
    return load(
        folder,
        """
extends = "base.toml"
[policy.gift]
use = "gift.py"
start = "2020-03"
end = "2021-06"
share = { "2020-06" = 0.1, "2021-01" = 0.2 }
where = { tier = [1, 2], size = ["sme"], sector = ["electronics"], region = ["honam"] }
""",
    )
