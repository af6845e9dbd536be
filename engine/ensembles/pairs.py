"""Every pair of members: how alike their errors are, and what their plain average gains over the better of the two.

What the learner should see: over all pairs, the more alike the errors, the smaller the gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.ensembles.blend import Blended, scores_of


@dataclass(frozen=True)
class Pairs:
    """All pairs of a run's members, P of them.

    Attributes:
        members: int (P, 2), positions of the two.
        alike: (P,) correlation of their errors.
        gain: (P,) mean score of their average minus that of the better one.
    """

    members: np.ndarray
    alike: np.ndarray
    gain: np.ndarray

    @property
    def together(self) -> float:
        """Correlation of likeness and gain over the pairs; not-a-number for fewer than three."""
        known = np.isfinite(self.alike)
        if known.sum() < 3:
            return float("nan")
        return float(np.corrcoef(self.alike[known], self.gain[known])[0, 1])


def pairs(blended: Blended) -> Pairs:
    """Return all pairs of the run's members, in the blend or not."""
    result = blended.result
    places = np.array(list(combinations(range(len(result.members)), 2)), dtype=int).reshape(-1, 2)
    averages = [scores_of(result, result.test[place].mean(axis=0)[None], result.test_y)[0].mean() for place in places]
    better = blended.member_scores.mean(axis=0)[places].max(axis=1)
    return Pairs(places, blended.alike[places[:, 0], places[:, 1]], np.array(averages) - better)
