// Pictures made of many small areas: the matrix of categories and the map of values with its contour lines.

import { mixColors, parseColor, seriesColor, withAlpha } from "./base.js";
import { marchContours } from "./contours.js";
import { colorTable } from "./maps.js";

const GHOST = 0.22;
const MIDDLE = 256; // the entry of a colour table that is the page's background
const CONTOURS = new WeakMap();

/** Top and bottom of row `row` of a matrix on the panel, without its gap. */
export function rowEdges(mark, frame, row) {
  const edge = (k) => frame.toY(mark.y0 + ((mark.y1 - mark.y0) * k) / mark.rows);
  const [top, bottom] = [edge(row), edge(row + 1)].sort((a, b) => a - b);
  const gap = Math.min(mark.gap, (bottom - top) * 0.4);
  return { top: top + gap / 2, bottom: bottom - gap / 2 };
}

/** Draw a matrix of categories. Cells wider than a pixel have crisp edges; narrower ones are averaged pixel by pixel. */
export function drawCells(context, mark, frame, theme, ratio) {
  const { index, rows, columns } = mark;
  const from = frame.toX(mark.x0);
  const to = frame.toX(mark.x1);
  const snap = (value) => Math.round(value * ratio) / ratio;
  const pixels = Math.max(1, Math.round(Math.abs(to - from) * ratio));
  const draw = pixels >= columns ? drawRuns : drawAverages;
  for (let row = 0; row < rows; row += 1) {
    const { top, bottom } = rowEdges(mark, frame, row);
    context.globalAlpha = mark.shown(row) ? 1 : GHOST;
    const box = { from, to, top: snap(top), height: Math.max(1 / ratio, snap(bottom) - snap(top)), pixels, snap };
    draw(context, mark, index.subarray(row * columns, (row + 1) * columns), box, theme);
  }
  context.globalAlpha = 1;
}

function drawRuns(context, mark, cells, { from, to, top, height, snap }, theme) {
  const edge = (column) => snap(from + ((to - from) * column) / cells.length);
  for (let start = 0; start < cells.length;) {
    let end = start + 1;
    while (end < cells.length && cells[end] === cells[start]) end += 1;
    const style = mark.styles[cells[start]];
    if (style) {
      context.fillStyle = withAlpha(seriesColor(style, theme), mark.opacities[cells[start]] ?? 1);
      const left = Math.min(edge(start), edge(end));
      context.fillRect(left, top, Math.abs(edge(end) - edge(start)), height);
    }
    start = end;
  }
}

function drawAverages(context, mark, cells, { from, to, top, height, pixels }, theme) {
  const line = document.createElement("canvas");
  line.width = pixels;
  line.height = 1;
  const paint = line.getContext("2d");
  const image = paint.createImageData(pixels, 1);
  const colors = mark.styles.map((style, k) => [...parseColor(seriesColor(style, theme)).slice(0, 3), mark.opacities[k] ?? 1]);
  for (let p = 0; p < pixels; p += 1) {
    const low = (p * cells.length) / pixels;
    const high = ((p + 1) * cells.length) / pixels;
    const sum = [0, 0, 0, 0];
    for (let column = Math.floor(low); column < Math.min(cells.length, Math.ceil(high)); column += 1) {
      const color = colors[cells[column]];
      const weight = Math.min(high, column + 1) - Math.max(low, column);
      if (!color) continue;
      for (let k = 0; k < 3; k += 1) sum[k] += color[k] * color[3] * weight;
      sum[3] += color[3] * weight;
    }
    const place = 4 * (to >= from ? p : pixels - 1 - p);
    for (let k = 0; k < 3; k += 1) image.data[place + k] = sum[3] ? sum[k] / sum[3] : 0;
    image.data[place + 3] = (255 * sum[3]) / (high - low);
  }
  paint.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(line, Math.min(from, to), top, Math.abs(to - from), height);
  context.imageSmoothingEnabled = true;
}

/** The colour of a value on a map, as the map shows it: over the page's background. */
export function heatColor(mark, value, theme) {
  const part = Math.max(0, Math.min(1, (value - mark.low) / (mark.high - mark.low || 1)));
  const full = seriesColor(mark.style, theme);
  if (!mark.below) return mixColors(theme.background, full, part * mark.strength);
  const side = 2 * part - 1;
  return mixColors(theme.background, side < 0 ? seriesColor(mark.below, theme) : full, Math.abs(side) * mark.strength);
}

function heatImage(mark, theme) {
  const { rows, columns, values } = mark;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const full = seriesColor(mark.style, theme);
  const table = colorTable(mark.below ? seriesColor(mark.below, theme) : full, full, theme.background, mark.strength);
  const first = mark.below ? 0 : MIDDLE;
  const last = 2 * MIDDLE;
  const span = mark.high - mark.low || 1;
  for (let p = 0; p < rows * columns; p += 1) {
    const part = (values[p] - mark.low) / span;
    if (Number.isNaN(part)) continue;
    pixels[p] = table[Math.round(first + Math.max(0, Math.min(1, part)) * (last - first))];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function contoursOf(mark) {
  const known = CONTOURS.get(mark.source) ?? new Map();
  CONTOURS.set(mark.source, known);
  if (!known.has(mark.values.byteOffset)) {
    const levels = Array.from({ length: mark.contours }, (_, k) => mark.low + ((mark.high - mark.low) * (k + 1)) / (mark.contours + 1));
    known.set(mark.values.byteOffset, levels.map((level) => marchContours(mark.values, mark.columns, mark.rows, level)));
  }
  return known.get(mark.values.byteOffset);
}

/** Draw a map of values; the first and last centres lie at x0, x1, y0, y1 and the outer cells reach half a cell beyond. */
export function drawHeat(context, mark, frame, theme) {
  const { rows, columns } = mark;
  const [x0, x1, y0, y1] = [frame.toX(mark.x0), frame.toX(mark.x1), frame.toY(mark.y0), frame.toY(mark.y1)];
  const stepX = columns > 1 ? (x1 - x0) / (columns - 1) : x1 - x0 || frame.right - frame.left;
  const stepY = rows > 1 ? (y1 - y0) / (rows - 1) : y1 - y0 || frame.bottom - frame.top;
  context.save();
  context.translate(x0 - stepX / 2, y0 - stepY / 2);
  context.scale(stepX, stepY);
  context.imageSmoothingEnabled = mark.smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(heatImage(mark, theme), 0, 0);
  context.restore();
  if (mark.contours > 0 && rows > 1 && columns > 1) {
    context.lineWidth = 1;
    context.setLineDash([]);
    contoursOf(mark).forEach((lines, k) => {
      const alpha = k % 2 ? (theme.dark ? 0.34 : 0.3) : theme.dark ? 0.17 : 0.15;
      context.strokeStyle = withAlpha(theme.ink, alpha);
      context.beginPath();
      for (const line of lines) {
        for (let i = 0; i < line.length; i += 2) context[i ? "lineTo" : "moveTo"](x0 + line[i] * stepX, y0 + line[i + 1] * stepY);
      }
      context.stroke();
    });
  }
}
