"""What each kind of layer makes of its section: its shape, its parameters, its work.

What the learner should see: a handful of rules, each a few lines, make every YOLO from the first to the fourth.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.darknet import kinds_heads
from engine.darknet.cfg import Section
from engine.darknet.layers import ACTIVATIONS, MOST_CHANNELS, Draft, Layer, Shape, must_be_there
from engine.darknet.layers import size as size_of


def _activation(section: Section, default: str) -> str:
    name = section.text_of("activation", default)
    if name not in ACTIVATIONS:
        raise section.refuse(
            "activation", f"the activation “{name:.30}” is not read here.", f"Read are: {', '.join(ACTIVATIONS)}."
        )
    return name


def _convolutional(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    size = section.integer("size", 1, 1, 31)
    stride = section.integer("stride", 1, 1, 16)
    filters = section.integer("filters", 1, 1, MOST_CHANNELS)
    groups = section.integer("groups", 1, 1, MOST_CHANNELS)
    dilation = section.integer("dilation", 1, 1, 16)
    padding = section.integer("padding", 0, 0, 32)
    if section.integer("pad", 0, 0, 1):
        padding = size // 2 * dilation
    high, wide, channels = given
    if channels % groups or filters % groups:
        raise section.refuse(
            "groups",
            f"{channels} channels and {filters} filters cannot be parted into {groups} groups.",
            "Divide both.",
        )
    if dilation > 1 and stride > 1:
        raise section.refuse("dilation", "dilation with a stride above 1 is not read here.", "Use one of them.")
    rows, columns = ((side + 2 * padding - dilation * (size - 1) - 1) // stride + 1 for side in (high, wide))
    must_be_there(section, rows, columns)
    normal = bool(section.integer("batch_normalize", 0, 0, 1))
    kernel = size * size * channels // groups * filters
    return Draft(
        (number - 1,),
        (rows, columns, filters),
        kernel + (4 if normal else 1) * filters,
        kernel * rows * columns,
        {
            "size": size,
            "stride": stride,
            "padding": padding,
            "groups": groups,
            "dilation": dilation,
            "normal": normal,
            "activation": _activation(section, "logistic"),
        },
    )


def _connected(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    outputs = section.integer("output", 1, 1, 200_000)
    normal = bool(section.integer("batch_normalize", 0, 0, 1))
    kernel = math.prod(given) * outputs
    settings = {"normal": normal, "activation": _activation(section, "logistic")}
    return Draft((number - 1,), (1, 1, outputs), kernel + (4 if normal else 1) * outputs, kernel, settings)


def _maxpool(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    stride = section.integer("stride", 1, 1, 16)
    size = section.integer("size", stride, 1, 31)
    padding = section.integer("padding", size - 1, 0, 62)
    rows, columns = ((side + padding - size) // stride + 1 for side in given[:2])
    must_be_there(section, rows, columns)
    settings = {"size": size, "stride": stride, "padding": padding}
    return Draft((number - 1,), (rows, columns, given[2]), settings=settings)


def _avgpool(_section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    return Draft((number - 1,), (1, 1, given[2]))


def _same(_section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    return Draft((number - 1,), given)


def _source(section: Section, key: str, asked: int, number: int) -> int:
    source = number + asked if asked < 0 else asked
    if not 0 <= source < number:
        where = "itself" if source == number else f"layer {source}, which comes later" if source > number else "nowhere"
        raise section.refuse(
            key,
            f"layer {number} would read {where}; a network must not run in a circle.",
            f"Name a layer from 0 to {number - 1}, or count back with −1 to −{number}."
            if number
            else "The first layer has none before it.",
        )
    return source


def _route(section: Section, number: int, _given: Shape, before: list[Layer]) -> Draft:
    asked = section.integers("layers", -MOST_CHANNELS, MOST_CHANNELS, 32)
    if not asked:
        raise section.refuse("layers", "“layers” is missing.", "Name the layers to put together, such as layers=-1,8.")
    sources = tuple(_source(section, "layers", one, number) for one in asked)
    shapes = [before[source].shape for source in sources]
    if len({shape[:2] for shape in shapes}) > 1:
        listed = ", ".join(f"layer {source}: {size_of(shape)}" for source, shape in zip(sources, shapes, strict=True))
        raise section.refuse("layers", f"the maps have different sizes ({listed}).", "Only equal ones can be joined.")
    groups = section.integer("groups", 1, 1, 64)
    group = section.integer("group_id", 0, 0, 63)
    if group >= groups or any(shape[2] % groups for shape in shapes):
        raise section.refuse("groups", f"the channels have no part {group} of {groups}.", "Check groups and group_id.")
    channels = sum(shape[2] // groups for shape in shapes)
    return Draft(sources, (*shapes[0][:2], channels), settings={"groups": groups, "group": group})


def _shortcut(section: Section, number: int, given: Shape, before: list[Layer]) -> Draft:
    asked = section.integers("from", -MOST_CHANNELS, MOST_CHANNELS, 1)
    if not asked:
        raise section.refuse("from", "“from” is missing.", "Name the layer to add, such as from=-3.")
    source = _source(section, "from", asked[0], number)
    if not number or before[source].shape != given:
        raise section.refuse(
            "from",
            f"layer {source} gives {size_of(before[source].shape)}, the layer before gives {size_of(given)}.",
            "Only maps of one shape can be added here.",
        )
    settings = {"activation": _activation(section, "linear")}
    return Draft((number - 1, source), given, operations=0, settings=settings)


def _upsample(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    stride = section.integer("stride", 2, 1, 16)
    scale = section.number("scale", 1.0, -1e6, 1e6)
    return Draft(
        (number - 1,),
        (given[0] * stride, given[1] * stride, given[2]),
        settings={"stride": stride, "scale": scale},
    )


def _reorg(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    stride = section.integer("stride", 1, 1, 16)
    high, wide, channels = given
    if high % stride or wide % stride or channels % stride**2:
        raise section.refuse(
            "stride",
            f"{size_of(given)} cannot be folded by {stride}.",
            f"Rows and columns must be multiples of {stride}, channels of {stride**2}.",
        )
    shape = (high // stride, wide // stride, channels * stride**2)
    return Draft((number - 1,), shape, settings={"stride": stride})


UNREAD = {
    "local": "has weights of its own at every place; Keras has no such layer any more.",
    "crop": "belongs to training and is not read here.",
    "rnn": "is a recurrent layer, no part of a detector.",
    "net": "may stand only at the beginning.",
}
# Settings that only training reads, and those that would change what the layer computes.
TRAINING = frozenset(
    (
        *("absolute", "bias_match", "burn_in", "coord_scale", "class_scale", "object_scale", "noobject_scale"),
        *("ignore_thresh", "jitter", "max", "nms_kind", "iou_loss", "iou_thresh", "iou_normalizer", "cls_normalizer"),
        *("obj_normalizer", "delta_normalizer", "beta_nms", "max_delta", "rescore", "thresh", "truth_thresh"),
        *("random", "resize", "learning_rate", "stopbackward", "probability", "dropblock", "label_smooth_eps"),
        *("counters_per_class", "force", "forced", "focal_loss", "scale_xy", "objectness_smooth"),
    )
)
CHANGING = frozenset(
    (
        *("antialiasing", "binary", "xnor", "flipped", "reverse", "stride_x", "stride_y", "maxpool_depth"),
        *("out_channels", "share_index", "weights_type", "weights_normalization", "assisted_excitation", "deform"),
        *("sway", "rotate", "stretch", "tree", "map", "background"),
    )
)
_CONVOLUTION = frozenset(
    ("size", "stride", "filters", "groups", "dilation", "padding", "pad", "batch_normalize", "activation")
)
_Draw = Callable[[Section, int, Shape, list[Layer]], Draft]
KINDS: dict[str, tuple[_Draw, frozenset[str]]] = {
    "convolutional": (
        _convolutional,
        frozenset(
            ["size", "stride", "filters", "groups", "dilation", "padding", "pad", "batch_normalize", "activation"]
        ),
    ),
    "connected": (_connected, frozenset(("output", "batch_normalize", "activation"))),
    "maxpool": (_maxpool, frozenset(("size", "stride", "padding"))),
    "avgpool": (_avgpool, frozenset()),
    "dropout": (_same, frozenset()),
    "softmax": (_same, frozenset(("groups", "temperature"))),
    "route": (_route, frozenset(("layers", "groups", "group_id"))),
    "shortcut": (_shortcut, frozenset(("from", "activation"))),
    "upsample": (_upsample, frozenset(("stride", "scale"))),
    "reorg": (_reorg, frozenset(("stride",))),
    "region": (kinds_heads.region, frozenset(("num", "classes", "anchors", "softmax", "coords"))),
    "yolo": (kinds_heads.yolo, frozenset(("num", "classes", "anchors", "mask", "scale_x_y", "new_coords", "coords"))),
    "detection": (kinds_heads.detection, frozenset(("num", "classes", "side", "coords", "sqrt", "softmax"))),
}
