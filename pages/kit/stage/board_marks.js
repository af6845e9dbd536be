// The marks of a board's panel, each as its Python class in engine/figures/board_marks.py describes it.

import { fontOf, seriesColor, withAlpha } from "./base.js";
import { drawRectangles } from "./board_boxes.js";
import { drawCells, drawHeat } from "./board_cells.js";
import { each, styleOf } from "./board_data.js";
import { drawImage } from "./board_image.js";
import { drawLabel } from "./labels.js";
import { drawMarker } from "./marks.js";

const GHOST = 0.22;
const STRONG = 1.5; // from this emphasis on a line is drawn thick, with a casing

/** Whether a line is drawn thick, with a casing. */
export const isStrong = (mark) => mark.emphasis >= STRONG;

/** Add a line's points from `first` to `last` to the current path; not-a-number breaks it, stairs go x first. */
export function tracePath(context, mark, frame, first = 0, last = mark.x.length - 1) {
  let before = NaN;
  for (let i = first; i <= last; i += 1) {
    const x = frame.toX(mark.x[i]);
    const y = frame.toY(mark.y[i]);
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      before = NaN;
      continue;
    }
    if (Number.isNaN(before)) context.moveTo(x, y);
    else if (mark.step) context.lineTo(x, before);
    if (!Number.isNaN(before) || i === last) context.lineTo(x, y);
    before = y;
  }
}

/** The last point of a line that is already there, −1 for none. */
export function lastShown(mark) {
  let last = mark.x.length - 1;
  while (last >= 0 && !mark.shown(last)) last -= 1;
  return last;
}

/** Pixels of a line's pen. */
export const penWidth = (mark) => (isStrong(mark) ? mark.style.width + 1.2 : mark.style.width * 0.95);

function drawLine(context, mark, frame, theme) {
  const color = seriesColor(mark.style, theme);
  const width = penWidth(mark);
  const end = lastShown(mark);
  context.lineJoin = "round";
  context.lineCap = mark.style.dash.length ? "butt" : "round";
  const stroke = (strokeStyle, lineWidth, dash, alpha, first, last) => {
    if (last < first) return;
    context.globalAlpha = alpha;
    context.strokeStyle = strokeStyle;
    context.lineWidth = lineWidth;
    context.setLineDash(dash);
    context.beginPath();
    tracePath(context, mark, frame, first, last);
    context.stroke();
  };
  if (mark.ghost && end < mark.x.length - 1) stroke(color, width, mark.style.dash, GHOST, Math.max(0, end), mark.x.length - 1);
  if (isStrong(mark)) stroke(theme.background, width + 3.2, [], 1, 0, end);
  stroke(color, width, mark.style.dash, Math.max(0, Math.min(1, mark.emphasis)), 0, end);
  context.globalAlpha = 1;
  context.setLineDash([]);
  context.lineCap = "butt";
}

function drawBand(context, mark, frame, theme) {
  context.fillStyle = withAlpha(seriesColor(mark.style, theme), mark.opacity);
  const inside = (value) => {
    const y = frame.toY(value);
    return Number.isNaN(y) && Number.isFinite(value) ? frame.y.from : y;
  };
  let run = [];
  const fill = () => {
    if (run.length > 1) {
      context.beginPath();
      for (const i of run) context.lineTo(frame.toX(mark.x[i]), inside(mark.high[i]));
      for (const i of run.reverse()) context.lineTo(frame.toX(mark.x[i]), inside(mark.low[i]));
      context.closePath();
      context.fill();
    }
    run = [];
  };
  for (let i = 0; i < mark.x.length; i += 1) {
    if (mark.shown(i) && Number.isFinite(mark.low[i]) && Number.isFinite(mark.high[i]) && Number.isFinite(frame.toX(mark.x[i]))) run.push(i);
    else fill();
  }
  fill();
}

/** Whether item i of points is drawn in this panel now: shown, a number, and inside the plot. */
export function pointPlace(mark, frame, i) {
  if (!mark.shown(i)) return null;
  const x = frame.toX(mark.x[i]);
  const y = frame.toY(mark.y[i]);
  const inside = x >= frame.left - 1 && x <= frame.right + 1 && y >= frame.top - 1 && y <= frame.bottom + 1;
  return inside ? { x, y } : null;
}

/** The marker's name of item i, open where the mark is hollow. */
export function markerOf(mark, style) {
  if (!mark.hollow || style.marker === "ring" || style.marker.endsWith("_open")) return style.marker;
  return style.marker === "disc" ? "ring" : `${style.marker}_open`;
}

function drawPoints(context, mark, frame, theme) {
  const crowd = mark.x.length > 500;
  context.globalAlpha = mark.opacity;
  for (let i = 0; i < mark.x.length; i += 1) {
    const place = pointPlace(mark, frame, i);
    if (!place) continue;
    const style = styleOf(mark, i);
    const size = each(mark.size, i);
    const color = seriesColor(style, theme);
    if (!mark.hollow && (size < 2.6 || (crowd && size < 4))) {
      context.fillStyle = color;
      context.beginPath();
      context.arc(place.x, place.y, size, 0, 2 * Math.PI);
      context.fill();
    } else drawMarker(context, markerOf(mark, style), place.x, place.y, size, color, theme.background);
  }
  context.globalAlpha = 1;
}

/** Draw a ring in `color` round a place: the selected, the picked, the one under the pointer. */
export function drawRing(context, x, y, radius, color, theme, width = 2.2) {
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = theme.background;
  context.lineWidth = width + 2.4;
  context.stroke();
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

function drawSegments(context, mark, frame, theme) {
  context.lineCap = "butt";
  for (let i = 0; i < mark.x0.length; i += 1) {
    if (!mark.shown(i)) continue;
    const ends = [frame.toX(mark.x0[i]), frame.toY(mark.y0[i]), frame.toX(mark.x1[i]), frame.toY(mark.y1[i])];
    if (!ends.every(Number.isFinite)) continue;
    const style = styleOf(mark, i);
    context.strokeStyle = withAlpha(seriesColor(style, theme), each(mark.opacity, i));
    context.lineWidth = each(mark.width, i);
    context.setLineDash(style.dash);
    context.beginPath();
    context.moveTo(ends[0], ends[1]);
    context.lineTo(ends[2], ends[3]);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawRule(context, mark, frame, theme) {
  const color = seriesColor(mark.style, theme);
  const vertical = mark.axis === "x";
  const of = vertical ? frame.toX : frame.toY;
  const at = of(mark.at);
  if (!Number.isFinite(at)) return;
  if (mark.to !== null && mark.to !== undefined) {
    const to = of(mark.to);
    if (!Number.isFinite(to)) return;
    context.fillStyle = withAlpha(color, mark.opacity);
    if (vertical) context.fillRect(Math.min(at, to), frame.top, Math.abs(to - at), frame.bottom - frame.top);
    else context.fillRect(frame.left, Math.min(at, to), frame.right - frame.left, Math.abs(to - at));
    return;
  }
  context.strokeStyle = withAlpha(color, mark.opacity);
  context.lineWidth = Math.max(1, mark.style.width * 0.8);
  context.setLineDash(mark.style.dash);
  context.beginPath();
  context.moveTo(vertical ? at : frame.left, vertical ? frame.top : at);
  context.lineTo(vertical ? at : frame.right, vertical ? frame.bottom : at);
  context.stroke();
  context.setLineDash([]);
}

function drawTexts(context, mark, frame, theme) {
  const weight = mark.bold ? 600 : 400;
  context.textAlign = mark.align;
  context.textBaseline = "middle";
  for (let i = 0; i < mark.x.length; i += 1) {
    const text = mark.text[i];
    const place = text && pointPlace(mark, frame, i);
    if (!place) continue;
    // Words wider than the whole panel, as a sentence on a phone, are set smaller.
    context.font = fontOf(theme, mark.size, weight);
    const share = (frame.right - frame.left) / context.measureText(text).width;
    if (share < 1) context.font = fontOf(theme, Math.max(9, mark.size * share), weight);
    drawLabel(context, text, place.x, place.y, seriesColor(mark.style, theme), theme.background, 4);
  }
}

const DRAW = { line: drawLine, band: drawBand, segments: drawSegments, rectangles: drawRectangles, cells: drawCells, heat: drawHeat, image: drawImage, rule: drawRule };
const UNCLIPPED = { points: drawPoints, texts: drawTexts };
/** Marks drawn before all others, whatever their order in the panel: pictures at the very bottom. */
const LAYER = { image: 0, band: 1, heat: 1 };
const TOP = 2;

/** Draw all marks (as `markAt` gives them) in order, images, bands and heats first, clipped to the plot. */
export function drawMarks(context, marks, frame, theme, ratio) {
  const ordered = [...marks].sort((one, other) => (LAYER[one.kind] ?? TOP) - (LAYER[other.kind] ?? TOP));
  for (const mark of ordered) {
    if (UNCLIPPED[mark.kind]) UNCLIPPED[mark.kind](context, mark, frame, theme);
    else if (DRAW[mark.kind]) {
      const slack = mark.kind === "line" ? 1.5 : 0;
      context.save();
      context.beginPath();
      context.rect(frame.left - slack, frame.top - slack, frame.right - frame.left + 2 * slack, frame.bottom - frame.top + 2 * slack);
      context.clip();
      DRAW[mark.kind](context, mark, frame, theme, ratio);
      context.restore();
    }
  }
}
