"""Small designed economies for tests: a matrix of inputs and final demand, opened by the real engine.

A `Design` says what firms sell to each other and to final users; `opened` turns it into the
engine's month zero and `ecosystem` into a running model. Trade balances by itself: whatever
exports earn beyond imported inputs and equipment is spent on imported goods by households.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Draws
from sim.core.months import parse_month
from sim.economy.contracts import Groups, Links
from sim.economy.firms import Firms
from sim.economy.kinds import CANDIDATES, Criticality, Kind, Size
from sim.model import Ecosystem
from sim.population.build import Opening, open_structure
from sim.population.io_table import IOTable
from sim.population.structure import Structure
from sim.scenario import Scenario

BILLION = 1e9  # won a month of a typical firm, so that rounding to the won is one part in a billion
PERSONS_EMPLOYED = 19.12e6 / 0.804  # in Korea; the declared scale divides it

# Nothing moves: no trend, no inflation, no shocks, no adoption, no entry.
REST: dict[str, dict[str, Any]] = {
    "technology": {"trend": 0.0, "fluctuation": 0.0},
    "smart_factory": {"adoption": 0.0, "adoption_by_peers": 0.0},
    # Enough public debt that owners, paid once a year, never run out of deposits.
    "government": {"growth": 0.0, "debt": 2.0},
    "world": {"export_growth": 0.0},
    "pricing": {"trend_inflation": 0.0},
    "demand": {"volatility": 0.0},
    "lifecycle": {"entry_rate": 0.0, "closure_rate": 0.0, "closure_by_losses": 0.0},
    "record": {"metrics": ["gdp"]},
}

# Moreover nothing answers but quantities: prices, wages, rates, contracts and investment stay, labour
# is plentiful and quick.
QUANTITIES_ONLY: dict[str, dict[str, Any]] = {
    "demand": {"wealth_propensity": 0.0, "selection": 0.0},
    "pricing": {"review_rate": 0.0, "markup_response": 0.0},
    "labour": {
        "natural_unemployment": 0.4,
        "slack_response": 0.0,
        "hiring_speed": 1.0,
        "firing_speed": 1.0,
        "hoarding": 0.0,
        "matching": 1.0,
        "minimum_wage": 0.0,
        "rent_sharing": 0.0,
        "bonus_share": 0.0,
    },
    "credit": {"loss_given_default": 0.0},
    "matching": {"look_around": 0.0, "reliability": 0.0},
    "production": {"capital_adjustment": 1e15, "import_substitution": 0.0},
    "government": {"benefit_rate": 0.0},
}


@dataclass
class Design:
    """What a small economy is made of; every array is by firm unless said otherwise.

    Attributes
    ----------
    inputs
        (n, n) units of the row firm's product used in a unit of the column firm's.
    household, government, investment, exports
        (n,) or one number for all: won a month bought by final users at month zero.
    imports
        (n,) imported materials a unit of output, the same for all firms of a sector.
    imported_investment
        Won a month of imported equipment; by default a twentieth of value added.
    sector
        (n,) sector of each firm; by default each its own.
    stock_months, terms
        Months of input stocks and of payment terms, for all links.
    names
        (S,) names of sectors; by default "sector 0" and so on.
    """

    inputs: Any
    household: Any = 0.0
    government: Any = 0.0
    investment: Any = 0.0
    exports: Any = 0.0
    imports: Any = 0.0
    imported_investment: float | None = None
    sector: Any = None
    size_class: Any = Size.SME
    kind: Any = Kind.SUPPLIER
    region: Any = 0
    uid: Any = None
    stock_months: float = 2.0
    terms: Any = 1
    criticality: int = Criticality.ESSENTIAL
    specificity: float = 0.0
    persons: float = 1e6
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.inputs = np.asarray(self.inputs, dtype=float)
        for name in ("household", "government", "investment", "exports", "imports"):
            setattr(self, name, np.broadcast_to(np.asarray(getattr(self, name), float), self.firms).copy())
        self.sector = np.arange(self.firms) if self.sector is None else np.asarray(self.sector)
        self.uid = np.arange(self.firms) + 1 if self.uid is None else np.asarray(self.uid)

    @property
    def firms(self) -> int:
        """Number of firms."""
        return int(self.inputs.shape[0])

    @property
    def sectors(self) -> int:
        """Number of sectors."""
        return int(self.sector.max()) + 1

    @property
    def final(self) -> NDArray[np.float64]:
        """(n,) won a month bought by all final users."""
        return np.asarray(self.household + self.government + self.investment + self.exports)

    @property
    def output(self) -> NDArray[np.float64]:
        """(n,) rest point x = (I - A)^-1 f."""
        return np.linalg.solve(np.eye(self.firms) - self.inputs, self.final)

    def by_sector(self, value: Any) -> NDArray[np.float64]:
        """(S,) sums over the firms of a sector."""
        return np.bincount(self.sector, value, self.sectors)

    def table(self) -> IOTable:
        """Return the design as an input-output table of sectors."""
        belongs = (np.arange(self.sectors)[:, None] == self.sector).astype(float)
        between = belongs @ (self.inputs * self.output) @ belongs.T
        output, imports = self.by_sector(self.output), self.by_sector(self.imports * self.output)
        value_added = output - between.sum(axis=0) - imports
        equipment = 0.05 * value_added.sum() if self.imported_investment is None else self.imported_investment
        goods = self.exports.sum() - imports.sum() - equipment
        assert goods > -1e-6 * output.sum(), f"imports exceed exports by {-goods:.0f} won"
        finals = [
            self.by_sector(use) for use in (self.household, self.government, self.investment, self.exports)
        ]
        return IOTable(
            names=self.names or tuple(f"sector {row}" for row in range(self.sectors)),
            intermediate=between,
            imports=imports,
            value_added=value_added,
            finals=np.array(finals),
            imported_finals=np.array([max(0.0, goods), 0.0, equipment]),
        )

    def structure(self) -> Structure:
        """Return the real structure of month zero."""
        groups, links = self._contracts()
        firms = Firms(self.firms)
        firms.uid, firms.sector, firms.region = self.uid, self.sector, self.region
        firms.size_class, firms.kind = self.size_class, self.kind
        firms.living = True
        firms.birth = -1200
        return Structure(
            self.table(),
            firms,
            groups,
            links,
            target_sales=self.output,
            home_sales=self.household + self.government + self.investment,
            export_sales=self.exports,
            scale=PERSONS_EMPLOYED / self.persons,
        )

    def _contracts(self) -> tuple[Groups, Links]:
        pairs = [(buyer, supplier) for buyer, supplier in zip(*np.nonzero(self.inputs.T), strict=True)]
        pairs.sort(key=lambda pair: (pair[0], self.sector[pair[1]], pair[1]))
        keys = sorted({(buyer, self.sector[supplier]) for buyer, supplier in pairs})
        groups, links = Groups(len(keys)), Links(len(pairs))
        for row, (buyer, sector) in enumerate(keys):
            groups.buyer[row], groups.sector[row] = buyer, sector
            groups.coefficient[row] = self.inputs[self.sector == sector, buyer].sum()
        groups.target_months = self.stock_months
        groups.criticality = self.criticality
        terms = np.broadcast_to(self.terms, self.inputs.shape)
        for row, (buyer, supplier) in enumerate(pairs):
            group = keys.index((buyer, self.sector[supplier]))
            links.group[row], links.buyer[row], links.supplier[row] = group, buyer, supplier
            links.share[row] = self.inputs[supplier, buyer] / groups.coefficient[group]
            links.terms[row] = terms[supplier, buyer]
            links.next_review[row] = (self.uid[supplier] + 5 * self.uid[buyer]) % 12
        links.specificity = self.specificity
        for group in range(groups.rows):
            known = np.flatnonzero(
                (self.sector == groups.sector[group]) & (np.arange(self.firms) != groups.buyer[group])
            )
            known = known[np.argsort(self.uid[known])][:CANDIDATES]
            groups.candidates[: known.size, group] = known
        return groups, links


def random_design(sectors: int, firms: int, seed: int, size: float = BILLION) -> Design:
    """Return a valid economy with chance coefficients, sizes and markets.

    Every sector has a firm; each firm buys from up to three others, keeps at least a quarter of its sales
    as value added, and exports enough for all imports.
    """
    chance = np.random.default_rng(seed)
    sector = np.r_[np.arange(sectors), chance.integers(0, sectors, firms - sectors)]
    inputs = np.zeros((firms, firms))
    for buyer in range(firms):
        suppliers = chance.choice(np.delete(np.arange(firms), buyer), min(3, firms - 1), replace=False)
        inputs[suppliers, buyer] = chance.uniform(0, 0.2, suppliers.size)
    imports = chance.uniform(0, 0.1, sectors)[sector]
    home = size * chance.lognormal(0, 1, firms)
    public = chance.uniform(0, 0.1, firms) * home
    equipment_made = chance.uniform(0, 0.05, firms) * home
    inverse = np.linalg.inv(np.eye(firms) - inputs)
    equipment = 0.05 * home.sum()
    needed = equipment + imports @ inverse @ (home + public + equipment_made)
    part = chance.uniform(0.5, 1, firms)
    # Exports of part * e earn part.sum() * e and need imports @ inverse @ part * e themselves.
    exports = part * 1.1 * needed / (part.sum() - imports @ inverse @ part)
    return Design(
        inputs,
        household=home,
        government=public,
        investment=equipment_made,
        exports=exports,
        imports=imports,
        imported_investment=equipment,
        sector=sector,
        size_class=chance.integers(0, 4, firms),
        kind=np.where(np.arange(firms) == 0, Kind.CONGLOMERATE, Kind.SUPPLIER),
        region=chance.integers(0, 2, firms),
        uid=chance.permutation(1000)[:firms] + 1,
        terms=chance.integers(0, 5, (firms, firms)),
        stock_months=float(chance.uniform(1.2, 3)),
        criticality=int(chance.integers(0, 3)),
    )


def crowd(firms: int, *changes: dict[str, dict[str, Any]], seed: int = 1) -> Ecosystem:
    """Return many equal firms of one sector that buy nothing from each other."""
    output = np.full(firms, BILLION)
    total = output.sum()
    table = IOTable(
        names=("sector",),
        intermediate=np.zeros((1, 1)),
        imports=np.zeros(1),
        value_added=np.array([total]),
        finals=np.array([[0.9], [0.05], [0.0], [0.05]]) * total,
        imported_finals=np.array([0.0, 0.0, 0.05]) * total,
    )
    rows = Firms(firms)
    rows.uid = np.arange(firms) + 1
    rows.living = True
    structure = Structure(table, rows, Groups(0), Links(0), output, 0.95 * output, 0.05 * output, scale=1.0)
    settings = scenario(*changes)
    opening = open_structure(structure, settings.parameters, Draws(seed), parse_month(settings.run.start))
    return Ecosystem(settings, seed=seed, opening=opening)


def scenario(*changes: dict[str, dict[str, Any]]) -> Scenario:
    """Return the rest configuration with further tables merged in, later ones winning."""
    tables: dict[str, dict[str, Any]] = {}
    for change in (REST, *changes):
        for table, values in change.items():
            tables[table] = tables.get(table, {}) | values
    return Scenario.from_dict(tables)


def opened(design: Design, settings: Scenario, seed: int = 1) -> Opening:
    """Return month zero of a design."""
    month = parse_month(settings.run.start)
    return open_structure(design.structure(), settings.parameters, Draws(seed), month)


def ecosystem(design: Design, *changes: dict[str, dict[str, Any]], seed: int = 1) -> Ecosystem:
    """Return a running model of a design, at rest unless the changes say otherwise."""
    settings = scenario(*changes)
    return Ecosystem(settings, seed=seed, opening=opened(design, settings, seed))


def freeze_households(model: Ecosystem, spender: int | None = None) -> None:
    """Let households spend the same amount every month, whatever they earn.

    Each cell spends what it did at month zero; a ``spender`` does so for all.
    """
    cells = model.households
    spent = cells.consumption.astype(float)
    if spender is not None:
        spent = np.where(np.arange(cells.rows) == spender, spent.sum(), 0.0)
    cells.autonomous, cells.propensity = spent, 0.0


def run(model: Ecosystem, months: int) -> Ecosystem:
    """Let a model live some months and return it."""
    for _ in range(months):
        model.step()
    return model


def row_of(model: Ecosystem, supplier: int, buyer: int) -> int:
    """Return the row of the link between two firms."""
    links = model.links
    return int(np.flatnonzero((links.supplier == supplier) & (links.buyer == buyer))[0])
