"""Scenarios: TOML files with ``extends``, checked as a whole, resolved, frozen."""

from sim.scenario.scenario import Scenario

__all__ = ["Scenario"]
