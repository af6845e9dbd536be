"""The errors a learner may meet: each says what was wrong and what to do about it.

Pages show `message` and `advice` as they are; a traceback never reaches the screen.
"""

from __future__ import annotations


class PlaygroundError(Exception):
    """Base of every error that is shown to a learner.

    Attributes:
        message: What was wrong, in one plain sentence.
        advice: What to do now, in one plain sentence; may be empty.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[type[PlaygroundError], tuple[str, str]]:
        # Errors travel from the worker process; both parts must survive the trip.
        return (type(self), (self.message, self.advice))


class InvalidSetting(PlaygroundError):
    """A setting is outside its range or not one of its options."""


class InvalidFormula(PlaygroundError):
    """A typed formula cannot be read or has no value on the picture."""


class InvalidData(PlaygroundError):
    """Uploaded data cannot be used; the message names the reason."""


class RunFailed(PlaygroundError):
    """A run ended with an error of its own."""


class WorkerLost(PlaygroundError):
    """The worker process died in the middle of a run (killed, or out of memory)."""


class ClusterUnreachable(PlaygroundError):
    """No worker can be reached: the local pool did not start, or the cluster does not answer."""


class StoreUnavailable(PlaygroundError):
    """A result cannot be written or read (disk full, no permission)."""
