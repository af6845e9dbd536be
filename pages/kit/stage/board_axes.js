// A panel's axes: round numbers at 66 % ink, names in italics, hairlines only where they are asked for.

import { fontOf, withAlpha } from "./base.js";
import { inTwoLines } from "./board_scale.js";

const GAP = 10;

const shorten = (context, text, room) => {
  if (context.measureText(text).width <= room) return text;
  let short = text;
  while (short.length > 1 && context.measureText(`${short}…`).width > room) short = short.slice(0, -1);
  return `${short.trimEnd()}…`;
};

/** Ticks along x with the place of their text, without those whose text would touch another's. */
function placeAcross(context, frame, limit) {
  const own = Boolean(frame.x.axis.ticks?.length);
  const places = frame.ticksX.map((tick) => frame.toX(tick.value)).sort((a, b) => a - b);
  const slot = Math.min(...places.slice(1).map((x, i) => x - places[i]));
  const all = frame.ticksX.map((tick) => {
    const lines = frame.wrap && context.measureText(tick.text).width > slot - 6 ? inTwoLines(tick.text) : [tick.text];
    const width = Math.max(...lines.map((line) => context.measureText(line).width));
    const x = frame.toX(tick.value);
    return { ...tick, lines, x, width, left: Math.max(0, Math.min(x - width / 2, frame.width - width)) };
  }).filter((tick) => tick.x >= frame.left - 1 && tick.x <= frame.right + 1).sort((a, b) => a.x - b.x);
  const fits = (list) => list.every((tick, i) => (!i || tick.left >= list[i - 1].left + list[i - 1].width + (own ? 5 : GAP)));
  let texts = all;
  for (let every = 2; !fits(texts) && every <= all.length; every += 1) texts = all.filter((_, i) => i % every === 0);
  return { all, texts: texts.filter((tick) => tick.left + tick.width + GAP <= limit) };
}

function drawAcross(context, frame, theme) {
  const { axis } = frame.x;
  let limit = Infinity;
  if (axis.label) {
    context.font = fontOf(theme, 13.5, 500, true);
    context.fillStyle = withAlpha(theme.ink, 0.78);
    const text = shorten(context, axis.label, frame.width - 4);
    const width = context.measureText(text).width;
    if (frame.nameRow) {
      const middle = Math.max(width / 2 + 1, Math.min((frame.left + frame.right) / 2, frame.width - width / 2 - 1));
      context.fillText(text, middle - width / 2, frame.bottom + (frame.ticksX.length ? 25 : 4) + (frame.wrap ? 15 : 0));
    } else {
      const left = Math.min(frame.right + 4, frame.width - 1) - width;
      context.fillText(text, left, frame.bottom + 8);
      limit = left;
    }
  }
  context.font = fontOf(theme, 13);
  context.fillStyle = withAlpha(theme.ink, 0.66);
  const { all, texts } = placeAcross(context, frame, limit);
  context.textAlign = "center";
  for (const tick of texts) tick.lines.forEach((line, row) => context.fillText(line, tick.left + tick.width / 2, frame.bottom + 8 + 15 * row));
  context.textAlign = "left";
  return all;
}

function drawDown(context, frame, theme) {
  const { axis } = frame.y;
  context.font = fontOf(theme, 13);
  context.fillStyle = withAlpha(theme.ink, 0.66);
  context.textAlign = "right";
  context.textBaseline = "middle";
  const ticks = frame.ticksY.map((tick) => ({ ...tick, y: frame.toY(tick.value) }))
    .filter((tick) => tick.y >= frame.top - 1 && tick.y <= frame.bottom + 1).sort((a, b) => a.y - b.y);
  let floor = -Infinity;
  for (const tick of ticks) {
    if (tick.y - 7 < floor) continue;
    context.fillText(shorten(context, tick.text, frame.left - 8), frame.left - 7, tick.y);
    floor = tick.y + 7;
  }
  context.textAlign = "left";
  context.textBaseline = "top";
  if (axis.label) {
    context.font = fontOf(theme, 13.5, 500, true);
    context.fillStyle = withAlpha(theme.ink, 0.78);
    context.fillText(shorten(context, axis.label, frame.width - 4), 0, Math.max(0, frame.top - 22));
  }
  return ticks;
}

/** Draw axes, names, ticks and, where asked, the hairlines of the grid. Nothing for a panel without axes. */
export function drawAxes(context, frame, theme) {
  if (frame.plain) return;
  context.textAlign = "left";
  context.textBaseline = "top";
  const across = drawAcross(context, frame, theme);
  const down = drawDown(context, frame, theme);
  context.lineWidth = 1;
  context.setLineDash([]);
  const hairline = (color, ...pieces) => {
    context.beginPath();
    for (const [x0, y0, x1, y1] of pieces) {
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
    }
    context.strokeStyle = color;
    context.stroke();
  };
  const crisp = (value) => Math.round(value) + 0.5;
  const { left, right, top, bottom } = frame;
  const faint = withAlpha(theme.ink, 0.12);
  if (frame.x.axis.grid) hairline(faint, ...across.map((tick) => [crisp(tick.x), top, crisp(tick.x), bottom]));
  if (frame.y.axis.grid) hairline(faint, ...down.map((tick) => [left, crisp(tick.y), right, crisp(tick.y)]));
  const axis = withAlpha(theme.ink, theme.dark ? 0.34 : 0.3);
  if (frame.x.axis.ticks?.length !== 0) {
    hairline(axis, [left, crisp(bottom), right, crisp(bottom)], ...across.map((tick) => [crisp(tick.x), bottom, crisp(tick.x), bottom + 4]));
  }
  if (frame.y.axis.ticks?.length !== 0 && !frame.y.axis.ticks && !frame.y.axis.grid) {
    hairline(axis, [Math.round(left) - 0.5, top, Math.round(left) - 0.5, bottom], ...down.map((tick) => [left - 4, crisp(tick.y), left, crisp(tick.y)]));
  }
}
