# %% [markdown]
# # 6. Sweeps and sensitivity
#
# A design says which scenarios are run at which values of their parameters. Every run is kept in a folder;
# what is there is not done again. `sim/docs/sweeps.md` has all methods.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import seaborn as sns

import sim

sns.set_theme(style="whitegrid", context="paper")

folder = TemporaryDirectory()
design = Path(folder.name) / "sharing.toml"
design.write_text(
    """
title     = "How much profit sharing, at what hurdle?"
scenarios = ["baseline", "levers/profit_sharing"]
method    = "grid"
seeds     = 2

[parameters]
run.months = 36
economy.firms = 200
policy.profit_sharing.start = "2017-01"
policy.profit_sharing.share = [0.05, 0.1, 0.2]
policy.profit_sharing.hurdle = [0.02, 0.08]
"""
)
done = sim.sweep(design, folder=Path(folder.name) / "runs")
print(done.runs, "runs,", done.reused, "of them there before,", len(done.failed), "failed")

# %% [markdown]
# One table of all: a row a run, parameters and means of metrics. The files are plain Parquet as well.

# %%
table = sim.results(Path(folder.name) / "runs", ["private_cost", "margin_after_transfers_sme"])
shares = table[table["scenario"] == "profit_sharing"]
figure, axes = plt.subplots(figsize=(5, 2.4), layout="constrained")
sns.lineplot(
    shares.assign(cost=shares["private_cost"] / 1e9),
    x="policy.profit_sharing.share",
    y="cost",
    hue="policy.profit_sharing.hurdle",
    marker="o",
    palette=["#0072B2", "#D55E00"],
    errorbar=None,
    ax=axes,
)
axes.set(xlabel="share of excess profit", ylabel="bn won a month", title="What conglomerates pay")
axes.legend(title="hurdle", frameon=False)
plt.show()

# %% [markdown]
# ## Which parameters matter
#
# Morris walks change one parameter at a time through its whole range: cheap, and enough to see what can be
# left alone. Six walks are few; look at the intervals.

# %%
design.write_text(
    """
title    = "What moves margins of small firms?"
scenario = "baseline"
method   = "morris"
points   = 6
seeds    = 1

[parameters]
run.months = 24
economy.firms = 200
pricing.review_rate = {}
pricing.cost_cutting = {}
labour.rent_sharing = {}
"""
)
found = sim.sensitivity(design, folder=Path(folder.name) / "walks", metrics="operating_margin_sme")
folder.cleanup()
found.table
