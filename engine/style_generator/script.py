"""The runnable script of these settings: both networks in plain Keras operations, a grid, and a table of mixtures.

What the learner should see: the style-based generator is a mapping of four layers and fourteen convolutions whose
channels are scaled. It fits on one page.
"""

from __future__ import annotations

import io

import numpy as np

from engine.style_generator import stored
from engine.style_generator.experiment import COLUMNS, COUNT, MIXING, SOURCES, TARGETS, Config
from engine.style_generator.network import Shape
from engine.style_generator.source import NOISE_SEED

WEIGHTS_FILE = "weights.npz"
PUBLISHED = (
    "**Published generators.** Someone who has one of NVIDIA’s StyleGAN2 generators as plain arrays (`.npz`, never a "
    "pickle: a pickle runs its author’s code) can look through it with this project’s reader. It maps the names, "
    "checks every shape, and says which array does not fit. The app itself takes no model files."
)
PUBLISHED_CODE = """from pathlib import Path

import numpy as np

from engine.style_generator import nvidia

published = nvidia.load(nvidia.read(Path("generator.npz").read_bytes()))
latents = np.random.default_rng(0).standard_normal((1, published.shape.latent)).astype("float32")
w = np.asarray(published.mapping(latents))
w = published.average_style + 0.7 * (w - published.average_style)  # truncation
styles = np.repeat(w[:, None], published.shape.styles, axis=1)  # one a layer: mix here
picture = np.asarray(published.synthesis([styles, *published.noises]))[0]  # (side, side, 3), about -1 to 1
print(picture.shape)
"""

_SCRIPT = '''"""Pictures from a style-based generator. Needs {weights} beside it, from the page's downloads.
Needs NumPy, Pillow and Keras with TensorFlow.
"""
import numpy as np
from keras import ops
from PIL import Image

COUNT, PSI, SIZES = {count}, {psi}, {sizes}
W = np.load("{weights}")
LAYERS = 2 * len(SIZES)


def leaky(x):
    return ops.leaky_relu(x, 0.2) * 2**0.5


def mapping(z):
    """64 numbers become a style, w."""
    x = z / np.sqrt(np.mean(z**2, axis=1, keepdims=True) + 1e-8)
    for k in range({mapping}):
        weight = W[f"fc{{k}}/weight"] * ({rate} / x.shape[1] ** 0.5)
        x = leaky(ops.matmul(x, weight) + W[f"fc{{k}}/bias"] * {rate})
    return np.asarray(x)


def smooth(x, before, after):
    """Zeros around, then the low-pass filter 1 3 3 1 both ways; its sum is 4, as after zeros between pixels."""
    taps = np.array([1, 3, 3, 1], np.float32) / 4
    kernel = np.repeat(np.outer(taps, taps)[:, :, None, None], x.shape[-1], axis=2)
    x = ops.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    return ops.depthwise_conv(x, kernel, padding="valid")


def doubled(x):
    """Twice as wide and high: zeros between the pixels, then the filter."""
    n, side, _, channels = x.shape
    x = ops.pad(ops.reshape(x, (n, side, 1, side, 1, channels)), ((0, 0), (0, 0), (0, 1), (0, 0), (0, 1), (0, 0)))
    return smooth(ops.reshape(x, (n, 2 * side, 2 * side, channels)), 2, 1)


def scales(name, w):
    """What this style multiplies the layer's input channels with."""
    weight = W[f"{{name}}/affine/weight"]
    return w @ weight / len(weight) ** 0.5 + W[f"{{name}}/affine/bias"]


def convolution(name, x, w, noise, doubles=False):
    """Scale the channels by the style, convolve, bring the size back, add noise."""
    weight, s = W[f"{{name}}/weight"], scales(name, w)
    norm = ops.rsqrt(ops.matmul(s**2, np.sum(weight**2, axis=(0, 1))) + 1e-8)
    x = x * s[:, None, None, :]
    if doubles:
        turned = ops.conv_transpose(x, weight.transpose(0, 1, 3, 2), strides=2, padding="valid")
        x = smooth(turned, 1, 1)
    else:
        x = ops.conv(x, weight, padding="same")
    return leaky(x * norm[:, None, None, :] + W[f"{{name}}/noise_strength"] * noise + W[f"{{name}}/bias"])


def colours(name, x, w):
    weight = W[f"{{name}}/weight"]
    s = scales(name, w) / weight.shape[2] ** 0.5
    return ops.conv(x * s[:, None, None, :], weight, padding="same") + W[f"{{name}}/bias"]


def synthesis(styles):
    """One style a layer, (n, LAYERS, 64), becomes pictures."""
    random, layer, picture = np.random.default_rng({noise_seed}), 0, None
    x = ops.convert_to_tensor(np.repeat(W["b4_const/picture"][None], len(styles), axis=0))
    for side in SIZES:
        for name in (["conv0"] if side > 4 else []) + ["conv1"]:
            noise = random.standard_normal((1, side, side, 1), np.float32)
            x = convolution(f"b{{side}}_{{name}}", x, styles[:, layer], noise, doubles=name == "conv0")
            layer += 1
        own = colours(f"b{{side}}_torgb", x, styles[:, layer])
        picture = own if picture is None else doubled(picture) + own
    values = np.asarray(picture)
    return np.clip(np.rint((values + 1) * 127.5), 0, 255).astype(np.uint8)


def save(pictures, columns, name):
    n, side = len(pictures), pictures.shape[1]
    rows = pictures.reshape(n // columns, columns, side, side, 3).swapaxes(1, 2)
    Image.fromarray(rows.reshape(n // columns * side, columns * side, 3)).save(name)


z = np.random.default_rng([{seed}, 64]).standard_normal((COUNT, 64), np.float32)
w = mapping(z)
w = W["average"] + np.float32(PSI) * (w - W["average"])  # truncation
pictures = synthesis(np.repeat(w[:, None], LAYERS, axis=1))
flat = pictures.reshape(COUNT, -1) / 255.0
print("variety:", round(float(np.sqrt(2 * flat.var(axis=0).mean() * COUNT / (COUNT - 1))), 5))
save(pictures, {columns}, "grid.png")'''

_MIXING = """rows, columns = w[:{sources}], w[{sources}:{both}]
styles = np.repeat(np.repeat(rows, {targets}, axis=0)[:, None], LAYERS, axis=1)
styles[:, {start}:{end}] = np.tile(columns, ({sources}, 1))[:, None]  # these layers hear the column
mixtures = synthesis(styles).reshape({sources}, {targets}, 64, 64, 3)


def apart(a, b):
    return np.sqrt(np.mean(((a.astype(np.float32) - b) / 255) ** 2, axis=(-3, -2, -1)))


from_row = apart(mixtures, pictures[:{sources}, None].astype(np.float32))
from_column = apart(mixtures, pictures[None, {sources}:{both}].astype(np.float32))
print("taken:", round(float((from_row / (from_row + from_column)).mean()), 5))
save(mixtures.reshape(-1, 64, 64, 3), {targets}, "mixtures.png")"""


def variable_names(shape: Shape) -> list[str]:
    """Return the names of a generator's weights in the order of `Contest.generator_weights`."""
    names = [f"fc{number}/{part}" for number in range(shape.mapping) for part in ("weight", "bias")]
    names.append("b4_const/picture")
    for size in shape.sizes:
        for part in ("conv0", "conv1", "torgb") if size > 4 else ("conv1", "torgb"):
            own = ("weight", "bias") if part == "torgb" else ("weight", "bias", "noise_strength")
            names += [f"b{size}_{part}/{name}" for name in (*own, "affine/weight", "affine/bias")]
    return [*names, "average"]


def script(config: Config) -> str:
    """Return the script; it prints the variety at ψ, and for mixtures how far they go, and saves the pictures."""
    from engine.style_generator.network import MAPPING_RATE

    shape = Shape()
    text = _SCRIPT.format(
        weights=WEIGHTS_FILE,
        count=COUNT,
        psi=config.psi,
        sizes=shape.sizes,
        mapping=shape.mapping,
        rate=MAPPING_RATE,
        noise_seed=NOISE_SEED,
        seed=config.seed,
        columns=COLUMNS,
    )
    if config.view == MIXING:
        text += "\n\n\n" + _MIXING.format(
            sources=SOURCES, both=SOURCES + TARGETS, targets=TARGETS, start=config.start, end=config.end
        )
    return text + "\n"


def weights_file(config: Config) -> bytes:
    """Return the generator's weights by name, as the script reads them: an .npz file of float32 arrays."""
    stream = io.BytesIO()
    weights = stored.generator(config.domain, config.moment)
    arrays = dict(zip(variable_names(Shape()), weights, strict=True))
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()
