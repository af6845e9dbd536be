"""Scenes: named settings with a question that asks for a guess before the answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.config import Config


@dataclass(frozen=True)
class Scene:
    """One preset of a page.

    Attributes:
        name: What the scene control shows, at most three words.
        config: The settings it puts on every control.
        question: Asks for a prediction; stands behind the bold "Predict."
        options: The guesses offered.
        answer: Result, guess → one or two sentences that say what the run showed and whether the guess was right.
    """

    name: str
    config: Config
    question: str
    options: tuple[str, ...]
    answer: Callable[[Any, str], str]


def matching(scenes: Sequence[Scene], config: Config) -> Scene | None:
    """Return the scene whose settings are exactly `config`, or None for settings of the reader's own."""
    return next((scene for scene in scenes if scene.config == config), None)


def judged(guess: str, right: str, evidence: str) -> str:
    """Return what a scene answers: whether the guess was right, else which option was, and what was measured."""
    return f"Right. {evidence}" if guess == right else f"You said “{guess}”; it was “{right}”. {evidence}"
