"""The 80 kinds of things the COCO data set has boxes for, in the order of NanoDet's outputs.

Names of the COCO consortium's data set (Lin et al., 2014, "Microsoft COCO: Common Objects in Context"). The data
set's own ids have gaps: `ids` gives them, since a file in COCO's format must use them.
"""

from __future__ import annotations

CLASSES = tuple(
    """person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag,
tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard,
tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot,
hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse, remote,
keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear,
hair drier, toothbrush""".replace("\n", " ").split(", ")
)
_GAPS = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
IDS = tuple(number for number in range(1, 91) if number not in _GAPS)
