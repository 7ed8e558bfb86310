"""Experiments: one run, many runs, paired comparisons, and what is kept of them."""
