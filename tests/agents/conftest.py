"""A small economy of real tables, seen through Mesa's face."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents import MesaFace
from sim.core.draws import Draws
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import Kind
from sim.economy.ledger import Ledger
from sim.economy.sectors import Banks


class Village(MesaFace):
    """Ten firms: a conglomerate (row 0), seven suppliers, two startups; row 9 may enter later."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.draws = Draws(seed)
        self.firms = firms = Firms(10)
        firms.uid = np.arange(10) + 100
        firms.kind = Kind.SUPPLIER
        firms.kind[0] = Kind.CONGLOMERATE
        firms.kind[8:] = Kind.STARTUP
        firms.living = True
        firms.living[9] = False
        firms.sector = np.arange(10) % 3
        firms.tier = [0, 1, 1, 1, 2, 2, 2, 3, 9, 9]
        firms.sales = np.arange(10) * 1000
        firms.wage = np.arange(10) * 1.5
        self.groups = Groups(3)
        self.links = links = Links(4)
        links.buyer = [0, 0, 1, 1]
        links.supplier = [1, 2, 4, -1]
        self.ledger = Ledger(firms, Banks(1), households=2)
        self.ledger.lend(np.arange(9), np.arange(9) * 10)
        self.months_lived = 0

    def step(self) -> None:
        self.firms.sales[:] += 1
        self.months_lived += 1


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.fixture
def make_village() -> type[Village]:
    return Village
