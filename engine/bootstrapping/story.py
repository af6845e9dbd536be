"""What happened, in sentences made from this run's numbers.

What the learner should see: how far one split could have misled, whether the difference is more than luck, and what
more splits would and would not change.
"""

from __future__ import annotations

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.experiment import SEED, Result
from engine.bootstrapping.final import epochs_needed
from engine.bootstrapping.judgement import Verdict

FIRST = 10  # splits after which the forecast is made that the story checks


def story(result: Result, measure: str = judgement.SCORE, precision: float = 0.5) -> tuple[str, ...]:
    """Return three short paragraphs: the spread, the comparison, and when it is enough.

    Args:
        result: The run, finished or stopped.
        measure: What is compared.
        precision: Half width that is asked for, in points (hundredths).
    """
    found = judgement.verdict(result, measure)
    if found.count < 2:
        return (_ending(result) or "Fewer than two splits are known of both settings: nothing can be compared yet.",)
    parts = [_spread(result, found, measure), _comparison(result, found, measure), _enough(result, measure, precision)]
    return tuple(part for part in (*parts, _ending(result)) if part)


def _spread(result: Result, found: Verdict, measure: str) -> str:
    factor = words.factor(measure)
    scores = words.as_shown(judgement.values(result, measure)[0], measure)
    known = scores[np.isfinite(scores)]
    first, second = words.contestants(result.config)
    held = f"{result.mean_held:.0f} rows {'out of the bag' if result.replacement else 'held back'}"
    return (
        f"A ({first}) scored between {words.shown(known.min(), measure)} and {words.shown(known.max(), measure)} on "
        f"{found.count} splits with {held}: **{words.shown(words.as_shown(found.first.mean, measure), measure)}** on "
        f"average, one split spreading around it by {words.plain(factor * found.first.deviation, measure)} "
        f"{words.unit(measure)} (standard deviation); B ({second}) "
        f"{words.shown(words.as_shown(found.second.mean, measure), measure)}, spreading by "
        f"{words.plain(factor * found.second.deviation, measure)}. The epochs needed are "
        f"{epochs_needed(result)} for A and {epochs_needed(result, 1)} for B on average."
    )


def _comparison(result: Result, found: Verdict, measure: str) -> str:
    gap = words.better_by(words.gap(found, measure), measure)
    pairs = f"B wins {found.wins}, A {found.losses}, {found.ties} are ties"
    corrected = words.interval(found.corrected.low, found.corrected.high, measure)
    plain = words.interval(found.plain.low, found.plain.high, measure)
    luck = f"p {words.equals(words.probability(found.corrected_p))}"
    if found.real:
        verdict = f"the corrected interval of the difference, {corrected}, leaves zero out ({luck}): " + (
            "**real**, as far as these rows can say."
            if result.config.differs != SEED
            else "a **false alarm**, for only the seed differs."
        )
    elif found.plainly_real:
        verdict = (
            f"the plain interval, {plain}, leaves zero out, but it takes splits of the same {result.total_rows:,} rows "
            f"for fresh data. The corrected one, {corrected} ({luck}), holds zero: **it may be luck**."
        )
    else:
        verdict = f"the corrected interval of the difference, {corrected} ({luck}), holds zero: **luck**"
        verdict += " will do as the reason." if result.config.differs != SEED else ", and here nothing else there is."
    pairing = ""
    own = found.plain.high - found.plain.mean
    if np.isfinite(own) and 0 < own < found.unpaired:
        pairing = (
            f" Paired, the plain interval is {found.unpaired / own:.1f} times narrower than without the pairs: a hard "
            "split is hard for both."
        )
    return f"{gap[0].upper()}{gap[1:]}: {pairs}; {verdict}{pairing}"


def _enough(result: Result, measure: str, precision: float) -> str:
    scores = judgement.values(result, measure)[0]
    known = scores[np.isfinite(scores)]
    wanted = precision / 100
    half = words.half(words.factor(measure) * wanted, measure)
    reached = judgement.first_enough(scores, wanted)
    forecast = judgement.enough(float(known[:FIRST].std(ddof=1)), wanted) if len(known) > FIRST else None
    deviation = float(known.std(ddof=1))
    overall = words.splits_text(judgement.enough(deviation, wanted))
    sentence = f"To know A’s mean to ±{half} (plain interval) takes {overall} by the spread of all {len(known)}"
    if forecast is not None:
        sentence += f"; by that of the first {FIRST} it would have been {words.splits_text(forecast)}"
    if reached is not None:
        sentence += f". In this run the interval was that narrow from split {reached} on"
    floor = float(judgement.floor(deviation, result.share))
    factor = words.factor(measure)
    if floor > wanted:
        sentence += (
            f". For other rows of this kind no number of splits is enough: with this spread the corrected half width "
            f"stays above ±{words.plain(factor * floor, measure)}"
        )
    if result.replacement and measure == judgement.SCORE:
        sentence += (
            ". Out-of-bag scores are a little low, for a sample holds "
            f"{100 * result.mean_learned / result.total_rows:.0f} % of the rows; "
            f"Efron’s .632 estimate puts A at {100 * judgement.point632(result):.2f} %"
        )
    return sentence + "."


def _ending(result: Result) -> str:
    sentences = []
    diverged = int((result.diverged >= 0).sum())
    if diverged:
        worst = "B" if (result.diverged[1] >= 0).sum() > (result.diverged[0] >= 0).sum() else "A"
        sentences.append(
            f"{diverged} networks diverged, most of {worst}: their loss was no longer a number, because the steps were "
            "too large. They count with their best weights until then, if there are any."
        )
    if result.group_name:
        sentences.append(
            f"Rows of one {result.group_name} stand on both sides of these splits, which flatters the scores: the "
            "cross-validation page keeps them together."
        )
    if result.stopped:
        done = int((result.epochs > 0).all(axis=0).sum())
        sentences.append(
            f"You stopped it after {done} of {result.config.splits} splits. Of the group that was interrupted only "
            "networks whose training had ended are kept, and those are the quick ones."
        )
    return " ".join(sentences)
