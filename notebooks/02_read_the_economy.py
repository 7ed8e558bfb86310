# %% [markdown]
# # 2. Reading the economy
#
# Firms, tiers, contracts and accounts of a running model. `sim.Ecosystem` is an ordinary Mesa model; its
# agents are windows on columns, so that asking all firms at once is as quick as asking one.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

import sim

sns.set_theme(style="whitegrid", context="paper")

base = sim.Scenario.load("baseline").replacing("economy.firms", 500, "run.months", 24)
model = sim.Ecosystem(base, seed=1)
model.run_for(12)
model.conglomerates, model.suppliers, model.startups

# %% [markdown]
# ## One firm

# %%
lead = max(model.conglomerates, key=lambda firm: firm.sales)
print(lead, "sells", f"{lead.sales:,} won a month and buys from", len(lead.suppliers), "suppliers")
smallest = min(lead.suppliers, key=lambda firm: firm.sales)
print("the smallest of them is", smallest, "with", round(float(smallest.workers), 1), "workers")

# %% [markdown]
# ## All firms
#
# Tier 0 are conglomerates, tier 1 sells to them, tier 2 to tier 1; tier 9 is outside their chains.

# %%
firms = model.agents
tiers = pd.DataFrame(
    {
        "firms": firms.groupby("tier").agg("sales", len),
        "sales": firms.groupby("tier").agg("sales", np.sum),
        "mean wage": firms.groupby("tier").agg("wage", np.mean),
    }
)
tiers.assign(
    **{"sales": (tiers["sales"] / tiers["sales"].sum()).round(3), "mean wage": tiers["mean wage"].round(-4)}
)

# %%
outlays = model.suppliers.get("purchases") + model.suppliers.get("wage_bill")
tight = model.suppliers.select(model.suppliers.get("deposits") < outlays)
print(len(tight), "of", len(model.suppliers), "suppliers hold less cash than they spend in a month")

# %% [markdown]
# ## Contracts
#
# A link is a standing contract: a buyer, a supplier, a price, months to payment. Columns are numpy arrays
# in `model.links`; the data dictionary lists them.

# %%
links, served = model.links, model.network.served
terms = pd.Series(links.terms[served], name="months to payment")
figure, axes = plt.subplots(figsize=(3.35, 2.2), layout="constrained")
sns.histplot(terms, discrete=True, stat="probability", color="#2A7F9E", ax=axes)
axes.set(ylabel="part of contracts", title="When invoices are due")
plt.show()

# %% [markdown]
# ## Accounts
#
# Every won has a payer and a receiver. The balance sheet of any month adds up to zero in each row, and the
# run stops if it does not. Amounts are those of the simulated economy, one `model.scale`-th of Korea's.

# %%
sheet = model.accounts.balance_sheet()
print("all rows add up to", {int(total) for total in sheet.sum(axis=1)})
(sheet / 1e9).round(1)
