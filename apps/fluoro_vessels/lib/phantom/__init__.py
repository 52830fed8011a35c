"""Simulated runs: angiograms whose truth is known, because we made them.

`draw_scenario` decides everything that chance decides, `simulate` films it.
"""

from lib.phantom.render import PhantomRun, simulate
from lib.phantom.scenario import VERSION, Scenario, draw_scenario
from lib.phantom.trees.territories import TERRITORIES

__all__ = ["TERRITORIES", "VERSION", "PhantomRun", "Scenario", "draw_scenario", "simulate"]
