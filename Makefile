# `make help` lists the targets. PYTHON is the Python that makes the environment .venv.
PYTHON ?= python3
export PYTHON
RUN := .venv/bin/

.DEFAULT_GOAL := help
.PHONY: help setup book exercises serve lab notebooks words test parity bench bench-live lock clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

setup: ## Make the environment .venv from requirements.lock, when it changed
	@$(PYTHON) tools/environment.py

book: setup ## Execute the chapters that changed and build the site in _build/html
	@$(RUN)python tools/build.py

exercises: setup ## Make the students' notebooks, the solutions and the autograders
	@$(RUN)python -m exercises.build

serve: book ## Build the site and serve it on this machine (PORT=8000)
	@$(RUN)python -m http.server --bind 127.0.0.1 --directory _build/html $(or $(PORT),8000)

lab: setup ## Open the chapters in JupyterLab, to run and change them
	@$(RUN)jupyter lab chapters

notebooks: setup ## Execute every chapter and store its outputs in the notebook
	@$(RUN)python tools/notebooks.py execute chapters reference

words: setup ## Bring the catalogues of every language up to date with the sentences of the code
	@$(RUN)python -m tools.words

test: setup ## Run every check: style, types, tests, notebooks and the strict build
	@$(RUN)python -m tools.check

parity: setup ## Compare every optimizer, schedule and average with PyTorch, Keras, Optax and MXNet
	@$(PYTHON) tools/environment.py requirements-parity.lock
	@$(RUN)python -m tests.parity
	@$(RUN)python -m tests.schedules
	@$(RUN)python -m tests.averaging

bench: setup ## Measure the optimizers beside other frameworks and write the status page
	@$(PYTHON) tools/environment.py requirements-parity.lock
	@$(RUN)python -m benchmarks

bench-live: book ## Measure the live figures in the browser: latency, start, size
	@$(RUN)python -m benchmarks.live

# uv resolves for every machine at once; it is needed for nothing else, so it lives apart from .venv.
lock: ## Resolve the ranges of pyproject.toml into the two lock files
	@$(PYTHON) -m venv _build/uv
	@_build/uv/bin/pip install --quiet uv
	@_build/uv/bin/python tools/lock.py _build/uv/bin/uv

clean: ## Remove the built site, the students' notebooks and every cache; keep .venv
	@rm -rf _build exercises/ps*.ipynb .pytest_cache .mypy_cache .ruff_cache .hypothesis
