"""What the schedules are called."""

from __future__ import annotations

from engine.schedules.experiment import (
    CONSTANT,
    COSINE,
    CYCLIC,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    ONE_CYCLE,
    PLATEAU,
    WARM_UP,
)

NAMES = {
    CONSTANT: "Constant",
    DROPS: "Step drops",
    EXPONENTIAL: "Exponential",
    COSINE: "Cosine",
    WARM_UP: "Warm-up",
    PLATEAU: "On plateau",
    ONE_CYCLE: "One cycle",
    CYCLIC: "Cyclic",
    DRAWN: "Drawn",
}
