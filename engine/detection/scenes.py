"""Five scenes: one thing and many boxes, a threshold that lets all in, context, the unknown, and faces.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored run.
"""

from __future__ import annotations

from engine.data.photographs import PHOTOGRAPHS
from engine.detection.boxes import iou
from engine.detection.experiment import DETECTORS, FACE, Config, Result, classes
from engine.detection.story import counted
from engine.detection.view import View, choose, judge, parse_truth
from engine.runs.store import store
from engine.scenes import Scene, judged

MANY = View()
EAGER = View(score=0.1, truth="person 15 0 285 299; cat 405 0 760 299; cup 95 315 290 545; person 400 330 632 599")
CONTEXT = View(photograph="coffee", score=0.25)
UNKNOWN = View(photograph="rocket", score=0.1)
FACES = View(detector=FACE, score=0.35, truth="face 130 22 222 120; face 535 360 612 452")

HOW_MANY = ("About 7", "About 50", "About 500")
ALL_IN = ("Most are right", "About half", "Hardly any")
BEST = ("cup", "dining table", "bowl")
ROCKET = ("Nothing at all", "An airplane", "Things it has seen")
FOUND = ("Both people", "One of them", "Both and the cat")


def how_many(result: Result) -> str:
    """Return the option of HOW_MANY nearest to the boxes that pass the threshold."""
    passed = len(choose(result, MANY).passed)
    return min(HOW_MANY, key=lambda option: abs(int(option.split()[-1]) - passed))


def share_right(result: Result) -> str:
    """Return the option of ALL_IN that is right: the precision at a score of 0.1."""
    judgement = judge(result, choose(result, EAGER), EAGER)
    precision = judgement.counts.precision if judgement else 0.0
    return ALL_IN[0] if precision > 0.65 else ALL_IN[1] if precision > 0.35 else ALL_IN[2]


def best_class(result: Result) -> str:
    """Return the class of the best box of all."""
    return classes(result.config.detector)[result.kind[0]]


def seen_in_rocket(result: Result) -> str:
    """Return the option of ROCKET that is right at a score of 0.1."""
    names = {classes(result.config.detector)[kind] for kind in result.kind[choose(result, UNKNOWN).kept]}
    return ROCKET[0] if not names else ROCKET[1] if names == {"airplane"} else ROCKET[2]


def faces_found(result: Result) -> str:
    """Return the option of FOUND that is right: how many true faces a kept box fits."""
    choice = choose(result, FACES)
    judgement = judge(result, choice, FACES)
    right = judgement.counts.right if judgement else 0
    return FOUND[1] if right < 2 else FOUND[0] if len(choice.kept) == 2 else FOUND[2]


def shipped() -> tuple[Config, ...]:
    """Return every shipped photograph under both detectors: the picture control then answers at once."""
    return tuple(Config(photograph=one.name, detector=name) for name in DETECTORS for one in PHOTOGRAPHS)


def _tell_many(result: Result, guess: str) -> str:
    choice = choose(result, MANY)
    return judged(
        guess,
        how_many(result),
        f"{len(choice.passed)} boxes pass, on {len(choice.kept)} things. Press play to see each one kept or dropped.",
    )


def _tell_eager(result: Result, guess: str) -> str:
    judgement = judge(result, choose(result, EAGER), EAGER)
    if judgement is None:
        return ""
    counts = judgement.counts
    return judged(
        guess,
        share_right(result),
        f"{counts.right} of {counts.right + counts.wrong} are right: every true thing that is found costs "
        "boxes that are not there. Raise the score and watch precision rise and recall fall.",
    )


def _tell_context(result: Result, guess: str) -> str:
    evidence = f"{best_class(result).capitalize()}, {result.score[0]:.2f}; the cup gets {_best(result, 'cup'):.2f}."
    busy = store().find(MANY.run())
    if busy is not None:
        evidence += (
            f" The same cup at half the size, in the busy scene, gets {_best(busy.result, 'cup'):.2f}: a thing’s size "
            "and surroundings are part of what a detector recognises."
        )
    return judged(guess, best_class(result), evidence)


def _best(result: Result, name: str) -> float:
    """Return the best score of a class."""
    scores = result.score[result.kind == classes(result.config.detector).index(name)]
    return float(scores.max(initial=0))


def _tell_rocket(result: Result, guess: str) -> str:
    names = classes(result.config.detector)
    seen = counted([names[kind] for kind in result.kind[choose(result, UNKNOWN).kept]])
    return judged(
        guess,
        seen_in_rocket(result),
        f"It sees {seen}, none above {result.score[0]:.2f}. “Rocket” is none of its 80 words, so it says its "
        "nearest ones, quietly: a threshold of 0.35 silences them all.",
    )


def _tell_faces(result: Result, guess: str) -> str:
    choice = choose(result, FACES)
    judgement = judge(result, choice, FACES)
    if judgement is None:
        return ""
    truth = parse_truth(FACES.truth, FACE, result.width, result.height)
    scores = [float(result.score[iou(result.boxes, box[None])[:, 0] >= 0.5].max(initial=0)) for box in truth.boxes]
    return judged(
        guess,
        faces_found(result),
        f"{judgement.counts.right} of 2 human faces found, {judgement.counts.wrong} box that is none, and no cat. The "
        f"face that looks at you scores {max(scores):.2f}, the one turned aside {min(scores):.2f}: no threshold lets "
        "both in and the wrong box out.",
    )


SCENES = (
    Scene(
        "Many boxes",
        MANY,
        "The network looks at thousands of places. At how many does it report something with a score of 0.35 or more?",
        HOW_MANY,
        _tell_many,
    ),
    Scene(
        "Too eager",
        EAGER,
        "The score now only has to be 0.10. How many of the boxes left are right?",
        ALL_IN,
        _tell_eager,
    ),
    Scene("Context", CONTEXT, "A cup, large in the picture. Which class scores best?", BEST, _tell_context),
    Scene(
        "Unknown thing",
        UNKNOWN,
        "No rocket was in its training. What does it say at a score of 0.10?",
        ROCKET,
        _tell_rocket,
    ),
    Scene("Faces", FACES, "Two people and a cat. Whom does the face detector find?", FOUND, _tell_faces),
)
