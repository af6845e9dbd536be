"""What is enlarged: shipped photographs, a card of letters and stripes, the reader's own picture.

What the learner should see: only where a picture is made smaller first is there a truth to compare with. An old
picture is enlarged as it is, and nobody knows what was there.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.data import photographs, pictures
from engine.faces.drawing import draw
from engine.runs.store import store

CARD, SHEET, UPLOAD = "card", "sheet", "upload"
FACES, FACE_SCALE, FACE_SIDE = "faces", 8, 64
PICTURES = (*photographs.BY_NAME, CARD, SHEET, UPLOAD)
JUDGE, ENLARGE = "judge", "enlarge"
MODES = (JUDGE, ENLARGE)
MOST_JUDGED = 480_000  # pixels of a truth: 800 × 600
MOST_ENLARGED = 1_000_000  # pixels of an enlarged picture
CARD_SIZE = (448, 320)
STRIPES = (24, 16, 12, 8, 6, 4)  # pixels from one dark stripe to the next
STRIPE_SIDE = 64
STRIPE_TOP, STRIPE_STEP, STRIPE_LEFT = 232, 72, 12
SHEET_ROWS, SHEET_COLUMNS, SHEET_SEED = 3, 4, 99
_THINGS = (  # photograph, left, top and side of the piece
    ("coffee", 130, 60, 280),
    ("flower", 130, 20, 380),
    ("chelsea", 120, 10, 230),
    ("rocket", 250, 60, 300),
    ("china", 180, 60, 330),
    ("camera", 170, 60, 200),
    ("astronaut", 20, 300, 200),
    ("astronaut", 172, 40, 136),
)
_LINES = ((12, 30, "Sharper, or right?"), (56, 20, "A letter is known by few pixels."))
_SMALL_LINES = ((92, 14), (118, 11), (140, 9), (158, 7))
_WORDS = "The quick brown fox jumps over the lazy dog 0123456789"


def keep(content: bytes) -> str:
    """Keep an uploaded picture as a plain JPEG; return the digest for `Config.upload`; raise InvalidData."""
    return store().put_blob(pictures.to_jpeg(pictures.read(content)))


def whole(photograph: str, upload: str = "") -> np.ndarray:
    """Return a picture as it is, uint8 (height, width, 3).

    Args:
        photograph: One of PICTURES.
        upload: The digest that `keep` gave, for UPLOAD.

    Raises:
        InvalidData: The upload is not there any more.
    """
    if photograph in (CARD, SHEET):
        return card() if photograph == CARD else sheet()
    content = store().get_blob(upload) if photograph == UPLOAD else photographs.BY_NAME[photograph].path.read_bytes()
    return pictures.read(content)


def part(size: tuple[int, int], scale: int, mode: str, across: float, down: float) -> tuple[int, int, int, int]:
    """Return the part of a picture that is used: left, top, right, bottom in its pixels.

    All of it where it is small enough; else a part of the same proportions. What is judged has sides that are
    multiples of `scale`, so that every small pixel stands for a whole block.

    Args:
        size: Width and height of the picture.
        scale: How many times it becomes wider and higher.
        mode: JUDGE or ENLARGE.
        across: Where the part lies, from 0 (left) to 1 (right).
        down: The same from top to bottom.
    """
    most = MOST_JUDGED if mode == JUDGE else MOST_ENLARGED / scale**2
    share = min(1.0, (most / (size[0] * size[1])) ** 0.5)
    step = scale if mode == JUDGE else 1
    width, height = (max(step, int(side * share) // step * step) for side in size)
    left, top = round((size[0] - width) * across), round((size[1] - height) * down)
    return left, top, left + width, top + height


def sheet() -> np.ndarray:
    """Return twelve pieces of 64 × 64: four drawn faces, seven things that are none, and a photographed face."""
    pieces = list(draw(SHEET_COLUMNS, SHEET_SEED).pictures)
    for name, left, top, side in _THINGS:
        image = pictures.opened(photographs.BY_NAME[name].path.read_bytes())
        piece = image.crop((left, top, left + side, top + side))
        pieces.append(np.asarray(piece.resize((FACE_SIDE, FACE_SIDE), Image.Resampling.LANCZOS)))
    rows = [np.concatenate(pieces[row : row + SHEET_COLUMNS], axis=1) for row in range(0, len(pieces), SHEET_COLUMNS)]
    return np.concatenate(rows)


def smaller_pieces(picture: np.ndarray, scale: int, side: int) -> np.ndarray:
    """Return a sheet with every piece of side × side made smaller by itself, so that none looks into the next."""
    small = np.empty((picture.shape[0] // scale, picture.shape[1] // scale, 3), np.uint8)
    for top in range(0, picture.shape[0], side):
        for left in range(0, picture.shape[1], side):
            rows, columns = (slice(start // scale, (start + side) // scale) for start in (top, left))
            small[rows, columns] = smaller(picture[top : top + side, left : left + side], scale)
    return small


def smaller(picture: np.ndarray, scale: int) -> np.ndarray:
    """Return a picture made `scale` times smaller by Pillow's bicubic filter, uint8."""
    height, width, _ = picture.shape
    small = Image.fromarray(picture).resize((width // scale, height // scale), Image.Resampling.BICUBIC)
    return np.asarray(small)


def nearest(small: np.ndarray, scale: int) -> np.ndarray:
    """Return a picture with every pixel as a block of scale × scale."""
    return small.repeat(scale, axis=0).repeat(scale, axis=1)


def webp(pixels: np.ndarray) -> np.ndarray:
    """Return a picture's file, WebP without loss, as the bytes of a uint8 array."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "WEBP", lossless=True, quality=50, method=4)
    return np.frombuffer(stream.getvalue(), np.uint8)


def unpacked(content: np.ndarray) -> np.ndarray:
    """Return the pixels of what `webp` packed, uint8 (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(content.tobytes())).convert("RGB"))


def card() -> np.ndarray:
    """Return the card of letters and stripes: ink on paper, stripes ever closer, upright and slanted."""
    height = CARD_SIZE[1]
    image = Image.new("RGB", CARD_SIZE, "#F3EFE4")
    draw = ImageDraw.Draw(image)
    for top, size, text in _LINES:
        draw.text((14, top), text, "#1B2430", ImageFont.load_default(size))
    for top, size in _SMALL_LINES:
        draw.text((14, top), _WORDS, "#1B2430", ImageFont.load_default(size))
    pixels = np.array(image)
    y, x = np.mgrid[:STRIPE_SIDE, :STRIPE_SIDE]
    for number, period in enumerate(STRIPES):
        left = STRIPE_LEFT + number * STRIPE_STEP
        for top, phase in ((STRIPE_TOP, 0.6 * x + 0.8 * y), (STRIPE_TOP - 48, x.astype(float))):
            rows = min(STRIPE_SIDE, 44) if top < STRIPE_TOP else STRIPE_SIDE
            level = 0.5 + 0.5 * np.sin(2 * np.pi * phase[:rows] / period)
            ink, paper = np.array([27, 36, 48]), np.array([243, 239, 228])
            painted = ink + level[..., None] * (paper - ink)
            pixels[top : top + rows, left : left + STRIPE_SIDE] = np.rint(painted[: height - top])
    return pixels
