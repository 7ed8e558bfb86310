"""Six firms whose numbers can be worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import Criticality, Instrument, Kind, Size
from sim.economy.ledger import Ledger
from sim.economy.runoff import RunOff
from sim.economy.sectors import Banks, Households, Sectors


def make_economy(firms=6, links=4):
    """Return an economy at rest, with nothing in it."""
    table = Firms(firms)
    return SimpleNamespace(
        firms=table,
        groups=Groups(links),
        links=Links(links),
        sectors=Sectors(2),
        households=Households(3),
        ledger=Ledger(table, Banks(1), households=3),
        scale=100.0,
        invoice=np.zeros(links, dtype=np.int64),
        tranches=[],
        runoff=RunOff(),
        labour_force=np.zeros(2),
        events={},
        parameters={"production": SimpleNamespace(import_premium=0.25)},
        policies=SimpleNamespace(entries=()),
        memberships={},
    )


@pytest.fixture
def nothing():
    """An economy without rows."""
    return make_economy(0, 0)


@pytest.fixture
def economy():
    """A conglomerate, a mid-sized firm, two SMEs, a micro startup, and a dead SME."""
    model = make_economy()
    firms, links = model.firms, model.links
    firms.kind = [Kind.CONGLOMERATE, *[Kind.SUPPLIER] * 3, Kind.STARTUP, Kind.SUPPLIER]
    firms.size_class = [Size.LARGE, Size.MID_SIZED, Size.SME, Size.SME, Size.MICRO, Size.SME]
    firms.tier = [0, 1, 1, 2, 9, 2]
    firms.living = [True] * 5 + [False]
    firms.first_supplier = [False, True, True, True, False, True]
    firms.cohort = [-1, -1, -1, -1, 3, -1]
    firms.sales = [1000, 300, 200, 100, 0, 0]
    firms.purchases = [500, 100, 100, 40, 10, 0]
    firms.wage_bill = [250, 100, 60, 50, 20, 0]
    firms.depreciation = [50, 10, 20, 5, 0, 0]
    firms.workers = [10, 8, 6, 4, 2, 7]
    firms.wage = [20, 12, 10, 10, 5, 99]
    firms.markup = [0.2, 0.1, 0.1, 0.0, 0.5, 0.9]
    firms.delivered = [1000, 300, 200, 100, 0, 0]
    firms.demand = [1000, 400, 200, 400, 0, 0]
    firms.stock = [500, 500, 0, 0, 0, 0]
    firms.output = [1000, 320, 200, 100, 0, 0]
    firms.price = [1, 2, 1, 1, 1, 1]
    firms.material_coefficient = [0.1, 0, 0.1, 0, 0, 0]
    firms.smart_level = [3, 0, 2, 0, 0, 1]
    firms.arrears = [0, 0, 50, 0, 30, 0]
    firms.arrears_months = [0, 0, 1, 0, 2, 0]
    links.supplier = [1, 2, 3, -1]
    links.buyer = [0, 0, 2, 2]
    links.group = [0, 1, 2, 3]
    links.price = [1.5, 2, 1, 7]
    links.delivery = [200, 100, 100, 0]
    links.linked_since = [4, -1, 7, -1]
    links.opted_out[2] = True
    model.memberships = {
        "claims": np.array([5, 6, -1, -1, -1, -1]),
    }
    links.instrument = [Instrument.CASH, Instrument.NOTE, Instrument.NOTE, Instrument.CASH]
    model.invoice = np.array([300, 200, 100, 0])
    model.tranches = [(np.zeros(4), np.array([300, 150, 90, 0])), (np.zeros(4), np.array([0, 50, 10, 0]))]
    firms.transfers = [-40, 10, 25, -5, 15, 0]
    links.drawer = [0, -1, 0, -1]
    links.claim[2] = [60, 0, 30, 0]
    firms.discounted[2, 0] = 10
    model.runoff.take_over(
        np.array([0, 0]), np.array([1, 2]), np.array([[50, 0, 0, 0, 0], [0, 20, 0, 0, 0]]).T
    )
    links.payable[0] = [600, 100, 0, 0]
    links.payable[3] = [0, 100, 200, 0]
    model.groups.criticality = Criticality.ESSENTIAL
    model.groups.sector = [0, 0, 1, 0]
    model.groups.imported = [0, 0, 8, 0]
    model.groups.used = [190, 100, 113, 0]
    model.sectors.household_share = [0.6, 0.2]
    model.sectors.price_level = [1.1, 1.5]
    model.households.consumption = [100, 200, 300]
    model.labour_force = np.array([20.0, 20.0])
    model.memberships["win_win_payment"] = np.array([-1, -1, -1, -1, -1, -1])
    model.memberships["cooperation_fund"] = np.array([3, -1, -1, -1, -1, -1])
    model.events = {
        "win_win_payments": 120,
        "win_win_notes": 40,
        "defaults": 2,
        "chain_defaults": 1,
        "closures": 1,
        "entries": 2,
    }
    ledger = model.ledger
    ledger.lend(np.arange(5), np.array([1000, 400, 200, 200, 120]))
    ledger.pay(ledger.firm(0), ledger.bank(0), 192, "capital")
    ledger.banks.losses = 16
    ledger.pay(ledger.firm(0), ledger.at.fund, 7, "cooperation_fund: contributions")
    ledger.claim(-12, "win-win claims passed on")
    return model
