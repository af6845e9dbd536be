"""The surfaces one can race on, by name.

See one difficulty on each: a narrow ravine, a curved one, several valleys, a saddle, a plateau, gradients from small
batches, a cliff, a loss of the learner's own, and the real loss of a trained network. Minima are from the literature
and are tested with SciPy; the largest curvature λ is given for quadratics only, because only there
"stable below 2/λ" is a theorem.
"""

from __future__ import annotations

from functools import cache

from engine.optimizers import classic_surfaces as classic
from engine.optimizers import made_surfaces as made
from engine.optimizers.surface import Draw, Gradient, Surface, Value

__all__ = ["BUILDERS", "LABELS", "OPTIONS", "Draw", "Gradient", "Surface", "Value", "named"]

BUILDERS = {
    builder.__name__: builder
    for builder in (
        classic.bowl,
        classic.ravine,
        classic.rosenbrock,
        classic.beale,
        classic.himmelblau,
        classic.camel,
        classic.saddle,
        classic.plateau,
        made.batches,
        made.cliff,
    )
}
FORMULA, NETWORK = "formula", "network"
OPTIONS = (*BUILDERS, NETWORK, FORMULA)


@cache
def named(name: str) -> Surface:
    """Return a surface of fixed form by its id (not "formula" or "network", which need more than a name)."""
    return BUILDERS[name]()


LABELS = {name: named(name).label for name in BUILDERS} | {NETWORK: "A real network", FORMULA: "Your formula"}
"""Surface id → what the surface control shows."""
