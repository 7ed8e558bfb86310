"""Results do not depend on how many threads libraries may use."""

import os
import subprocess
import sys

import pytest

# More rows of firms than a library of linear algebra leaves to a single thread, and three months, so that the
# productivity all expect, a sum over firms, has been updated and acted on.
RUN = """
import hashlib, sim
model = sim.Ecosystem(sim.Scenario.load("baseline").replacing("economy.firms", 8000), seed=1)
model.run_for(5)
digest = hashlib.sha256(model.metrics_frame().to_numpy().tobytes())
for table in (model.firms, model.links, model.sectors, model.households):
    for name in table.columns:
        digest.update(getattr(table, name).tobytes())
print(model.firms.rows, digest.hexdigest())
"""


@pytest.mark.slow
def test_the_bits_of_a_large_run_are_the_same_on_any_number_of_threads():
    told = set()
    for threads in ("1", "2", "5"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        environment = os.environ | dict.fromkeys(names, threads) | {"WINWIN_CACHE": "off"}
        done = subprocess.run([sys.executable, "-c", RUN], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        told.add(done.stdout)
    (one,) = told
    assert int(one.split()[0]) > 10_000
