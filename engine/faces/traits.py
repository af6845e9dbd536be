"""What a drawn face is like, as numbers: they are drawn first, the picture follows from them alone.

What the learner should see: every face has known attributes, so that "which direction of the latent space puts glasses
on?" is a question with an answer that can be checked.
"""

from __future__ import annotations

import colorsys

import numpy as np

HAIR_STYLES = ("bald", "cropped", "parted", "fringe", "long", "curly", "bun", "bob")
BALD, CROPPED, PARTED, FRINGE, LONG, CURLY, BUN, BOB = range(8)
_STYLE_SHARES = (0.07, 0.15, 0.18, 0.12, 0.17, 0.13, 0.08, 0.10)
_LONG_HAIRED = (LONG, BUN, BOB)

# From light to dark.
_SKINS = (
    np.array([(255, 222, 196), (243, 198, 160), (224, 168, 122), (186, 125, 82), (134, 83, 52), (88, 54, 38)]) / 255
)
# Black, dark brown, brown, chestnut, auburn, ginger, dark blond, blond, grey, white: 0 to 1 along the list.
_HAIRS = (
    np.array(
        [
            (24, 20, 22),
            (52, 34, 26),
            (84, 54, 36),
            (110, 66, 40),
            (134, 62, 36),
            (186, 92, 44),
            (164, 124, 74),
            (222, 186, 118),
            (140, 138, 140),
            (216, 214, 212),
        ]
    )
    / 255
)
_EYES = np.array([(62, 38, 24), (104, 68, 36), (96, 112, 62), (70, 112, 134), (84, 138, 186), (110, 120, 126)]) / 255

# Traits drawn evenly from 0…1 first, in this order; a new one goes to the end, so that old seeds keep their faces.
_DRAWN = (
    "skin", "hair_colour", "hair_style", "glasses", "glasses_form", "smile", "mouth_open", "yaw", "pitch", "roll",
    "background", "background_hue", "background_style", "background_second", "shoulders_hue", "shoulders_strength",
    "shoulders_light", "collar", "beard", "beard_form", "width", "height", "jaw", "eye_size", "eye_apart", "eye_colour",
    "gaze", "brow_height", "brow_thick", "brow_tilt", "nose_width", "nose_length", "mouth_width", "lips", "lip_colour",
    "light", "blush", "hair_volume", "part", "hairline", "x", "y", "phase", "hair_length", "shoulders_width", "squint",
    "frame",
)  # fmt: skip


def draw_traits(count: int, seed: int) -> dict[str, np.ndarray]:
    """Return the traits of `count` faces, float32 (n,) each; the first n of more are the same faces.

    skin 0 (light)…1 (dark), hair_colour 0…1 along black, browns, reds, blonds, grey, white, hair_style a number in
    HAIR_STYLES, glasses and beard 0 or 1, smile −1…1, yaw −1 (to the left of the picture)…1, background 0 (dark)…1;
    the others 0…1.
    """
    even = np.random.default_rng(seed).random((count, len(_DRAWN)), np.float32)
    traits = {name: even[:, place].copy() for place, name in enumerate(_DRAWN)}
    bounds = np.cumsum(_STYLE_SHARES)[:-1]
    style = np.searchsorted(bounds, traits["hair_style"], side="right")
    traits["hair_style"] = style.astype(np.float32)
    traits["glasses"] = (traits["glasses"] < 0.3).astype(np.float32)
    may_have = ~np.isin(style, _LONG_HAIRED)
    traits["beard"] = ((traits["beard"] < 0.34) & may_have).astype(np.float32)
    traits["smile"] = np.clip(2.3 * traits["smile"] - 0.95, -1, 1).astype(np.float32)
    # More faces look ahead than aside.
    yaw = 2 * traits["yaw"] - 1
    traits["yaw"] = (np.sign(yaw) * np.abs(yaw) ** 1.3).astype(np.float32)
    # Dark skin rarely goes with fair hair: the colour list is cut short there, but keeps grey and white.
    hair = traits["hair_colour"]
    fair = (hair > 0.32) & (hair < 0.82) & (traits["skin"] > 0.55)
    traits["hair_colour"] = np.where(fair, hair * 0.35, hair).astype(np.float32)
    return traits


def _along(colours: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return colours (3, n, 1, 1) at these shares of a list of colours."""
    places = np.linspace(0, 1, len(colours))
    mixed = [np.interp(share, places, colours[:, part]) for part in range(3)]
    return np.asarray(mixed, np.float32)[:, :, None, None]


def skin_colour(traits: dict[str, np.ndarray]) -> np.ndarray:
    """Return each face's skin colour, float32 (3, n, 1, 1) in 0…1."""
    return _along(_SKINS, traits["skin"])


def hair_colour(traits: dict[str, np.ndarray]) -> np.ndarray:
    """Return each face's hair colour, float32 (3, n, 1, 1) in 0…1."""
    return _along(_HAIRS, traits["hair_colour"])


def eye_colour(traits: dict[str, np.ndarray]) -> np.ndarray:
    """Return each face's eye colour, float32 (3, n, 1, 1): brown for most, and for all with dark skin."""
    share = np.where(traits["skin"] > 0.55, traits["eye_colour"] * 0.25, traits["eye_colour"])
    return _along(_EYES, share)


def hue(hues: np.ndarray, strength: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Return colours (3, n, 1, 1) from hue, saturation and lightness, each (n,) in 0…1."""
    listed = [colorsys.hls_to_rgb(*one) for one in zip(hues.tolist(), light.tolist(), strength.tolist(), strict=True)]
    return np.asarray(listed, np.float32).reshape(-1, 3).T[:, :, None, None]
