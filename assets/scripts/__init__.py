"""Scripts that rebuild what is shipped under `assets/` and `pages/static/`; `make assets` runs them all."""
