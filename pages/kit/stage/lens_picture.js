// The whole picture: one enlargement left of the line, another right of it, and the lens over both.

import { fontOf, sizeCanvas } from "./base.js";

const CREDIT = 20; // pixels below the picture, where whose it is stands

/** Draw on `canvas`. */
export function createLensPicture(canvas) {
  let place = { x: 0, y: 0, width: 1, height: 1 };
  let size = { width: 1, height: 1 };

  const scale = () => place.width / size.width;

  function name(context, theme, text, x, align) {
    context.font = fontOf(theme, 13.5, 600);
    const wide = context.measureText(text).width + 14;
    const left = align === "left" ? x : x - wide;
    if (left < place.x || left + wide > place.x + place.width) return;
    context.fillStyle = "rgba(0,0,0,0.66)";
    context.fillRect(left, place.y + 8, wide, 23);
    context.fillStyle = "#fff";
    context.textBaseline = "middle";
    context.fillText(text, left + 7, place.y + 20);
  }

  return {
    /** Where the picture lies on the canvas, in CSS pixels. */
    frame: () => place,
    toPicture: ([x, y]) => [(x - place.x) / scale(), (y - place.y) / scale()],
    toShare: (x) => (x - place.x) / place.width,
    scale,
    /** Draw a scene: `{theme, width, height, data, left, right: {canvas, name}, overlay, lens, divider}`. */
    draw({ theme, width, height, data, left, right, overlay, lens, divider }) {
      size = { width: data.width, height: data.height };
      const fit = Math.min(width / size.width, (height - CREDIT) / size.height);
      const [wide, high] = [Math.round(size.width * fit), Math.round(size.height * fit)];
      place = { x: Math.round((width - wide) / 2), y: 0, width: wide, height: high };
      const context = sizeCanvas(canvas, width, height);
      context.clearRect(0, 0, width, height);
      context.imageSmoothingQuality = "high";
      context.drawImage(right.canvas, place.x, place.y, wide, high);
      if (overlay) {
        context.fillStyle = theme.background;
        context.globalAlpha = 0.62;
        context.fillRect(place.x, place.y, wide, high);
        context.globalAlpha = 1;
        context.drawImage(overlay, place.x, place.y, wide, high);
      } else {
        const cut = divider * size.width;
        if (cut > 0) context.drawImage(left.canvas, 0, 0, cut, size.height, place.x, place.y, divider * wide, high);
        const line = place.x + divider * wide;
        name(context, theme, left.name, line - 10, "right");
        name(context, theme, right.name, line + 10, "left");
      }
      const [x, y] = [place.x + lens.x * fit, place.y + lens.y * fit];
      context.strokeStyle = "rgba(0,0,0,0.6)";
      context.lineWidth = 5;
      context.strokeRect(x, y, lens.width * fit, lens.height * fit);
      context.strokeStyle = "#fff";
      context.lineWidth = 2.4;
      context.strokeRect(x, y, lens.width * fit, lens.height * fit);
    },
  };
}
