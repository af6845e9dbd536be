"""Five scenes: truncation, coarse styles mixed in, noise, two paths, and a second domain.

What the learner should see: a question that can be answered wrongly, and an answer measured on the network.
"""

from __future__ import annotations

from engine import config as base
from engine.face_generator.source import ATTRIBUTES
from engine.scenes import Scene, judged
from engine.style_generator import stored
from engine.style_generator.experiment import MIXING, NOISE, PATH, SCALES, TRANSFER, Result
from engine.style_generator.story import SURE, carried_most, count, lead, longer, noise_share, variety_left
from engine.style_generator.view import View

HALF = 0.5
AVERAGE = View()
COARSE = View(view=MIXING, start=0, end=3)
FRESH = View(view=NOISE)
WAYS = View(view=PATH)
SECOND = View(view=TRANSFER)

LEFT = ("Under 40 %", "40 to 70 %", "Over 70 %")
CARRIES = ("How it is turned", "Its hair or skin", "The background", "Something else")
SHARES = ("Under 5 %", "5 to 20 %", "Over 20 %")
LONGER = ("Through z", "Through w", "Alike")
NEARER = ("From faces", "From scratch", "Alike")
_CARRIES_OF = {"yaw": 0, "hair_colour": 1, "skin": 1, "background": 2}


def shipped() -> tuple[base.Config, ...]:
    """Return every scene's run, the other views', and the cars'."""
    cars = [View(domain=stored.CARS), View(view=MIXING, domain=stored.CARS)]
    views = [AVERAGE, COARSE, FRESH, WAYS, SECOND, View(view=SCALES), View(view=MIXING, start=5, end=10), *cars]
    return tuple(view.run() for view in views)


def left_at_half(result: Result) -> str:
    """Return the option of LEFT that is right of the variety at ψ = HALF."""
    if result.truncation is None:
        return ""
    share = variety_left(result.truncation, HALF)
    return LEFT[0] if share < 0.4 else LEFT[1] if share <= 0.7 else LEFT[2]


def what_comes_along(result: Result) -> str:
    """Return the option of CARRIES that is right: what follows the mixed layers most."""
    if result.mixing is None:
        return ""
    place, _ = carried_most(result.mixing, result.config.start, result.config.end)
    return CARRIES[_CARRIES_OF.get(ATTRIBUTES[place].id, 3)]


def how_much_noise(result: Result) -> str:
    """Return the option of SHARES that is right of noise against styles."""
    if result.noise is None:
        return ""
    share = noise_share(result.noise)
    return SHARES[0] if share < 0.05 else SHARES[1] if share <= 0.2 else SHARES[2]


def which_is_longer(result: Result) -> str:
    """Return the option of LONGER that is right: a difference counts from two standard errors on."""
    if result.path is None:
        return ""
    mean, error = longer(result.path)
    return LONGER[2] if abs(mean) <= SURE * error else LONGER[0] if mean > 0 else LONGER[1]


def who_is_nearer(result: Result) -> str:
    """Return the option of NEARER that is right at the end: a difference counts from two deviations on."""
    if result.transfer is None:
        return ""
    ahead, error = lead(result.transfer)
    return NEARER[2] if abs(ahead) <= SURE * error else NEARER[0] if ahead > 0 else NEARER[1]


_OTHER = "That is asked of another view: choose the scene."


def _tell_variety(result: Result, guess: str) -> str:
    if result.truncation is None:
        return _OTHER
    share = variety_left(result.truncation, HALF)
    return judged(guess, left_at_half(result), f"At ψ = 0.5 {100 * share:.0f} % of the variety at ψ = 1 is left.")


def _tell_coarse(result: Result, guess: str) -> str:
    if result.mixing is None or not len(result.mixing.follows):
        return _OTHER
    place, share = carried_most(result.mixing, result.config.start, result.config.end)
    return judged(
        guess,
        what_comes_along(result),
        f"Of what a reader sees, “{ATTRIBUTES[place].name.lower()}” follows these layers most: {100 * share:.0f} % of "
        f"the difference comes along.",
    )


def _tell_noise(result: Result, guess: str) -> str:
    if result.noise is None:
        return _OTHER
    share = 100 * noise_share(result.noise)
    return judged(guess, how_much_noise(result), f"It is {share:.0f} % of the difference that other styles make.")


def _tell_path(result: Result, guess: str) -> str:
    if result.path is None:
        return _OTHER
    mean, error = longer(result.path)
    said = f"{100 * mean:.1f}".replace("-", "−")
    return judged(
        guess,
        which_is_longer(result),
        f"Over {len(result.path.straight)} pairs the way in z is {said} % longer, ± {100 * error:.1f} "
        f"(standard error).",
    )


def _tell_transfer(result: Result, guess: str) -> str:
    if result.transfer is None:
        return _OTHER
    found = result.transfer
    return judged(
        guess,
        who_is_nearer(result),
        f"At step {count(found.steps[-1])} the kernel distance is {found.quality[0, -1]:.2f} from faces and "
        f"{found.quality[1, -1]:.2f} from scratch.",
    )


SCENES = (
    Scene("Truncation", AVERAGE, "ψ = 0.5: how much of the variety is left?", LEFT, _tell_variety),
    Scene(
        "Coarse styles",
        COARSE,
        "The layers at 4 and 8 pixels listen to the column. What comes along most?",
        CARRIES,
        _tell_coarse,
    ),
    Scene("Noise", FRESH, "Fresh noise in every layer: how much of what another style changes?", SHARES, _tell_noise),
    Scene("Two paths", WAYS, "From A to B through z or through w: which way is longer?", LONGER, _tell_path),
    Scene("New domain", SECOND, "600 cars: whose pictures come nearer to real ones?", NEARER, _tell_transfer),
)
