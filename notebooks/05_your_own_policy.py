# %% [markdown]
# # 5. A policy of your own
#
# A policy is one class that overrides the hooks it needs; `sim/policies/base.py` lists them. It changes
# prices, terms, cash or hazards and lets the model do the rest: it never writes an outcome.

# %%
import numpy as np

import sim
from sim.core.params import param
from sim.policies.base import Policy


class QuickPay(Policy):
    """Invoices of the firms it reaches are paid within some months."""

    title = "Quick payment"
    months: int = param(
        1, ge=0, le=4, unit="month", doc="longest time to payment", source="assumption, 0 to 2"
    )

    def adjust_terms(self, model, terms):
        """Shorten the terms of buyers that the policy covers."""
        pays = self.covers(model)[model.links.buyer]
        return np.where(pays, np.minimum(terms, self.months), terms)


# %%
base = sim.Scenario.load("baseline").replacing("economy.firms", 300, "run.months", 36)
quick = base.adding(QuickPay, start="2017-01", months=1, where={"kind": ["conglomerate"]}).named("quick")
effect = sim.compare(base, quick, seeds=3)
effect.table().loc["quick"].loc[["days_to_payment_sme", "cash_months_sme", "arrears_share", "real_gdp"]]

# %% [markdown]
# Bounds are enforced, and a dose of nothing is no policy, bit for bit. A policy that shall stay goes into a
# file beside the scenario (`use = "quick_pay.py"`) so that its results can be run again; in `sim/policies/`
# the tests put it through the same ten checks as all others.

# %%
try:
    base.adding(QuickPay, start="2017-01", months=9)
except sim.InputError as error:
    print(error)
