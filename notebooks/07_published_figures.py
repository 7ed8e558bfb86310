# %% [markdown]
# # 7. Published figures
#
# What the model is meant to look like at month zero, published series beside simulated ones, and figures
# for a paper. Every figure comes with the table behind it, a text for those who cannot see it, and a line
# that says what it was made of.

# %%
from IPython.display import Image

import sim
from sim.experiments.opening import OpeningTables
from sim.figures import opening, regimes
from sim.population.published import series

base = sim.Scenario.load("baseline").replacing("economy.firms", 1000)
tables = OpeningTables(base)
Image(opening.moments(tables).drawn("png"), width=700)

# %% [markdown]
# Filled marks are figures that were in view when parameters were chosen; only the hollow ones are a test.
# A miss is shown as a miss: no firm makes losses at month zero, for example, where two in five do not
# cover their interest. The table behind the figure says where each target comes from.

# %%
tables.moments.head(8)

# %% [markdown]
# ## Published series
#
# They stand in one file, with the row of the evidence, how far it can be trusted, and whether the model
# uses it.

# %%
table = series()
table[["name", "year", "value", "confidence", "use"]].tail(8)

# %% [markdown]
# ## Figures of a comparison
#
# A figure is a function of results: here of three regimes, in a run that is far too small to conclude
# anything from. `winwin figures` draws all of them from larger runs, in English or Korean, as PNG, SVG,
# PDF and CSV.

# %%
size = ("economy.firms", 200, "run.months", 36)
scenarios = [
    sim.Scenario.load(name).replacing(*size) for name in ("baseline", "trickle_down", "growth_for_all")
]
effect = sim.compare(*scenarios, seeds=2, incidence=True)
picture = regimes.event_study(effect, scenarios)
print(picture.alt)
Image(picture.drawn("png"), width=700)

# %%
picture.table.tail(4)
