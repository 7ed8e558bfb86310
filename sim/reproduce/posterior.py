"""What the published figures say of the parameters: a posterior, and which parameters it pins down.

Priors are even over the declared ranges. A target counts as a normal observation of the expected moment;
its standard deviation joins how far a figure of Korea may lie from a model of this kind (half the tolerance
of its rule) and how unsure the emulator is. The posterior is had by weighing points, so that its own
precision can be told: their effective number (Kish). The points come from a Sobol sequence, so that they
are the same every time; at first they fill the prior, and then they are drawn in, step by step, to where
the likelihood is (population Monte Carlo: Cappé, Guillin, Marin and Robert 2004, Journal of Computational
and Graphical Statistics 13(4): 907-929), each step as far as a fifth of them stays effective. A target that
is out of reach everywhere says that the model lacks something, not what its parameters are; it would push
them to their ends, and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from sim.experiments.sampling import Varied
from sim.reproduce.emulator import Emulator

Real = NDArray[np.float64]
POINTS = 2**13  # of the Sobol sequence
KEPT = 0.2  # part of them that stays effective in a step
EDGE = 1e-9  # of the unit interval, whose probit is finite
HALVINGS = 30  # in the search for the length of a step
STEPS = 40  # after which what was found is taken as it is
WIDER = 1.5  # variance with which points are drawn, over that found
ANYWHERE = 0.1  # part of the points that is drawn from the prior
ENOUGH = 200  # effective points below which quantiles mean little
PINNED, PARTLY = 0.75, 0.25  # part of the prior's variance that the targets take away
FAR = 3.0  # standard deviations from its target at which a moment counts as out of reach


@dataclass(frozen=True)
class Target:
    """A published figure that a moment is fitted to.

    Parameters
    ----------
    name
        The moment.
    value
        The figure.
    tolerance
        Half the width within which the model is said to reproduce it, in the figure's unit.
    """

    name: str
    value: float
    tolerance: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighed points of the prior, with what the emulator expects there.

    Attributes
    ----------
    varied, targets
        What is fitted, and to what.
    places
        (n, n_parameters) in the unit cube.
    weight
        (n,) adding up to one.
    moments
        (n, n_moments) expected.
    unsure
        (n, n_moments) standard deviation of the emulator.
    reachable
        (n_moments,) which targets are within reach of any point, and so count.
    """

    varied: tuple[Varied, ...]
    targets: tuple[Target, ...]
    places: Real
    weight: Real
    moments: Real
    unsure: Real
    reachable: NDArray[np.bool_]

    @property
    def effective(self) -> float:
        """How many points of equal weight are worth as much."""
        return float(1 / (self.weight**2).sum())

    @property
    def best(self) -> dict[str, float]:
        """The most likely of the points."""
        return self.point(int(np.argmax(self.weight)))

    def point(self, row: int) -> dict[str, float]:
        """Return the values of the parameters at one of the points."""
        return {
            one.name: one.at(float(place)) for one, place in zip(self.varied, self.places[row], strict=True)
        }

    def draws(self, many: int) -> list[dict[str, float]]:
        """Return some points drawn by weight."""
        return [self.point(int(row)) for row in self.rows(many)]

    def rows(self, many: int) -> NDArray[np.intp]:
        """Return which points are drawn: evenly along the cumulated weights, so no luck is in it."""
        reached = np.cumsum(self.weight)
        drawn = np.searchsorted(reached, (0.5 + np.arange(many)) / many * reached[-1])
        return np.asarray(np.minimum(drawn, len(reached) - 1))

    def quantiles(self, values: Real) -> list[float]:
        """Return the ends and the middle of the 90 % interval of a value of each point."""
        ends = np.quantile(values, (0.05, 0.5, 0.95), weights=self.weight, method="inverted_cdf")
        return [float(end) for end in ends]

    def parameters(self) -> pd.DataFrame:
        """Return a row a parameter: prior, posterior quantiles, what was learnt, and a word for it.

        ``learnt`` is the part of the prior's variance that the targets take away.
        """
        rows = []
        for column, one in enumerate(self.varied):
            place = self.places[:, column]
            low, median, high = self.quantiles(place)
            mean = place @ self.weight
            learnt = 1 - 12 * ((place - mean) ** 2 @ self.weight)  # even over the unit: a twelfth
            word = "pinned down" if learnt >= PINNED else "partly" if learnt >= PARTLY else "not identified"
            rows.append(
                {
                    "parameter": one.name,
                    "prior_low": one.low,
                    "prior_high": one.high,
                    "q05": one.at(low),
                    "median": one.at(median),
                    "q95": one.at(high),
                    "learnt": learnt,
                    "identified": word,
                }
            )
        return pd.DataFrame(rows).set_index("parameter")

    def fitted(self, emulator: Emulator) -> pd.DataFrame:
        """Return a row a target: what can be reached at all, what is reached, and how well it is emulated.

        ``least`` and ``most`` are the ends of what is expected anywhere in the prior.
        """
        rows = []
        for column, target in enumerate(self.targets):
            expected = self.moments[:, column]
            low, median, high = self.quantiles(expected)
            rows.append(
                {
                    "moment": target.name,
                    "target": target.value,
                    "tolerance": target.tolerance,
                    "least": expected.min(),
                    "most": expected.max(),
                    "q05": low,
                    "median": median,
                    "q95": high,
                    "reachable": bool(self.reachable[column]),
                    "trust": emulator.trust[column],
                    "noise": emulator.noise[column],
                }
            )
        return pd.DataFrame(rows).set_index("moment")

    def correlations(self) -> pd.DataFrame:
        """Return how parameters go together in the posterior: what the targets say only of pairs."""
        names = [one.name for one in self.varied]
        spread = np.atleast_2d(np.cov(self.places, rowvar=False, aweights=self.weight))
        scale = np.sqrt(np.diag(spread))
        return pd.DataFrame(spread / np.outer(scale, scale), index=names, columns=names)


def posterior(
    emulator: Emulator, varied: Sequence[Varied], targets: Sequence[Target], points: int = POINTS
) -> Posterior:
    """Return the posterior over the unit cube of some parameters, given targets of the emulator's moments."""
    value = np.array([one.value for one in targets])
    tolerated = np.array([one.tolerance for one in targets]) / 2
    cube = qmc.Sobol(len(varied), scramble=True, rng=1).random(points)
    # Probits of even draws are normal and know no edges, at which half of all new points would be lost.
    normal = ndtri(np.clip(cube, EDGE, 1 - EDGE))
    at, drawn = normal, _log_density(normal)
    moments, unsure = emulator(ndtr(at))
    reachable = (np.abs(moments - value) / np.hypot(unsure, tolerated)).min(axis=0) <= FAR
    for _ in range(STEPS):
        spread = np.hypot(unsure, tolerated)
        fit = -(((moments - value) / spread) ** 2 / 2 + np.log(spread))[:, reachable].sum(axis=1)
        prior = _log_density(at)
        power, weight = _as_far_as_kept(fit, prior - drawn)
        if power == 1:
            break
        at, drawn = _drawn_in(normal, at, weight)
        moments, unsure = emulator(ndtr(at))
    weight = _weights(fit + prior - drawn)
    return Posterior(tuple(varied), tuple(targets), ndtr(at), weight, moments, unsure, reachable)


def _log_density(at: Real) -> Real:
    """Return the log density of independent standard normals, but for a constant."""
    return np.asarray(-(at**2).sum(axis=1) / 2)


def _weights(log: Real) -> Real:
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


def _as_far_as_kept(fit: Real, before: Real) -> tuple[float, Real]:
    """Return the largest power of the likelihood that leaves enough points effective, and weights at it."""
    low, high, power = 0.0, 1.0, 1.0
    for _ in range(HALVINGS):
        weight = _weights(power * fit + before)
        if 1 / (weight**2).sum() >= KEPT * len(weight):
            low = power
        else:
            high = power
        if low == 1:
            break
        power = (low + high) / 2
    return low, _weights(low * fit + before)


def _drawn_in(normal: Real, at: Real, weight: Real) -> tuple[Real, Real]:
    """Return new points around the weighed ones, with the log of the density they are drawn with."""
    mean = weight @ at
    spread = WIDER * np.atleast_2d(np.cov(at, rowvar=False, aweights=weight)) + 1e-9 * np.eye(len(mean))
    root = np.linalg.cholesky(spread)
    new = mean + normal @ root.T
    anywhere = np.arange(len(normal)) % round(1 / ANYWHERE) == 0
    new[anywhere] = normal[anywhere]
    around = _log_density(np.linalg.solve(root, (new - mean).T).T) - np.log(np.diag(root)).sum()
    return new, np.logaddexp(np.log(ANYWHERE) + _log_density(new), np.log(1 - ANYWHERE) + around)
