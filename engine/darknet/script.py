"""The runnable script of exactly this network: plain Keras, layer by layer, reading the .weights file itself."""

from __future__ import annotations

from engine.darknet import cfg, samples, weights
from engine.darknet.experiment import GREY, LEAST_SCORE, Config, texts
from engine.darknet.layers import PICTURE, Layer, Plan
from engine.darknet.plan import plan
from engine.darknet.view import MOST_BOXES, View

_HEAD = '''"""A Darknet network in Keras: {title}.

Needs network.weights and picture.jpg beside it: both can be downloaded on the page.{credit}
"""
import keras
import numpy as np
from keras import layers, ops
from PIL import Image

SCORE, OVERLAP, TOP = {score}, {overlap}, {top}
numbers = np.fromfile("network.weights", "<f4", offset={header})  # behind the header
position = 0


def take(*shape):
    global position
    position += int(np.prod(shape))
    return numbers[position - int(np.prod(shape)) : position].reshape(shape)


'''

_PARTS = {
    "activated": """def activated(x, name):
    if name == "leaky":
        return layers.LeakyReLU(0.1)(x)
    return layers.Activation({"logistic": "sigmoid", "swish": "silu"}.get(name, name))(x)


""",
    "normal": """def normal(x, biases, scales, means, variances):
    layer = layers.BatchNormalization(epsilon=1e-6)
    x = layer(x)
    layer.set_weights([scales, biases, means, variances])
    return x


""",
    "convolutional": """\
def convolutional(x, filters, size, activation, stride=1, padding=0, groups=1, dilation=1, batch_normal=False):
    # Biases; scales, means and variances; then the kernel.
    statistics = [take(filters) for _ in range(4 if batch_normal else 1)]
    kernel = take(filters, x.shape[3] // groups, size, size).transpose(2, 3, 1, 0)
    x = layers.ZeroPadding2D(padding)(x) if padding else x
    layer = layers.Conv2D(filters, size, stride, dilation_rate=dilation, groups=groups, use_bias=not batch_normal)
    x = layer(x)
    layer.set_weights([kernel] if batch_normal else [kernel, *statistics])
    return activated(normal(x, *statistics) if batch_normal else x, activation)


""",
    "connected": """def connected(x, outputs, activation, batch_normal=False):
    biases = take(outputs)
    x = layers.Flatten()(layers.Permute((3, 1, 2))(x))  # channels first, as in the file
    kernel = take(outputs, x.shape[1]).T
    layer = layers.Dense(outputs, use_bias=not batch_normal)
    x = layer(x)
    layer.set_weights([kernel] if batch_normal else [kernel, biases])
    x = normal(x, biases, *(take(outputs) for _ in range(3))) if batch_normal else x
    return layers.Reshape((1, 1, outputs))(activated(x, activation))


""",
    "maxpool": """def maxpool(x, size, stride, before, after):
    x = ops.pad(x, ((0, 0), (before, after), (before, after), (0, 0)), constant_values=-1e30)
    return layers.MaxPooling2D(size, stride)(x)


""",
    "softmax": """def softmax(x):
    first = layers.Permute((3, 1, 2))(x)
    return layers.Permute((2, 3, 1))(layers.Reshape(first.shape[1:])(layers.Softmax()(layers.Flatten()(first))))


""",
    "reorg": """def reorg(x, stride):
    _, high, wide, channels = x.shape
    x = layers.Reshape((channels // stride**2, high, stride, wide, stride))(layers.Permute((3, 1, 2))(x))
    x = layers.Permute((3, 5, 1, 2, 4))(x)
    x = layers.Reshape((channels * stride**2, high // stride, wide // stride))(x)
    return layers.Permute((2, 3, 1))(x)


""",
}

_DECODE = """
picture = Image.open("picture.jpg").convert("RGB")
scale = min({columns} / picture.width, {rows} / picture.height)
small = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BILINEAR){grey}
left, top = {corner}
pixels = np.full(({rows}, {columns}, {channels}), {fill}, "uint8")
pixels[top : top + small.height, left : left + small.width] = np.reshape(small, (small.height, small.width, -1))
outputs = model(pixels[None] / np.float32(255))
outputs = [ops.convert_to_numpy(one)[0] for one in (outputs if isinstance(outputs, list) else [outputs])]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def decoded(output, anchors, classes, softmax=False, spread=1.0, new=False):
    high, wide, _ = output.shape
    anchors = np.reshape(anchors, (-1, 2))  # as shares of the picture
    output = output.reshape(high, wide, len(anchors), 5 + classes)
    cells = np.stack(np.meshgrid(np.arange(wide), np.arange(high)), axis=-1)[:, :, None]
    shift = output[..., :2] if new else sigmoid(output[..., :2])
    middle = (cells + shift * spread - (spread - 1) / 2) / (wide, high)
    half = ((2 * output[..., 2:4]) ** 2 if new else np.exp(output[..., 2:4])) * anchors / 2
    sure = output[..., 4:] if new else sigmoid(output[..., 4:])
    if softmax:
        sure[..., 1:] = keras.ops.convert_to_numpy(ops.softmax(output[..., 5:]))
    boxes = np.concatenate([middle - half, middle + half], axis=-1).reshape(-1, 4)
    return boxes, (sure[..., :1] * sure[..., 1:]).reshape(-1, classes)


found = [
{heads}
]
boxes = np.concatenate([one for one, _ in found]) * ({columns}, {rows}, {columns}, {rows})
boxes = np.clip((boxes - (left, top, left, top)) / scale, 0, picture.size * 2)
scores = np.concatenate([np.pad(one, ((0, 0), (0, {classes} - one.shape[1]))) for _, one in found])
kinds, scores = scores.argmax(axis=1), scores.max(axis=1)


kept = []
for one in np.argsort(-scores, kind="stable"):
    if scores[one] < SCORE or len(kept) == TOP:
        break
    rivals = boxes[[other for other in kept if kinds[other] == kinds[one]]].reshape(-1, 4)
    sides = np.minimum(boxes[one, 2:], rivals[:, 2:]) - np.maximum(boxes[one, :2], rivals[:, :2])
    shared = np.maximum(sides, 0).prod(axis=1)
    both = np.prod(boxes[one, 2:] - boxes[one, :2]) + np.prod(rivals[:, 2:] - rivals[:, :2], axis=1) - shared
    if (shared <= OVERLAP * both).all():
        kept.append(one)
        print(f"class {{kinds[one]}}: {{scores[one]:.4f}} at " + ", ".join(f"{{side:.1f}}" for side in boxes[one]))
"""

CREDIT = "\nThe face detector: Vincent Mühler, face-api.js, 2018, MIT."


def script(view: View) -> str:
    """Return the script; its weights file is the one the page offers, a lost number included.

    Raises:
        InvalidData: Uploaded files are no longer there.
    """
    config = view.run()
    layout = plan(cfg.parse(texts(config)))
    own = config.network in (samples.FACE, samples.GROUPS)
    kinds = {layer.kind for layer in layout.layers}
    if any(layer.settings.get("normal") for layer in layout.layers):
        kinds.add("normal")
    if any("activation" in layer.settings for layer in layout.layers):
        kinds.add("activated")
    head = _HEAD.format(
        title=samples.LABELS.get(config.network, "your own files"),
        credit=CREDIT if own else "",
        score=max(view.score, LEAST_SCORE),
        overlap=view.overlap,
        top=MOST_BOXES,
        header=_header(config),
    )
    parts = "".join(source for name, source in _PARTS.items() if name in kinds)
    body = [f"image = keras.Input({layout.shape})", *map(_line, layout.layers)]
    ends = layout.heads or layout.layers[-1:]
    body.append(f"model = keras.Model(image, [{', '.join(f'y{end.number}' for end in ends)}])")
    body.append('assert position == len(numbers), "the file belongs to another network"')
    source = head + parts + "\n".join(body) + "\n"
    if not layout.heads or any(one.kind == "detection" for one in layout.heads) or layout.shape[2] not in (1, 3):
        return source + "model.summary()\n"
    return source + "\n" + _decoding(layout, own)


def _header(config: Config) -> int:
    from engine.darknet.experiment import content

    return 20 if config.network in samples.SAMPLES else weights.header(content(config)).bytes


def _decoding(layout: Plan, own: bool) -> str:
    rows, columns, channels = layout.shape
    heads = []
    for place, head in enumerate(layout.heads):
        across, down = (columns, rows) if head.kind == "yolo" else (head.shape[1], head.shape[0])
        sides = ", ".join(
            f"{side:g} / {across if number % 2 == 0 else down}" for number, side in enumerate(head.settings["anchors"])
        )
        more = ", softmax=True" if head.settings.get("softmax") else ""
        more += f", spread={head.settings['spread']:g}" if head.settings.get("spread", 1) != 1 else ""
        more += ", new=True" if head.settings.get("new") else ""
        last = f"{head.settings['classes']}{more}"
        heads.append(f"    decoded(\n        outputs[{place}],\n{_wrapped(sides)},\n        {last},\n    ),")
    return _DECODE.lstrip("\n").format(
        rows=rows,
        columns=columns,
        channels=channels,
        grey='.convert("L")' if channels == 1 else "",
        corner="0, 0" if own else f"({columns} - small.width) // 2, ({rows} - small.height) // 2",
        fill=0 if own else GREY,
        heads="\n".join(heads),
        classes=max(head.settings["classes"] for head in layout.heads),
    )


def _wrapped(sides: str) -> str:
    """Return a list of many numbers on as many lines as it needs."""
    lines, line = [], ""
    for part in sides.split(", "):
        if len(line) + len(part) > 95:
            lines.append(line)
            line = ""
        line += f"{part}, "
    inner = "\n         ".join(one.strip() for one in [*lines, line.rstrip(", ")])
    return f"        [{inner}]"


def _line(layer: Layer) -> str:
    """Return the layer's line of the script."""
    reads = ["image" if source == PICTURE else f"y{source}" for source in layer.sources]
    own, x = layer.settings, reads[0]
    if layer.kind == "convolutional":
        words = [x, str(layer.shape[2]), str(own["size"]), f'"{own["activation"]}"']
        defaults = {"stride": 1, "padding": 0, "groups": 1, "dilation": 1}
        words += [f"{key}={own[key]}" for key, usual in defaults.items() if own[key] != usual]
        call = f"convolutional({', '.join(words)}{', batch_normal=True' if own['normal'] else ''})"
    elif layer.kind == "connected":
        more = ", batch_normal=True" if own["normal"] else ""
        call = f'connected({x}, {layer.shape[2]}, "{own["activation"]}"{more})'
    elif layer.kind == "maxpool":
        before = own["padding"] // 2
        call = f"maxpool({x}, {own['size']}, {own['stride']}, {before}, {own['padding'] - before})"
    elif layer.kind == "route":
        if own["groups"] > 1:
            reads = [f"ops.split({read}, {own['groups']}, axis=3)[{own['group']}]" for read in reads]
        call = reads[0] if len(reads) == 1 else f"layers.Concatenate()([{', '.join(reads)}])"
    elif layer.kind == "shortcut":
        call = f'activated(layers.Add()([{", ".join(reads)}]), "{own["activation"]}")'
    elif layer.kind == "upsample":
        scale = f" * {own['scale']:g}" if own["scale"] != 1 else ""
        call = f"layers.UpSampling2D({own['stride']})({x}){scale}"
    elif layer.kind == "reorg":
        call = f"reorg({x}, {own['stride']})"
    elif layer.kind == "avgpool":
        call = f"layers.GlobalAveragePooling2D(keepdims=True)({x})"
    elif layer.kind == "softmax":
        call = f"softmax({x})"
    else:
        call = x  # heads are decoded below; dropout does nothing outside training
    return f"y{layer.number} = {call}"
