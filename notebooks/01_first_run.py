# %% [markdown]
# # 1. A first run
#
# A run builds a small Korean economy from input-output accounts and lives through it month by month. This
# notebook runs the baseline, looks at what comes out, and says how to read it. Sizes are small, so that it
# takes seconds; what you publish should have 3,000 firms or more, and many seeds.

# %%
import matplotlib.pyplot as plt
import seaborn as sns

import sim

sns.set_theme(style="whitegrid", context="paper")

base = sim.Scenario.load("baseline").replacing("economy.firms", 500, "run.months", 60)
print(base.describe())

# %% [markdown]
# `replacing` gives a new scenario; nothing is ever changed in place. A run is a scenario and a seed: the
# same pair gives the same numbers, bit for bit, on any machine of the same kind.

# %%
result = sim.run(base, seed=1)
result.metrics[["real_gdp", "unemployment_rate", "sme_value_added_share", "operating_margin_sme"]].tail(3)

# %% [markdown]
# `result.metrics` is a pandas table, a row a month, in base units: won a month, parts of one. Amounts are
# scaled to Korea's economy. `winwin explain sme_value_added_share` tells what a metric counts; the data
# dictionary lists all.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(6.9, 2.4), layout="constrained")
sns.lineplot(result.metrics["real_gdp"].to_numpy() / 1e12, ax=left, color="#5F5F5F")
left.set(title="Real GDP", xlabel="month", ylabel="trn won a month")
sns.lineplot(100 * result.metrics["unemployment_rate"].to_numpy(), ax=right, color="#5F5F5F")
right.set(title="Unemployment", xlabel="month", ylabel="%", ylim=(0, None))
plt.show()

# %% [markdown]
# One seed is one history, with its own luck. Levels of single histories are not results: compare scenarios,
# on many seeds, as notebook 4 does. What a run rests on is kept beside it:

# %%
manifest = result.manifest
print(
    manifest["scenario"],
    manifest["scenario_hash"][:12],
    "seed",
    manifest["seed"],
    "winwin",
    manifest["version"],
)
for note in manifest["notes"]:
    print("note:", note)
