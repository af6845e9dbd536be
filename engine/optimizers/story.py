"""What happened in a race, in words and in a table, computed from this result and no other.

See who was first in the valley and stayed, who left the picture and why, and the one theorem that says beforehand: on a
quadratic, gradient descent is stable below η = 2/λ. It is stated only where it holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.optimizers.race import Result
from engine.optimizers.walk import Racer
from engine.optimizers.words import joined, number, ordinal, steps

NOBODY = "None of them"


@dataclass(frozen=True)
class Row:
    """One line of the scoreboard.

    Attributes:
        place: 1 for the first; equals share one.
        id: The optimizer.
        label: Its name.
        rate: Its learning rate.
        valley_at: Step from which it stays in the valley, or None.
        final_loss: Loss after the last step (of a diverged racer: the last one it had).
        above_lowest: The same above the lowest known loss.
        length: Length of its path.
        left_at: Step from which it stays outside the picture, or None.
        diverged_at: Step without a usable value, or None.
        note: What became of it, in a few words.
    """

    place: int
    id: str
    label: str
    rate: float
    valley_at: int | None
    final_loss: float
    above_lowest: float
    length: float
    left_at: int | None
    diverged_at: int | None
    note: str


def scoreboard(result: Result) -> tuple[Row, ...]:
    """Return the racers in the order of their places.

    First who is in the valley, by the step from which it stays there; then the rest, by their final loss; then who
    left the picture; last who diverged, the longest lasting first.
    """
    ordered = sorted(result.racers, key=_standing)
    rows: list[Row] = []
    for order, racer in enumerate(ordered):
        tied = bool(rows) and _standing(racer) == _standing(ordered[order - 1])
        rows.append(
            Row(
                place=rows[-1].place if tied else order + 1,
                id=racer.id,
                label=racer.label,
                rate=racer.rate,
                valley_at=racer.valley_at,
                final_loss=racer.final_loss,
                above_lowest=racer.final_loss - result.floor,
                length=racer.length,
                left_at=racer.left_at,
                diverged_at=racer.diverged_at,
                note=_note(racer),
            )
        )
    return tuple(rows)


def _standing(racer: Racer) -> tuple[int, float]:
    if racer.valley_at is not None:
        return 0, float(racer.valley_at)
    if racer.diverged_at is not None:
        return 3, float(-racer.diverged_at)
    return (2 if racer.left_at is not None else 1), racer.final_loss


def _note(racer: Racer) -> str:
    if racer.valley_at is not None:
        return f"in the valley from step {racer.valley_at}"
    if racer.diverged_at is not None:
        return f"diverged at step {racer.diverged_at}: {racer.diverged_reason}"
    if racer.left_at is not None:
        return f"left the picture at step {racer.left_at}"
    return "not in the valley"


def first(result: Result) -> tuple[str, ...]:
    """Return the ids of who was first in the valley and stayed; several if they tie, none if nobody was."""
    return tuple(row.id for row in scoreboard(result) if row.place == 1 and row.valley_at is not None)


def story(result: Result) -> tuple[str, ...]:
    """Return two or three sentences about this race (Markdown)."""
    sentences = [_who_was_first(result)]
    for sentence in (_who_left(result), _stability(result), _other_valleys(result), _who_was_slow(result)):
        if sentence and len(sentences) < 3:
            sentences.append(sentence)
    if len(sentences) < 2:
        sentences.append(_shortest(result))
    return tuple(sentences)


def _who_was_first(result: Result) -> str:
    board = scoreboard(result)
    there = [row for row in board if row.valley_at is not None]
    if not there:
        closest = min(board, key=lambda row: (row.diverged_at is not None, row.above_lowest))
        return (
            f"Nobody was in the valley after {result.steps} steps; **{closest.label}** came closest, "
            f"{number(closest.above_lowest)} above the lowest loss."
        )
    best = [row for row in there if row.place == 1]
    rest = [row for row in there if row.place > 1]
    names = joined([f"**{row.label}**" for row in best])
    were = "was" if len(best) == 1 else "were"
    sentence = f"{names} {were} in the valley for good after **{steps(best[0].valley_at)}**"
    if rest:
        sentence += f", {rest[0].label} after {rest[0].valley_at}"
        if len(rest) > 1:
            sentence += f" and {rest[-1].label} last, after {rest[-1].valley_at}"
    missing = [row for row in board if row.valley_at is None]
    if missing and not rest:
        sentence += "; no other racer got there" if len(missing) > 1 else f"; {missing[0].label} did not get there"
    return sentence + "."


def _who_left(result: Result) -> str:
    left = sorted((racer for racer in result.racers if racer.left_at is not None), key=lambda racer: racer.left_at or 0)
    if not left:
        return ""
    racer = left[0]
    sentence = f"{racer.label} left the picture at step {racer.left_at}"
    limit = _limit(racer, result)
    if limit and racer.rate > limit[0]:
        sentence += f", because {number(racer.rate)} is above {limit[1]}"
    elif racer.diverged_at is not None:
        sentence += f" and ended at step {racer.diverged_at}: {racer.diverged_reason}"
    others = left[1:]
    if others:
        sentence += "; " + joined([f"{other.label} followed at step {other.left_at}" for other in others[:2]])
        if len(others) > 2:
            sentence += f", and {len(others) - 2} more later"
    return sentence + "."


def _limit(racer: Racer, result: Result) -> tuple[float, str] | None:
    """Return the learning rate above which a racer is unstable on this quadratic, and how it is written.

    Gradient descent: |1 − ηλ| < 1. Momentum and Nesterov: both roots of their recurrence
    w″ = (1 + β − ηλ)w′ − βw, or (1 + β)(1 − ηλ)w′ − β(1 − ηλ)w, lie inside the unit circle.
    """
    curvature = result.largest_curvature
    # With small batches λ changes from step to step: the theorem is about the full batch only.
    if curvature is None or (result.batches and racer.id != "gradient_descent"):
        return None
    value = number(curvature)
    heavy, looking_ahead = result.momentum
    limits = {
        "gradient_descent": (2 / curvature, f"2/λ = {number(2 / curvature)}"),
        "sgd": (2 / curvature, f"2/λ = {number(2 / curvature)}"),
        "momentum": (
            2 * (1 + heavy) / curvature,
            f"2(1 + β)/λ = {number(2 * (1 + heavy) / curvature)}",
        ),
        "nesterov": (
            (2 + 2 * looking_ahead) / (1 + 2 * looking_ahead) / curvature,
            f"(2 + 2β)/((1 + 2β)λ) = {number((2 + 2 * looking_ahead) / (1 + 2 * looking_ahead) / curvature)}",
        ),
    }
    if racer.id not in limits:
        return None
    bound, written = limits[racer.id]
    return bound, f"{written}, where λ = {value} is the largest curvature of this surface"


def _stability(result: Result) -> str:
    """Return why plain gradient steps stay stable here; empty where nothing of that kind can be said."""
    for name in ("sgd", "gradient_descent"):
        racer = result.racer(name)
        limit = _limit(racer, result) if racer else None
        if racer and limit and racer.rate < limit[0] and racer.left_at is None:
            return f"{racer.label} stays stable, because {number(racer.rate)} is below {limit[1]}."
    return ""


def _other_valleys(result: Result) -> str:
    """Return who came to rest in another known minimum than the lowest, higher than the valley's rim."""
    for x, y, loss in result.minima[1:]:
        if loss - result.floor <= result.valley:
            continue
        near = 0.02 * max(abs(x - result.minima[0][0]), abs(y - result.minima[0][1]), 1e-9) + 0.02
        caught = [
            racer.label
            for racer in result.racers
            if racer.diverged_at is None and abs(racer.path[-1, 0] - x) < near and abs(racer.path[-1, 1] - y) < near
        ]
        if caught:
            return (
                f"{joined(caught)} came to rest in another valley, {number(loss - result.floor)} above the lowest: "
                "near a minimum the gradient does not tell how deep it is."
            )
    return ""


def _who_was_slow(result: Result) -> str:
    slow = [racer for racer in result.racers if racer.valley_at is None and racer.left_at is None]
    if not slow or len(slow) == len(result.racers):
        return ""
    names = joined([racer.label for racer in slow])
    sentence = f"{names} did not get there in {result.steps} steps"
    adagrad = next((racer for racer in slow if racer.id == "adagrad"), None)
    adadelta = next((racer for racer in slow if racer.id == "adadelta"), None)
    early, late = (adagrad.effective_rate[step].max() for step in (0, -1)) if adagrad is not None else (0.0, 0.0)
    if late < early / 2:
        sentence += (
            f": every gradient that Adagrad ever saw slows it, its larger effective rate fell from {number(early)} "
            f"to {number(late)}"
        )
    elif adadelta is not None:
        sentence += f": Adadelta starts with steps of about {number(_first_step(adadelta))} and has to earn longer ones"
    return sentence + "."


def _first_step(racer: Racer) -> float:
    return float(abs(racer.path[1] - racer.path[0]).max())


def _shortest(result: Result) -> str:
    row = min(scoreboard(result), key=lambda row: (row.diverged_at is not None, row.length))
    return f"{row.label} took the shortest way, {number(row.length)} long."


def guessed(result: Result, guess: str) -> str:
    """Answer "which is first in the valley?": how the racer named in `guess` did (`NOBODY` for none of them)."""
    winners = first(result)
    names = joined([racer.label for racer in result.racers if racer.id in winners])
    if guess == NOBODY:
        return "You said none of them, and none was." if not winners else f"You said none of them. {names} was."
    row = next((row for row in scoreboard(result) if row.label == guess), None)
    if row is None:
        return f"You said {guess}. It did not race."
    if row.id in winners:
        tied = " It shares the first place." if len(winners) > 1 else ""
        return f"You said {guess}. It was first, after {steps(row.valley_at)}.{tied}"
    if row.valley_at is not None:
        return f"You said {guess}. It finished {ordinal(row.place)}; {names} was first."
    became = "left the picture" if row.left_at is not None else "did not get there"
    return f"You said {guess}. It {became}; " + (f"{names} was first." if winners else "nobody did.")
