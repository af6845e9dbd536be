"""Draw the logo and the browser-tab icon: a loss surface seen from above, and the way down to its minimum.

One geometry makes both, so that the two never differ: contour lines of an off-centre valley and a path of
three steps that ends in the dot. The blue and the orange have 3:1 contrast or more on the light and on the dark page.
Run `python -m assets.scripts.brand`.
"""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from assets.scripts import manifest

BRAND = manifest.TOP / "assets" / "brand"
COMMAND = "python -m assets.scripts.brand"
BLUE = "#1F84C6"
ORANGE = "#E0661A"
SIZE = 48.0
TILT = math.radians(-24)

# centre x, centre y, half width, half height of each contour, outermost first, and its line width
CONTOURS = (
    (24.0, 24.0, 22.2, 16.4, 3.0),
    (28.6, 25.4, 12.4, 8.6, 2.6),
)
PATH = ((7.6, 15.4), (16.6, 28.4), (23.4, 21.4), (30.6, 26.0))
PATH_WIDTH = 2.4
DOT_RADIUS = 3.8


def turned(x: float, y: float) -> tuple[float, float]:
    """Return a point turned by the tilt about the middle of the picture."""
    across, down = x - SIZE / 2, y - SIZE / 2
    return (
        SIZE / 2 + across * math.cos(TILT) - down * math.sin(TILT),
        SIZE / 2 + across * math.sin(TILT) + down * math.cos(TILT),
    )


def svg() -> str:
    """Return the logo as an SVG document of 48 × 48 units."""
    contours = "\n".join(
        f'    <ellipse cx="{x:g}" cy="{y:g}" rx="{wide:g}" ry="{high:g}" stroke-width="{width:g}"/>'
        for x, y, wide, high, width in CONTOURS
    )
    steps = " ".join(f"{x:g},{y:g}" for x, y in PATH)
    end = PATH[-1]
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE:g} {SIZE:g}" width="48" height="48" role="img">
  <title>Deep Learning Playground</title>
  <g transform="rotate({math.degrees(TILT):g} {SIZE / 2:g} {SIZE / 2:g})" fill="none">
   <g stroke="{BLUE}">
{contours}
   </g>
    <polyline points="{steps}" stroke="{ORANGE}" stroke-width="{PATH_WIDTH:g}" stroke-linecap="round" stroke-linejoin="round"/>
    <circle cx="{end[0]:g}" cy="{end[1]:g}" r="{DOT_RADIUS:g}" fill="{ORANGE}"/>
  </g>
</svg>
"""  # noqa: E501


def png(pixels: int) -> Image.Image:
    """Return the same drawing as a transparent square of `pixels` a side (drawn 8 times as large, then reduced)."""
    scale = 8 * pixels / SIZE
    image = Image.new("RGBA", (8 * pixels, 8 * pixels))
    draw = ImageDraw.Draw(image)

    def stroke(points: list[tuple[float, float]], color: str, width: float) -> None:
        placed = [(x * scale, y * scale) for x, y in (turned(*point) for point in points)]
        radius = width * scale / 2
        draw.line(placed, fill=color, width=round(2 * radius), joint="curve")
        for x, y in placed:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)

    angles = [2 * math.pi * index / 360 for index in range(361)]
    for x, y, wide, high, width in CONTOURS:
        stroke([(x + wide * math.cos(angle), y + high * math.sin(angle)) for angle in angles], BLUE, width)
    stroke(list(PATH), ORANGE, PATH_WIDTH)
    stroke([PATH[-1], PATH[-1]], ORANGE, 2 * DOT_RADIUS)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def main() -> None:
    """Write logo.svg and icon.png and enter them in the manifest."""
    BRAND.mkdir(parents=True, exist_ok=True)
    logo, icon = BRAND / "logo.svg", BRAND / "icon.png"
    logo.write_text(svg(), encoding="utf-8")
    png(128).save(icon, optimize=True)
    manifest.record(
        [logo, icon], source="drawn by assets/scripts/brand.py", licence="MIT, this project", command=COMMAND
    )
    print("logo.svg, icon.png")


if __name__ == "__main__":
    main()
