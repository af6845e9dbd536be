"""What the detection stage shows: the photograph, all candidates, what became of each, and the reader's true boxes.

Numbers travel small: sides of boxes in sixteenths of a pixel, scores in 65,535ths.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.detection.experiment import Result, classes
from engine.detection.view import Choice, Judgement, View, parse_truth
from engine.figures import theme
from engine.figures.packing import packed

SIDE_STEPS, SCORE_STEPS = 16, 65535
MOST_FRAMES = 400  # steps of the suppression that the transport bar goes through


def payload(
    result: Result, view: View, choice: Choice, judgement: Judgement | None, jpeg: bytes, credit: str, revision: str
) -> Mapping[str, Any]:
    """Return what the stage draws.

    Args:
        result: All candidates.
        view: What was chosen among them.
        choice: The outcome.
        judgement: The outcome against the true boxes, if there are any.
        jpeg: The photograph.
        credit: Whose it is; stands under it.
        revision: Changes when the trace has to start anew.
    """
    names = classes(result.config.detector)
    truth = parse_truth(view.truth, result.config.detector, result.width, result.height)
    steps = choice.passed[:MOST_FRAMES]
    return {
        "kind": "detection",
        "revision": revision,
        "picture": {"url": _url(jpeg), "width": result.width, "height": result.height, "credit": credit},
        "names": list(names),
        "colors": {str(kind): color for kind, color in colors(result, choice).items()},
        "boxes": packed(np.rint(result.boxes * SIDE_STEPS), "uint16"),
        "score": packed(np.rint(result.score * SCORE_STEPS), "uint16"),
        "class": packed(result.kind, "uint8"),
        "stride": packed(result.stride, "uint8"),
        "steps": packed(steps, "int32"),
        "fate": packed(choice.fate[steps], "int32"),
        "overlap": packed(choice.overlap[steps]),
        "kept": packed(choice.kept, "int32"),
        "passed": len(choice.passed),
        "places": result.places,
        "threshold": view.score,
        "limit": view.overlap,
        "right_from": view.right_from,
        "truth": [
            {"name": names[kind], "box": [float(side) for side in box], "overlap": round(float(overlap), 4)}
            for kind, box, overlap in zip(
                truth.kind, truth.boxes, judgement.found_overlap if judgement else (), strict=judgement is not None
            )
        ],
        "given": [] if judgement is None else judgement.given.tolist(),
        "metrics": [] if judgement is None else _rows(judgement, view),
        "metrics_note": "AP, average precision: do the right boxes come first when all are put in order of score?",
        "draw": names[result.kind[choice.kept[0]]] if len(choice.kept) else names[0],
    }


def colors(result: Result, choice: Choice) -> dict[int, str]:
    """Return a colour for each class among the kept boxes, best first; the same on the light and the dark page."""
    found = list(dict.fromkeys(int(kind) for kind in result.kind[choice.kept]))
    return {kind: theme.CATEGORICAL[place % len(theme.CATEGORICAL)].light for place, kind in enumerate(found)}


def annotated(
    jpeg: bytes, boxes: np.ndarray, labels: Sequence[str], shades: Sequence[str], longest: int | None = None
) -> Image.Image:
    """Return the photograph with boxes and names on it.

    Args:
        jpeg: The photograph.
        boxes: (N, 4) left, top, right, bottom.
        labels: What stands at each box.
        shades: The colour of each.
        longest: Its longer side in the picture returned, in pixels; None: its own size.
    """
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    if longest is not None:
        before = image.width
        image.thumbnail((longest, longest))
        boxes = boxes * (image.width / before)
    draw = ImageDraw.Draw(image)
    pen = max(2, round(max(image.size) / 320))
    font = ImageFont.load_default(max(13, round(max(image.size) / 48)))
    # The best box last, so that it is on top.
    for box, label, shade in reversed(list(zip(boxes, labels, shades, strict=True))):
        draw.rectangle(tuple(box), outline=shade, width=pen)
        left, top, right, bottom = draw.textbbox((0, 0), label, font=font)
        wide, high = right - left + 2 * pen + 4, bottom - top + 2 * pen + 2
        x = min(max(0.0, float(box[0])), max(0.0, image.width - wide))
        y = float(box[1]) - high if box[1] >= high else float(box[1])
        draw.rectangle((x, y, x + wide, y + high), fill=shade)
        draw.text((x + pen + 2 - left, y + pen + 1 - top), label, fill="white", font=font)
    return image


def annotated_png(result: Result, choice: Choice, jpeg: bytes) -> bytes:
    """Return the kept boxes on the photograph as a PNG file."""
    names, shade = classes(result.config.detector), colors(result, choice)
    image = annotated(
        jpeg,
        result.boxes[choice.kept],
        [f"{names[result.kind[one]]} {result.score[one]:.2f}" for one in choice.kept],
        [shade[int(result.kind[one])] for one in choice.kept],
    )
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@lru_cache(maxsize=16)
def _url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _rows(judgement: Judgement, view: View) -> list[list[str]]:
    counts = judgement.counts

    def share(value: float) -> str:
        return "–" if np.isnan(value) else f"{100 * value:.0f} %"

    def decimals(value: float) -> str:
        return "–" if np.isnan(value) else f"{value:.2f}"

    return [
        ["precision", share(counts.precision), f"{counts.right} of {counts.right + counts.wrong} boxes right"],
        ["recall", share(counts.recall), f"{counts.right} of {counts.right + counts.missed} true boxes found"],
        ["F1", decimals(counts.f1), "harmonic mean of both"],
        [f"AP at IoU {view.right_from:.2f}", decimals(judgement.average), "of the boxes shown; mean over the classes"],
        ["AP, mean over IoU 0.50–0.95", decimals(judgement.coco), "COCO's mAP: asks for tighter boxes, too"],
    ]
