# Every target installs what it needs into .venv by itself. `make demo` and `make test` are the two to know.

DEMO_SEEDS  ?= 20
DEMO_FIRMS  ?= 3000
DEMO_MONTHS ?= 120
JOBS        ?= 2
SCENARIOS   := baseline trickle_down growth_for_all

# A uv that works: the one on the PATH, else one in a private environment. A shim that fails counts as none.
UV   := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)
RUN  := .venv/bin

.PHONY: setup demo test quick bench docs-check clean
.DELETE_ON_ERROR:

setup: .venv/.installed

.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/.installed: pyproject.toml uv.lock .python-version $(filter .uv/bin/uv,$(UV))
	$(UV) sync --frozen
	@touch $@

demo: setup
	$(RUN)/winwin compare $(SCENARIOS) --seeds $(DEMO_SEEDS) --firms $(DEMO_FIRMS) --months $(DEMO_MONTHS) --jobs $(JOBS)

test: setup
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/python -m pytest -n $(JOBS)

quick: setup
	$(RUN)/python -m pytest -n $(JOBS) -m "not slow"

bench: setup
	$(RUN)/winwin bench

docs-check: setup
	$(RUN)/python -m sim.docs --check
	$(RUN)/python -m pytest tests/test_docs.py tests/test_project.py sim

clean:
	rm -rf .venv .uv .pytest_cache .mypy_cache .ruff_cache .hypothesis
