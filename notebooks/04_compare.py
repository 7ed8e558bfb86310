# %% [markdown]
# # 4. Comparing scenarios, and seeing who gained
#
# Two scenarios are run on the same seeds and share every random draw: firm 17 has the same luck in both.
# The difference is then the effect of the scenario, firm by firm.

# %%
import matplotlib.pyplot as plt
import seaborn as sns

import sim

sns.set_theme(style="whitegrid", context="paper")

size = ("economy.firms", 300, "run.months", 48)
base = sim.Scenario.load("baseline").replacing(*size)
linked = base.adding("profit_sharing", start="2017-01", share=0.1, where={"kind": ["conglomerate"]}).named(
    "sharing"
)

effect = sim.compare(base, linked, seeds=4, incidence=True)

# %% [markdown]
# Differences since the scenarios part, with 95 % intervals over the pairs of runs. `needed` is the number
# of pairs at which half the interval would be 5 % of the difference; four seeds are for a notebook, not for
# a paper.

# %%
headline = [
    "real_gdp",
    "sme_value_added_share",
    "operating_margin_sme",
    "operating_margin_large",
    "private_cost",
]
effect.table().loc["sharing"].loc[headline]

# %% [markdown]
# Before the policy starts the difference is exactly zero, not nearly so. Profit is shared in December:

# %%
paths = effect.differences("margin_after_transfers_sme", "sharing")
print("largest difference before 2017:", paths.loc[:"2016-12"].abs().to_numpy().max())

figure, axes = plt.subplots(figsize=(5, 2.4), layout="constrained")
axes.plot(range(len(paths)), 100 * paths.to_numpy(), color="#009E73", alpha=0.6, linewidth=1)
axes.axhline(0, color="#5F5F5F", linewidth=1)
axes.set(xlabel="month", ylabel="percentage points", title="SME margin after transfers, four pairs of runs")
plt.show()

# %% [markdown]
# ## Who gained
#
# Gains and losses of value added, after what was got and paid under policies, in won over all months since
# the policy started. Rows add up to the total, to the won.

# %%
gains = effect.incidence("tier").loc["sharing"]
(gains[["baseline", "gain", "low", "high"]] / 1e9).round(1)

# %%
effect.winners("tier").loc["sharing", ["firms", "winners", "losers", "unchanged", "median_gain"]].round(3)

# %% [markdown]
# ## How far single firms can be compared
#
# The two histories drift apart. `close` is the part of firms whose sales are still within 1 % in both;
# where it is small, only sums over many firms are an effect.

# %%
effect.coherence().loc["sharing"]
