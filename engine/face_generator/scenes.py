"""Five scenes: a training to watch, too little noise, the wrong noise, copies or not, and a training spoilt.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored runs.
"""

from __future__ import annotations

import numpy as np

from engine import config as base
from engine.face_generator import closer, experiment
from engine.face_generator.experiment import Result
from engine.face_generator.noise import ONE_HOT
from engine.face_generator.reading import NAMES
from engine.face_generator.source import DRAWN, PORTRAITS
from engine.face_generator.story import appeared, copies, count, usual
from engine.face_generator.view import View
from engine.runs.store import store
from engine.scenes import Scene, judged

WATCH = View()
LITTLE = View(truncation=0.4)
WRONG = View(noise=ONE_HOT)
MEMORY = View(view="neighbours")
SPOILT = View(steps=120, learning_rate=0.01)

FIRST = ("Before step 500", "By step 3 000", "Later")
LEFT = ("About 90 %", "About 60 %", "Under 45 %")
COMES = ("Noise", "Faces, but worse", "Faces as good as ever")
COPIED = ("Some are copies", "None is")
AFTER = ("They get better", "They get worse", "No change")


def shipped() -> tuple[base.Config, ...]:
    """Return every scene's settings, the portraits', and the closer look at each."""
    views = (WATCH, LITTLE, WRONG, MEMORY, SPOILT, View(kind=PORTRAITS))
    configs = [config for view in views for config in (view.run(), view.closer())]
    return tuple(configs)


def glasses_come(result: Result) -> str:
    """Return the option of FIRST that is right of the moment at which glasses are there."""
    step = int(result.step[appeared(result, NAMES.index("Glasses"))])
    return FIRST[0] if step < 500 else FIRST[1] if step <= 3000 else FIRST[2]


def variety_left(result: Result, other: Result) -> str:
    """Return the option of LEFT that is right of the variety, against the usual numbers."""
    share = float(result.variety[-1] / other.variety[-1])
    return LEFT[0] if share > 0.75 else LEFT[1] if share >= 0.45 else LEFT[2]


def what_comes(result: Result, other: Result) -> str:
    """Return the option of COMES that is right: by the kernel distance, against the usual numbers."""
    distance, best, start = float(result.quality[-1]), float(other.quality[-1]), float(other.quality[0])
    spread = float(np.hypot(result.quality_spread[-1], other.quality_spread[-1]))
    return COMES[2] if distance <= best + 2 * spread else COMES[0] if distance > start / 2 else COMES[1]


def changed(result: Result) -> str:
    """Return the option of AFTER that is right: a change counts from two standard deviations on."""
    change = float(result.quality[-1] - result.quality[0])
    sure = abs(change) > 2 * float(np.hypot(result.quality_spread[0], result.quality_spread[-1]))
    return AFTER[2] if not sure else AFTER[0] if change < 0 else AFTER[1]


_MISSING = "The run that this is compared with is not stored here: make assets computes it."


def _tell_glasses(result: Result, guess: str) -> str:
    if result.config.kind != DRAWN:
        return "Glasses are counted on drawn faces only, whose attributes are known: choose Drawn."
    place = appeared(result, NAMES.index("Glasses"))
    shares = result.presence[:, NAMES.index("Glasses")]
    return judged(
        guess,
        glasses_come(result),
        f"From step {count(result.step[place])} on glasses are seen on {100 * shares[place]:.0f} % of the faces or "
        f"more, at the end on {100 * shares[-1]:.0f} %. At step "
        f"{count(result.step[max(0, place - 3)])} there was still fog.",
    )


def _tell_variety(result: Result, guess: str) -> str:
    other = usual(result)
    if other is None:
        return _MISSING
    return judged(
        guess,
        variety_left(result, other),
        f"Two faces lie {result.variety[-1]:.3f} apart instead of {other.variety[-1]:.3f}. The kernel distance, "
        f"{result.quality[-1]:.3f} instead of {other.quality[-1]:.3f}, counts what is missing.",
    )


def _tell_noise(result: Result, guess: str) -> str:
    other = usual(result)
    if other is None:
        return _MISSING
    return judged(
        guess,
        what_comes(result, other),
        f"The kernel distance is {result.quality[-1]:.3f}, with normal numbers {other.quality[-1]:.3f}, untrained "
        f"{other.quality[0]:.2f}.",
    )


def _tell_copies(result: Result, guess: str) -> str:
    entry = store().find(closer.Config(kind=result.config.kind))
    if entry is None:
        return _MISSING
    look: closer.Result = entry.result
    return judged(
        guess,
        COPIED[0] if copies(look) else COPIED[1],
        f"The nearest training face is {np.median(look.generated):.3f} away (median), for new drawings "
        f"{np.median(look.fresh):.3f}. Copies would lie near 0.",
    )


def _tell_after(result: Result, guess: str) -> str:
    return judged(
        guess,
        changed(result),
        f"The kernel distance goes from {result.quality[0]:.3f} to {result.quality[-1]:.3f} (± "
        f"{result.quality_spread[-1]:.3f}).",
    )


SCENES = (
    Scene("Watch it learn", WATCH, "From when on are glasses there?", FIRST, _tell_glasses),
    Scene("Little noise", LITTLE, "ψ = 0.4: how much of the variety is left?", LEFT, _tell_variety),
    Scene("Wrong noise", WRONG, "Each face starts from one-hot numbers. What comes out?", COMES, _tell_noise),
    Scene("Memorized?", MEMORY, "Are these faces copies of training faces?", COPIED, _tell_copies),
    Scene("Too fast", SPOILT, "120 steps more, at 20 times the learning rate. The faces?", AFTER, _tell_after),
)
__all__ = ["SCENES", "experiment", "shipped"]
