# make run    start the app (the first time: make .venv and install)
# make test   lint, then every test, real browser included
# make bench  the benchmark table; make bench ROWS=first_paint,memory for some rows
# make assets rebuild everything under assets/ that is built
#
# PORT, HOST and PYTHON choose where the app listens and what it runs on: make run PORT=9000 HOST=0.0.0.0

HOST ?= localhost
PORT ?=
PYTHON ?=
CHROMIUM ?=
ROWS ?=
TESTS ?= tests

export PYTHON CHROMIUM

.PHONY: run test lint bench assets clean

run:
	@.ci/environment app
	@exec .venv/bin/python -m streamlit run streamlit_app.py --server.headless true \
		--server.address $(HOST) $(if $(PORT),--server.port $(PORT))

test:
	@.ci/environment chromium
	@.ci/environment test
	@$(MAKE) --no-print-directory lint
	@.venv/bin/python -m pytest $(TESTS) --durations 15

lint:
	@.ci/environment test
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy

bench:
	@.ci/environment chromium
	@.ci/environment test
	@.venv/bin/python -m tests.bench $(if $(ROWS),--rows $(ROWS))

assets:
	@.ci/environment test
	@.venv/bin/python -m assets.scripts.fonts
	@.venv/bin/python -m assets.scripts.brand
	@.venv/bin/python -m assets.scripts.photographs
	@.venv/bin/python -m assets.scripts.detectors
	@.venv/bin/python -m assets.scripts.fashion_mnist
	@.venv/bin/python -m assets.scripts.yolo
	@.venv/bin/python -m assets.scripts.efficientnet
	@.venv/bin/python -m assets.scripts.faces
	@.venv/bin/python -m assets.scripts.style_generator --ship
	@.venv/bin/python -m assets.scripts.style_generator_cars --ship
	@.venv/bin/python -m assets.scripts.super_resolution
	@.venv/bin/python -m assets.scripts.super_resolution_faces
	@.venv/bin/python -m engine.runs.build
	@.venv/bin/python -m assets.scripts.pictures

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis
