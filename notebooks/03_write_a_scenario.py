# %% [markdown]
# # 3. Writing a scenario
#
# A scenario is a TOML file: what it extends, and what differs. Here one is written, checked, and read back;
# then the same is done without a file.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import sim

folder = TemporaryDirectory()
file = Path(folder.name) / "sharing.toml"
file.write_text(
    """
extends  = "baseline"
title    = "Sharing, then more sharing"
question = "Does a share of the conglomerates' profit reach their suppliers' margins?"

[policy.profit_sharing]
start = "2018-01"
share = { "2018-01" = 0.05, "2021-01" = 0.10 }   # a value may change on dates
where = { kind = ["conglomerate"] }              # who pays
""",
    encoding="utf-8",
)
scenario = sim.Scenario.load(file)
print(scenario.describe())

# %% [markdown]
# What is wrong with a file is said at once, all of it, before anything runs:

# %%
file.with_name("wrong.toml").write_text(
    """
extends = "baseline"
[policy.profit_sharing]
shares = 0.05
start = "2018-13"
[economy]
firms = -5
"""
)
try:
    sim.Scenario.load(file.with_name("wrong.toml"))
except sim.InputError as error:
    print(str(error).replace(folder.name, "..."))

# %% [markdown]
# From Python: `adding` a policy, `replacing` values. `diff` tells how two scenarios differ, `to_toml`
# writes one out in full, every default included, as it is stored with results.

# %%
base = sim.Scenario.load("baseline")
sharing = base.adding("profit_sharing", start="2018-01", share=0.05, where={"kind": ["conglomerate"]}).named(
    "sharing"
)
print(sharing.diff(base))
folder.cleanup()
