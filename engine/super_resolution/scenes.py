"""Four scenes: how much a network helps, right against real, what letters and stripes become, and half the loss.

What the learner should see: a question that can be answered wrongly, and an answer measured on the stored run.
"""

from __future__ import annotations

from engine.config import Config as AnyConfig
from engine.runs.store import store
from engine.scenes import Scene, judged
from engine.super_resolution import survey
from engine.super_resolution.experiment import (
    BICUBIC,
    PERCEPTUAL,
    Result,
    enlargements,
    losses,
    pair,
    scales,
)
from engine.super_resolution.measure import psnr, stripes_back
from engine.super_resolution.network import ADVERSARIAL, PIXEL
from engine.super_resolution.sources import (
    CARD,
    ENLARGE,
    FACE_SIDE,
    FACES,
    SHEET,
    STRIPE_LEFT,
    STRIPE_SIDE,
    STRIPE_STEP,
    STRIPE_TOP,
    STRIPES,
)
from engine.super_resolution.story import by, gain, signed, value
from engine.super_resolution.view import DETAIL, DIFFERENCE, View

CAT = View()
SHARPER = View(photograph="astronaut", lens_x=0.44, lens_y=0.25, look=DETAIL)
STRIPED = View(photograph=CARD, lens_x=0.76, lens_y=0.84)
TWICE = View(photograph="astronaut", scale=2, lens_x=0.44, lens_y=0.25, look=DIFFERENCE)
NO_FACE = View(photograph=SHEET, lens_x=0.13, lens_y=0.5)
OLD = View(photograph="chelsea", mode=ENLARGE)

GAINS = ("Less than 1 dB", "1 to 3 dB", "More than 3 dB")
METHOD_NAMES = {BICUBIC: "Bicubic", PIXEL: "Pixel loss", ADVERSARIAL: "Adversarial"}
HOW_MANY = ("All six", "Three to five", "Two or fewer")
FEWER = ("Less at ×2", "About the same", "More at ×2")
ON_THINGS = ("Better there too", "About the same", "Worse than bicubic")
KNOWS = ("PSNR", "The perceptual distance", "None")
BACK = 0.5  # correlation from which a group of stripes counts as the same stripes


def how_much(result: Result) -> str:
    """Return the option of GAINS that is right."""
    better = gain(result)
    return GAINS[0] if better < 1 else GAINS[1] if better <= 3 else GAINS[2]


def closest(result: Result) -> str:
    """Return the name of the method with the best PSNR."""
    return max(METHOD_NAMES.items(), key=lambda item: value(result, item[0]))[1]


def groups_back(result: Result) -> int:
    """Return how many of the slanted groups of stripes come back as they were from the last network."""
    small, truth = pair(result.config)
    if truth is None:
        return 0
    picture = enlargements(result, small)[result.methods[-1]]
    count = 0
    for number in range(len(STRIPES)):
        left = STRIPE_LEFT + number * STRIPE_STEP
        region = (slice(STRIPE_TOP, STRIPE_TOP + STRIPE_SIDE), slice(left, left + STRIPE_SIDE))
        count += stripes_back(picture[region], truth[region]) >= BACK
    return count


def stripes(result: Result) -> str:
    """Return the option of HOW_MANY that is right for the last network."""
    count = groups_back(result)
    return HOW_MANY[0] if count == len(STRIPES) else HOW_MANY[1] if count >= 3 else HOW_MANY[2]


def against_four(result: Result) -> tuple[str, float]:
    """Return the option of FEWER that is right, and the invented share at ×4 of the same picture."""
    entry = store().find(result.config.changed(scale=4))
    other = float(entry.result.invented) if entry is not None else float("nan")
    change = result.invented - other
    return (FEWER[1] if abs(change) < 0.05 else FEWER[0] if change < 0 else FEWER[2]), other


def gains_on_sheet(result: Result) -> tuple[float, float]:
    """Return by how many decibels the network for faces beats bicubic on the drawn faces, and on all the rest."""
    small, truth = pair(result.config)
    if truth is None:
        return float("nan"), float("nan")
    pictures = enlargements(result, small)
    parts = (slice(0, FACE_SIDE), slice(FACE_SIDE, None))
    faces, rest = (
        psnr(pictures[FACES][rows], truth[rows]) - psnr(pictures[BICUBIC][rows], truth[rows]) for rows in parts
    )
    return faces, rest


def on_things(result: Result) -> str:
    """Return the option of ON_THINGS that is right."""
    _, rest = gains_on_sheet(result)
    return ON_THINGS[0] if rest > 0.3 else ON_THINGS[1] if rest >= -0.3 else ON_THINGS[2]


def shipped() -> tuple[AnyConfig, ...]:
    """Return the runs of all scenes, and the survey of all photographs at both scales."""
    return (*(view.run() for view in VIEWS), *(survey.Config(scale) for scale in scales()))


def _tell_much(result: Result, guess: str) -> str:
    return judged(
        guess,
        how_much(result),
        f"{signed(gain(result))}: {value(result, PIXEL):.1f} against {value(result, BICUBIC):.1f} dB. "
        "That is a lot for the eye at edges, and nothing in plain fur. Move the lens over both.",
    )


def _tell_closest(result: Result, guess: str) -> str:
    real = min(result.methods[1:], key=lambda method: value(result, method, PERCEPTUAL))
    return judged(
        guess,
        closest(result),
        f"Adversarial is {by(value(result, ADVERSARIAL) - value(result, PIXEL))} pixel loss, and {METHOD_NAMES[real]} "
        f"looks most real: sharper is not more right. Orange marks what was invented: {100 * result.invented:.0f} % "
        "of the added detail.",
    )


def _tell_stripes(result: Result, guess: str) -> str:
    return judged(
        guess,
        stripes(result),
        f"{groups_back(result)} of {len(STRIPES)} (correlation with the truth {BACK:g} or more). The finest stripes, "
        f"{STRIPES[-1]} pixels apart, are gone from the small picture: what is drawn there is made up. The smallest "
        "letters fare no better.",
    )


def _tell_twice(result: Result, guess: str) -> str:
    right, other = against_four(result)
    return judged(
        guess,
        right,
        f"{100 * result.invented:.0f} % of the added detail is invented at ×2, {100 * other:.0f} % at ×4. But there is "
        f"less to add: at ×2 even bicubic interpolation reaches {value(result, BICUBIC):.1f} dB.",
    )


def _tell_no_face(result: Result, guess: str) -> str:
    faces, rest = gains_on_sheet(result)
    return judged(
        guess,
        on_things(result),
        f"{signed(faces)} on drawn faces like those it learned from, {signed(rest)} on everything else. Look at the "
        "cup and the flower: what it paints there comes from faces, because it knows nothing else.",
    )


def _tell_old(result: Result, guess: str) -> str:
    changed = float(result.strength.max())
    return judged(
        guess,
        KNOWS[2],
        "All of them compare with the truth, and here is none. The last two enlargements differ by "
        f"up to {changed:.0f} of 255 levels in places; each looks sure of itself.",
    )


_ALL = (
    Scene(
        "×4, a cat",
        CAT,
        "Fifteen of sixteen pixels are gone. By how much does the pixel-loss network beat bicubic (PSNR)?",
        GAINS,
        _tell_much,
    ),
    Scene(
        "Sharper or right?",
        SHARPER,
        "Adversarial looks sharpest. Which has the best PSNR?",
        tuple(METHOD_NAMES.values()),
        _tell_closest,
    ),
    Scene(
        "Text and stripes",
        STRIPED,
        "How many of the six slanted groups of stripes does the network bring back?",
        HOW_MANY,
        _tell_stripes,
    ),
    Scene(
        "×2",
        TWICE,
        "Only three of four pixels are gone. Which share of the added detail is invented, against ×4?",
        FEWER,
        _tell_twice,
    ),
    Scene(
        "No face there",
        NO_FACE,
        "The network on the right has only ever seen faces; the top row is faces. How does it do on the other things?",
        ON_THINGS,
        _tell_no_face,
    ),
    Scene(
        "An old picture",
        OLD,
        "The picture is enlarged as it is. Which number says who is right?",
        KNOWS,
        _tell_old,
    ),
)


def _there(view: View) -> bool:
    """Return whether the networks that a scene is about are among the assets."""
    networks = losses(view.run().scale)
    return bool(networks) if view in (CAT, STRIPED, NO_FACE, OLD) else len(networks) == 2


VIEWS = tuple(view for view in (CAT, SHARPER, STRIPED, TWICE, NO_FACE, OLD) if _there(view))
SCENES = tuple(scene for scene in _ALL if scene.config in VIEWS)
