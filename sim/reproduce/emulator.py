"""A cheap stand-in for the simulation between the points where it was run: one Gaussian process a moment.

Runs are too slow to be asked for at every point that a posterior needs. Each moment is interpolated over the
unit cube of the parameters, with a length scale of its own for each and with the luck of the draws as noise;
the process is that of scikit-learn. How far it can be trusted is told by leaving each run out in turn.

Source: Kennedy and O'Hagan 2001, Bayesian calibration of computer models, Journal of the Royal Statistical
Society B 63(3): 425-464, doi:10.1111/1467-9868.00294.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem

Real = NDArray[np.float64]
LEAST = 4  # points for each parameter, below which nothing is interpolated
RESTARTS = 2  # of the search for length scales, where there are few of them
FEW = 12  # parameters; with more a search takes minutes, and its first start, where all matter alike, must do
AT_ONCE = 20_000  # places asked for at a time: more would fill the memory


@dataclass(frozen=True, eq=False)
class Emulator:
    """Moments as functions of a place in the unit cube.

    Attributes
    ----------
    processes
        One a moment; none for a moment that is the same at all points.
    constant
        (n_moments,) the mean over the points.
    trust
        (n_moments,) part of the variance over the points predicted for runs left out (Q2): 1 where all
        of it is, 0 where the mean does as well; not a number for a moment that never moves.
    noise
        (n_moments,) standard deviation of what the parameters do not explain, the luck of the draws.
    """

    processes: tuple[Any, ...]
    constant: Real
    trust: Real
    noise: Real

    def __call__(self, places: Real) -> tuple[Real, Real]:
        """Return (n, n_moments) expected moments at (n, n_parameters) places, and how unsure each is."""
        mean = np.tile(self.constant, (len(places), 1))
        unsure = np.zeros_like(mean)
        for moment, process in enumerate(self.processes):
            for first in range(0, len(places) if process else 0, AT_ONCE):
                part = slice(first, first + AT_ONCE)
                mean[part, moment], told = process.predict(places[part], return_std=True)
                # The noise of a single run is no doubt about the expected value.
                unsure[part, moment] = np.sqrt(np.maximum(told**2 - self.noise[moment] ** 2, 0.0))
        return mean, unsure


def need_emulator() -> None:
    """Import scikit-learn, or say how to have it."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        what = "a calibration needs scikit-learn, which is not installed"
        raise InputError([Problem("calibrate", what, "install winwin[sensitivity]")]) from None


def fit(places: Real, moments: Real) -> Emulator:
    """Return the emulator of moments (n, n_moments) reached at places (n, n_parameters) of the unit cube.

    Raises
    ------
    InputError
        When there are too few points, or moments that are not finite.
    """
    need_emulator()
    problems = []
    if len(places) < LEAST * places.shape[1]:
        least = LEAST * places.shape[1]
        problems.append(
            Problem("points", f"{len(places)} are too few to interpolate", f"allowed: {least} and more")
        )
    if not np.isfinite(moments).all():
        which = np.flatnonzero(~np.isfinite(moments).all(axis=1))
        problems.append(
            Problem("moments", f"{which.size} points have some that are not finite", "leave these points out")
        )
    if problems:
        raise InputError(problems)
    fitted = [_process(places, moments[:, moment]) for moment in range(moments.shape[1])]
    processes, trust, noise = zip(*fitted, strict=True)
    return Emulator(processes, moments.mean(axis=0), np.array(trust), np.array(noise))


def _process(places: Real, values: Real) -> tuple[Any, float, float]:
    """Return the process of one moment, its Q2 and its noise."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    if np.ptp(values) == 0:
        return None, np.nan, 0.0
    shape = ConstantKernel(1.0, (1e-3, 1e3)) * RBF(np.ones(places.shape[1]), (0.05, 50.0))
    kernel = shape + WhiteKernel(0.1, (1e-6, 10.0))
    restarts = RESTARTS if places.shape[1] <= FEW else 0
    process = GaussianProcessRegressor(
        kernel, normalize_y=True, n_restarts_optimizer=restarts, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # a scale at its bound: the parameter does not matter
        process.fit(places, values)
    noise = float(np.sqrt(process.kernel_.k2.noise_level)) * float(values.std())
    return process, _left_out(process, places, values), noise


def _left_out(process: Any, places: Real, values: Real) -> float:
    """Return Q2 from the errors of predicting each point from all others, in closed form.

    The error of a point left out is (K^-1 y)_i / (K^-1)_ii (Rasmussen and Williams 2006, section 5.4.2).
    """
    inverse = np.linalg.inv(process.kernel_(places))
    deviation = values - values.mean()
    missed = inverse @ deviation / np.diag(inverse)
    return float(1 - (missed**2).sum() / (deviation**2).sum())
