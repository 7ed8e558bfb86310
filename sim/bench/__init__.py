"""Benchmarks of the program on the machine it stands on: ``winwin bench``.

All is measured in one call on one machine, each economy in a process of its own, and ratios come first:
seconds of one machine say little about another.
"""
