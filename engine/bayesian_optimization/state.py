"""A search that can be saved and taken up again: the package's own state file, read as a stranger's file is read.

What the learner should see: what was paid for is kept. A saved search goes on as if it had never stopped, to the last
digit: its samples, and the state of its random numbers, are all there is to it.
"""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.bayesian_optimization.recipe import HIGH, LOW, NAMES
from engine.errors import InvalidData

LARGEST = 2_000_000  # bytes
MOST_EVALUATIONS = 500
SETTINGS = "playground"  # under this name a file keeps what was evaluated; the package passes over it
ADVICE = "Choose a file that was saved on this page, or by save_state of the package for the same four parameters."


def saved(optimizer: Any, settings: dict[str, Any]) -> str:
    """Return the state of the package's optimizer as JSON, with the settings of what it evaluated."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        optimizer.save_state(path)
        state = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps({**state, SETTINGS: settings})


def read(text: str | bytes) -> dict[str, Any]:
    """Return what may be trusted of a state file: `params` (n, 4), `target` (n,), `random_state` and the settings.

    Raises:
        InvalidData: It is no state of such a search.
    """
    if len(text) > LARGEST:
        raise InvalidData("The file is larger than 2 MB.", ADVICE)
    try:
        state = json.loads(text)
        keys = list(state["keys"])
        params = np.array(state["params"], dtype=float).reshape(-1, len(NAMES))
        target = np.array(state["target"], dtype=float).reshape(-1)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidData("The file is no saved search.", ADVICE) from error
    if sorted(map(str, keys)) != sorted(NAMES):
        raise InvalidData(f"The file searches other parameters: {', '.join(map(str, keys))[:80]}.", ADVICE)
    params = params[:, [keys.index(name) for name in NAMES]]
    if not 0 < len(params) == len(target) <= MOST_EVALUATIONS:
        raise InvalidData(f"The file holds {len(params)} points and {len(target)} scores.", ADVICE)
    inside = np.isfinite(params).all() and (params >= LOW - 1e-9).all() and (params <= HIGH + 1e-9).all()
    if not inside or not np.isfinite(target).all():
        raise InvalidData("The file holds points outside the bounds, or scores that are no numbers.", ADVICE)
    settings = state.get(SETTINGS)
    return {
        "params": np.clip(params, LOW, HIGH).tolist(),
        "target": target.tolist(),
        "random_state": _random_state(state.get("random_state")),
        SETTINGS: settings if isinstance(settings, dict) else {},
    }


def text(state: dict[str, Any]) -> bytes:
    """Return what `read` returned as a file that `read` takes."""
    return json.dumps({"keys": list(NAMES), **state}).encode()


def _random_state(given: Any) -> dict[str, Any] | None:
    """Return the state of the random numbers if it is one, else None: then the search's seed counts."""
    try:
        numbers = [int(number) for number in given["state"]]
        position, gauss = int(given["pos"]), float(given["cached_gaussian"])
        has_gauss = int(given["has_gauss"])
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
    fits = len(numbers) == 624 and all(0 <= number < 2**32 for number in numbers) and 0 <= position <= 624
    if not fits or has_gauss not in (0, 1) or not math.isfinite(gauss):
        return None
    return {
        "bit_generator": "MT19937",
        "state": numbers,
        "pos": position,
        "has_gauss": has_gauss,
        "cached_gaussian": gauss,
    }


def put_into(optimizer: Any, state: dict[str, Any], sizes: list[float] | None) -> None:
    """Let the package's optimizer take up a state; its acquisition and its process stay as they were made.

    Args:
        optimizer: A new one.
        state: What `read` returned.
        sizes: The constraint's value at each point, where the search has one.
    """
    own = optimizer._state_to_dict()
    content = {
        **own,
        "params": state["params"],
        "target": state["target"],
        "constraint_values": sizes,
        "random_state": state["random_state"],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        optimizer.load_state(path)
