"""What the reader takes along: boxes in COCO's format, as a table, and the trace of the suppression."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from engine.detection import coco
from engine.detection.boxes import BEYOND, KEPT
from engine.detection.experiment import NANODET, Result, classes
from engine.detection.view import Choice

HEADER = ("number", "class", "score", "left", "top", "right", "bottom", "grid", "fate", "by", "iou")


def coco_json(pictures: Sequence[tuple[str, Result, Choice]]) -> str:
    """Return kept boxes as a COCO file: images, categories, and annotations with a score; boxes as x, y, width, height.

    Args:
        pictures: Name, result and choice of each picture; all of one detector.
    """
    detector = pictures[0][1].config.detector
    ids = coco.IDS if detector == NANODET else (1,)
    annotations: list[dict[str, Any]] = []
    for image, (_, result, choice) in enumerate(pictures, 1):
        for number in choice.kept:
            left, top, right, bottom = (round(float(side), 2) for side in result.boxes[number])
            width, height = round(right - left, 2), round(bottom - top, 2)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": ids[result.kind[number]],
                    "bbox": [left, top, width, height],
                    "area": round(width * height, 2),
                    "iscrowd": 0,
                    "score": round(float(result.score[number]), 5),
                }
            )
    content = {
        "images": [
            {"id": image, "file_name": name, "width": result.width, "height": result.height}
            for image, (name, result, _) in enumerate(pictures, 1)
        ],
        "categories": [{"id": one, "name": name} for one, name in zip(ids, classes(detector), strict=True)],
        "annotations": annotations,
    }
    return json.dumps(content, indent=1)


def rows(result: Result, choice: Choice, numbers: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield one row of HEADER for each candidate of those numbers; the best candidate of all is number 1."""
    names = classes(result.config.detector)
    words = {KEPT: "kept", BEYOND: "no place left", -3: "score too low", -4: "class not wanted"}
    for number in numbers:
        fate = int(choice.fate[number])
        yield (
            int(number) + 1,
            names[result.kind[number]],
            round(float(result.score[number]), 4),
            *(round(float(side), 1) for side in result.boxes[number]),
            int(result.stride[number]),
            words.get(fate, "suppressed"),
            fate + 1 if fate >= 0 else None,
            round(float(choice.overlap[number]), 3) if fate >= 0 else None,
        )
