"""Figures: pictures of results, with the numbers behind them.

A figure is a function of results that returns a `Picture`: a matplotlib figure, the table it shows, and a
text for those who cannot see it. `sim.figures.material` has the results made, `sim.figures.gallery` lists
the figures.
"""

from sim.figures.picture import Picture

__all__ = ["Picture"]
