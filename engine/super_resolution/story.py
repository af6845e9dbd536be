"""What happened, in sentences computed from the result that is shown."""

from __future__ import annotations

import numpy as np

from engine.super_resolution.experiment import BICUBIC, LABELS, NEAREST, PERCEPTUAL, PSNR, Result
from engine.super_resolution.network import ADVERSARIAL, PIXEL
from engine.super_resolution.sources import FACES
from engine.super_resolution.survey import Result as Survey

MINUS = "−"


def value(result: Result, method: str, column: int = PSNR) -> float:
    """Return one measure of one method; NaN where there is no truth."""
    return float(result.measures[result.methods.index(method), column])


def gain(result: Result, method: str = PIXEL) -> float:
    """Return by how many decibels a method beats bicubic interpolation in PSNR; negative where it is worse."""
    return value(result, method) - value(result, BICUBIC)


def signed(decibels: float) -> str:
    """Return "+1.2 dB" or "−0.4 dB"."""
    return f"{'+' if decibels >= 0 else MINUS}{abs(decibels):.1f} dB"


def by(decibels: float) -> str:
    """Return "1.2 dB better than" or "0.4 dB worse than"."""
    return f"{abs(decibels):.1f} dB {'better' if decibels >= 0 else 'worse'} than"


NAMES = {
    NEAREST: "repeating pixels",
    BICUBIC: "bicubic interpolation",
    PIXEL: "the pixel-loss network",
    ADVERSARIAL: "the adversarial network",
    FACES: "the network that knows only faces",
}


def story(result: Result, survey: Survey | None) -> list[str]:
    """Return paragraphs about one picture, and about all shipped photographs where they are measured."""
    scale, methods = result.config.scale, result.methods
    richest = methods[-1]
    richer, plain = NAMES[richest], NAMES[methods[-2]]
    if np.isnan(value(result, richest)):
        changed = float(np.sqrt((result.strength.astype(float) ** 2).mean()))
        paragraphs = [
            f"The picture became {scale} times wider and higher: {scale * scale - 1} of every {scale * scale} pixels "
            f"are guesses. {richer.capitalize()} and {plain} differ by {changed:.1f} of 255 levels of brightness (root "
            "mean square); which of them is right, no number here can say. Nobody has the truth."
        ]
    else:
        closest = max(methods, key=lambda method: value(result, method))
        others = [f"{NAMES[method]} is {by(gain(result, method))} it" for method in methods[2:] if method != closest]
        paragraphs = [
            f"Closest to the truth, pixel by pixel, is **{NAMES[closest]}** with {value(result, closest):.1f} dB, "
            f"{by(gain(result, closest))} bicubic interpolation ({value(result, BICUBIC):.1f} dB)"
            + "".join(f"; {other}" for other in others)
            + ".",
        ]
        real = min(methods[1:], key=lambda method: value(result, method, PERCEPTUAL))
        paragraphs.append(
            f"To the eyes of a network that names things in photographs, **{NAMES[real]}** looks most like the truth "
            f"(perceptual distance {value(result, real, PERCEPTUAL):.3f}; bicubic "
            f"{value(result, BICUBIC, PERCEPTUAL):.3f}). Of the detail that {richer} adds to {plain}, "
            f"**{100 * result.invented:.0f} % is invented**: it does not point to what was missing."
        )
    if survey is not None and len(survey.names):
        paragraphs.append(_over_all(survey))
    if result.stopped:
        paragraphs.append("The run was stopped: what the networks had not reached is bicubic here.")
    return paragraphs


def _over_all(survey: Survey) -> str:
    psnr = survey.measures[:, :, PSNR]
    bicubic = survey.methods.index(BICUBIC)
    parts = []
    for row in range(bicubic + 1, len(survey.methods)):
        gains = psnr[:, row] - psnr[:, bicubic]
        name = LABELS[survey.methods[row]].lower()
        parts.append(f"{name} {signed(gains.mean())} ({signed(gains.min())} to {signed(gains.max())})")
    return (
        f"One picture proves nothing. Over the {len(survey.names)} shipped photographs at ×{survey.config.scale}, none "
        f"of which was trained on, against bicubic interpolation: {'; '.join(parts)}."
    )
