// Filled boxes of a panel: bars, histograms, blocks of rows.

import { fontOf, luminance, mixColors, seriesColor, withAlpha } from "./base.js";
import { each, styleOf } from "./board_data.js";

/** Box i of rectangles in pixels `{x, y, width, height}` on whole device pixels, or null. */
export function rectanglePlace(mark, frame, i, ratio = 1) {
  if (!mark.shown(i)) return null;
  const snap = (value) => Math.round(value * ratio) / ratio;
  const [left, right] = [snap(frame.toX(mark.x0[i])), snap(frame.toX(mark.x1[i]))].sort((a, b) => a - b);
  const floor = (value) => (Number.isNaN(frame.toY(value)) && value <= 0 ? frame.y.from : frame.toY(value));
  const [top, bottom] = [snap(floor(mark.y0[i])), snap(floor(mark.y1[i]))].sort((a, b) => a - b);
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  if (![left, right, top, bottom].every(Number.isFinite)) return null;
  const gapX = Math.min(mark.gap, box.width * 0.3);
  const gapY = Math.min(mark.gap, box.height * 0.3);
  return { x: box.x + gapX, y: box.y + gapY, width: box.width - 2 * gapX, height: box.height - 2 * gapY };
}

/** Draw boxes and, where it fits, a text in the middle of each. */
export function drawRectangles(context, mark, frame, theme, ratio) {
  for (let i = 0; i < mark.x0.length; i += 1) {
    const box = rectanglePlace(mark, frame, i, ratio);
    if (!box) continue;
    const color = seriesColor(styleOf(mark, i), theme);
    const opacity = each(mark.opacity, i);
    context.fillStyle = withAlpha(color, opacity);
    context.fillRect(box.x, box.y, box.width, box.height);
    const text = mark.labels[i];
    if (!text) continue;
    const size = [13, 11.5].find((one) => {
      context.font = fontOf(theme, one, 500);
      return context.measureText(text).width + 4 <= box.width && one <= box.height;
    });
    if (!size) continue;
    context.fillStyle = readableOn(mixColors(theme.background, color, opacity), theme);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, box.x + box.width / 2, box.y + box.height / 2 + 0.5);
  }
}

/** Ink or background, whichever reads better on this colour. */
export function readableOn(color, theme) {
  const contrast = (other) => {
    const [light, dark] = [luminance(color), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  return contrast(theme.ink) >= contrast(theme.background) ? theme.ink : theme.background;
}
