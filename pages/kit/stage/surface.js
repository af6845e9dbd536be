// The surface seen from above: bands, contour lines, level numbers, axes.
// All of it is drawn once into an off-screen picture; a frame of playback only copies it.

import { fontOf, mixColors, parseColor, withAlpha } from "./base.js";
import { formatLevel, formatTick, niceTicks } from "./numbers.js";
import { drawLabel, rectanglesOverlap } from "./labels.js";

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** The colour of each band between levels: the palette's four steps spread over all bands. */
export function bandColors(theme, count) {
  return Array.from({ length: count }, (_, k) => {
    const at = count > 1 ? (k / (count - 1)) * (theme.bands.length - 1) : 0;
    const lower = Math.min(theme.bands.length - 2, Math.floor(at));
    return mixColors(theme.bands[lower], theme.bands[lower + 1], at - lower);
  });
}

/** Where the surface lies on the canvas, and the way between data and pixels. */
export function pictureFrame(width, height, surface, margins = { left: 38, right: 8, top: 8, bottom: 30 }) {
  const { left, top } = margins;
  const right = Math.max(left + 40, width - margins.right);
  const bottom = Math.max(top + 40, height - margins.bottom);
  const scaleX = (right - left) / (surface.x[1] - surface.x[0]);
  const scaleY = (bottom - top) / (surface.y[1] - surface.y[0]);
  return {
    width, height, left, top, right, bottom, scaleX, scaleY,
    toX: (x) => left + (x - surface.x[0]) * scaleX,
    toY: (y) => bottom - (y - surface.y[0]) * scaleY,
    fromX: (pixel) => surface.x[0] + (pixel - left) / scaleX,
    fromY: (pixel) => surface.y[0] + (bottom - pixel) / scaleY,
    contains: (x, y) => x >= surface.x[0] && x <= surface.x[1] && y >= surface.y[0] && y <= surface.y[1],
  };
}

/** The bands as an image of the frame's size: pixel by pixel, edges smoothed over one pixel. */
export function bandsImage(frame, surface, theme) {
  const colors = bandColors(theme, surface.levels.length + 1);
  const { data: z, shape: [ny, nx] } = surface.grid;
  const width = Math.round(frame.right - frame.left);
  const height = Math.round(frame.bottom - frame.top);
  const levels = surface.levels;
  const rgb = colors.map(parseColor);
  const image = new ImageData(width, height);
  const pixels = image.data;
  const stepX = (nx - 1) / width;
  const stepY = (ny - 1) / height;
  for (let row = 0; row < height; row += 1) {
    const v = Math.min(ny - 1.000001, (height - row - 0.5) * stepY);
    const j = Math.floor(v);
    const fy = v - j;
    let band = 0;
    for (let column = 0; column < width; column += 1) {
      const u = Math.min(nx - 1.000001, (column + 0.5) * stepX);
      const i = Math.floor(u);
      const fx = u - i;
      const at = j * nx + i;
      const below = z[at] + (z[at + 1] - z[at]) * fx;
      const above = z[at + nx] + (z[at + nx + 1] - z[at + nx]) * fx;
      const value = below + (above - below) * fy;
      while (band < levels.length && value >= levels[band]) band += 1;
      while (band > 0 && value < levels[band - 1]) band -= 1;
      const slopeX = (z[at + 1] - z[at]) * (1 - fy) + (z[at + nx + 1] - z[at + nx]) * fy;
      const slope = Math.hypot(slopeX * stepX, (above - below) * stepY) || 1e-30;
      let other = band;
      let part = 0;
      if (band < levels.length && levels[band] - value < slope * 0.5) {
        other = band + 1;
        part = 0.5 - (levels[band] - value) / slope;
      } else if (band > 0 && value - levels[band - 1] < slope * 0.5) {
        other = band - 1;
        part = 0.5 - (value - levels[band - 1]) / slope;
      }
      const pixel = 4 * (row * width + column);
      for (let k = 0; k < 3; k += 1) pixels[pixel + k] = rgb[band][k] + (rgb[other][k] - rgb[band][k]) * part;
      pixels[pixel + 3] = Number.isFinite(value) ? 255 : 0;
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** Trace a polyline as a smooth curve through its segments' middles. */
function traceSmooth(context, line) {
  const count = line.length / 2;
  context.moveTo(line[0], line[1]);
  for (let k = 1; k < count - 1; k += 1) {
    context.quadraticCurveTo(line[2 * k], line[2 * k + 1], (line[2 * k] + line[2 * k + 2]) / 2, (line[2 * k + 1] + line[2 * k + 3]) / 2);
  }
  context.lineTo(line[line.length - 2], line[line.length - 1]);
}

function linesInPixels(contour, frame, shape) {
  const [ny, nx] = shape;
  const stepX = (frame.right - frame.left) / (nx - 1);
  const stepY = (frame.bottom - frame.top) / (ny - 1);
  return contour.lines.map((line) => line.map((value, k) => (k % 2 ? frame.bottom - value * stepY : frame.left + value * stepX)));
}

/** Draw an axis name in italics; subscript digits are set smaller and lower. */
export function drawAxisName(context, name, x, y, theme, size = 15) {
  const digits = [...name].filter((letter) => SUBSCRIPTS.includes(letter)).map((letter) => SUBSCRIPTS.indexOf(letter)).join("");
  const stem = [...name].filter((letter) => !SUBSCRIPTS.includes(letter)).join("");
  context.fillStyle = theme.ink;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.font = fontOf(theme, size, 500, true);
  const width = context.measureText(stem).width;
  context.font = fontOf(theme, size * 0.76, 500);
  const tail = context.measureText(digits).width;
  context.fillText(digits, x - tail, y + 3);
  context.font = fontOf(theme, size, 500, true);
  context.fillText(stem, x - tail - width, y);
  return width + tail;
}

/** Where level numbers stand: on every major contour, away from `busy(x, y)` places, from `blocked` and from each other. */
function placeLevels(context, contours, frame, shape, busy, blocked) {
  const placed = [];
  let lastAngle = -Math.PI / 4;
  const centreX = (frame.left + frame.right) / 2;
  const centreY = (frame.top + frame.bottom) / 2;
  for (const contour of [...contours].reverse()) {
    if (!contour.major) continue;
    const text = formatLevel(contour.level);
    const width = context.measureText(text).width + 6;
    let best = null;
    for (const line of linesInPixels(contour, frame, shape)) {
      if (line.length < 24) continue;
      for (let k = 0; k < line.length; k += 6) {
        const [x, y] = [line[k], line[k + 1]];
        const box = { x: x - width / 2, y: y - 9, width, height: 18 };
        if (box.x < frame.left + 6 || box.x + width > frame.right - 6 || box.y < frame.top + 6 || box.y + 18 > frame.bottom - 6) continue;
        const wide = { x: box.x - 14, y: box.y - 8, width: width + 28, height: 34 };
        if ([...blocked, ...placed.map((one) => one.box)].some((other) => rectanglesOverlap(wide, other))) continue;
        const turn = Math.abs(Math.atan2(Math.sin(Math.atan2(y - centreY, x - centreX) - lastAngle), Math.cos(Math.atan2(y - centreY, x - centreX) - lastAngle)));
        const cost = busy(box) * 3 + turn * 2;
        if (!best || cost < best.cost) best = { cost, x, y, box, text };
      }
    }
    if (best && best.cost < 14) {
      lastAngle = Math.atan2(best.y - centreY, best.x - centreX);
      placed.push(best);
    }
  }
  return placed;
}

/**
 * Draw the whole surface over `bands` (from bandsImage). `busy(box)` says how full of paths a rectangle is, `blocked` are rectangles to keep free.
 * Returns the rectangles of the level numbers.
 */
export function drawSurface(context, frame, surface, contours, labels, theme, bands, busy, blocked) {
  context.drawImage(bands, frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  context.clip();
  context.lineWidth = 1;
  for (const contour of contours) {
    context.beginPath();
    for (const line of linesInPixels(contour, frame, surface.grid.shape)) traceSmooth(context, line);
    context.strokeStyle = withAlpha(theme.ink, contour.major ? (theme.dark ? 0.34 : 0.3) : theme.dark ? 0.17 : 0.15);
    context.stroke();
  }
  context.restore();
  context.font = fontOf(theme, 13);
  const numbers = placeLevels(context, contours, frame, surface.grid.shape, busy, blocked);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const one of numbers) drawLabel(context, one.text, one.x, one.y + 1, withAlpha(theme.ink, 0.66), withAlpha(theme.background, 0.85));
  drawAxes2d(context, frame, surface, labels, theme);
  return numbers.map((one) => one.box);
}

/** Frame, ticks, tick numbers and the two axis names. */
function drawAxes2d(context, frame, surface, labels, theme) {
  context.strokeStyle = withAlpha(theme.ink, 0.42);
  context.lineWidth = 1;
  context.strokeRect(Math.round(frame.left) + 0.5, Math.round(frame.top) + 0.5, Math.round(frame.right - frame.left) - 1, Math.round(frame.bottom - frame.top) - 1);
  const nameX = drawAxisName(context, labels.x, frame.right, frame.bottom + 18, theme);
  drawAxisName(context, labels.y, frame.left - 8, frame.top + 13, theme);
  context.font = fontOf(theme, 13);
  context.fillStyle = withAlpha(theme.ink, 0.66);
  context.textAlign = "center";
  context.textBaseline = "top";
  context.beginPath();
  const horizontal = niceTicks(surface.x[0], surface.x[1], Math.max(2, (frame.right - frame.left) / 62));
  for (const value of horizontal.values) {
    const x = frame.toX(value);
    const text = formatTick(value, horizontal.step);
    context.moveTo(Math.round(x) + 0.5, frame.bottom);
    context.lineTo(Math.round(x) + 0.5, frame.bottom + 4);
    if (x + context.measureText(text).width / 2 < frame.right - nameX - 5) context.fillText(text, x, frame.bottom + 8);
  }
  const vertical = niceTicks(surface.y[0], surface.y[1], Math.max(2, (frame.bottom - frame.top) / 62));
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of vertical.values) {
    const y = frame.toY(value);
    context.moveTo(frame.left, Math.round(y) + 0.5);
    context.lineTo(frame.left - 4, Math.round(y) + 0.5);
    if (y > frame.top + 26) context.fillText(formatTick(value, vertical.step), frame.left - 8, y + 0.5);
  }
  context.stroke();
}
