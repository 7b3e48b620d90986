# Each target says what it does; the work is in .ci/setup and .ci/demo.
BIN := .venv/bin
FONT_WHEEL := justmytype-intl-cjk==0.1.0

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test setup setup-test check bench fonts clean

help:  ## show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: setup  ## set up, then write the examples' reports into out/
	@sh .ci/demo

test: setup-test check  ## set up, then run every check and every test
	@echo "== Tests: pytest"
	@$(BIN)/pytest -n 2

setup:  ## install what reports need
	@sh .ci/setup report

setup-test:  ## install what reports and their tests need
	@sh .ci/setup test

check: setup-test  ## style, types and the direction of imports, without the tests
	@echo "== Style: ruff check"
	@$(BIN)/ruff check
	@echo "== Layout: ruff format --check"
	@$(BIN)/ruff format --check
	@echo "== Types: mypy"
	@$(BIN)/mypy
	@echo "== Imports: lint-imports"
	@$(BIN)/lint-imports

bench: setup  ## time the engine beside other tools (some ten minutes)
	@$(BIN)/python -m pip --disable-pip-version-check install -q --no-build-isolation -c requirements.lock -e ".[bench]"
	@$(BIN)/python -m benchmarks.run
	@$(BIN)/python -m benchmarks.paper

fonts: setup  ## cut templates/fonts anew (under a minute)
	@echo "== Fonts: from $(FONT_WHEEL)"
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	$(BIN)/python -m pip download -q --no-deps -d "$$tmp" $(FONT_WHEEL) && \
	$(BIN)/python templates/fonts/build_fonts.py "$$tmp"/*.whl templates/fonts

clean:  ## remove .venv, out/ and every cache
	rm -rf .venv out dist .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
