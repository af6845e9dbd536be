// Where a panel's values lie: scales (linear or logarithmic, either direction), round ticks, and the margins they need.

import { fontOf } from "./base.js";
import { formatLevel, formatNumber, formatTick, niceTicks } from "./numbers.js";

const MINUS = "\u2212";
const TICK_SIZE = 13;
const NAME_SIZE = 13.5;
const LINE = 15;
const NEAR_LEFT = 26;
const LOW_PANEL = 170; // so low that a row for the axis's name would cost too much of it

/** A value for people: whole numbers (trials, epochs, counts) without decimals, others as everywhere. */
export function valueText(value) {
  return Number.isInteger(value) && Math.abs(value) < 1e5 ? formatLevel(value) : formatNumber(value);
}

/** A scale from an axis to pixels: `of(value)` (not-a-number where a log axis has no place) and `back(pixel)`. */
export function makeScale(axis, from, to) {
  const forward = axis.log ? Math.log10 : (value) => value;
  const low = forward(axis.low);
  const span = forward(axis.high) - low || 1;
  return {
    axis, from, to,
    of: (value) => (axis.log && !(value > 0) ? NaN : from + ((forward(value) - low) / span) * (to - from)),
    back: (pixel) => {
      const place = low + ((pixel - from) / (to - from || 1)) * span;
      return axis.log ? 10 ** place : place;
    },
  };
}

function powerText(digit, exponent) {
  if (exponent >= -3 && exponent <= 3) return String(Number(`${digit}e${exponent}`));
  return `${digit}e${exponent < 0 ? MINUS : ""}${Math.abs(exponent)}`;
}

function logTicks(low, high, count) {
  const first = Math.floor(Math.log10(low) - 1e-9);
  const last = Math.ceil(Math.log10(high) + 1e-9);
  const within = (value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const collect = (digits, every = 1) => {
    const ticks = [];
    for (let exponent = first; exponent <= last; exponent += 1) {
      if (exponent % every) continue;
      for (const digit of digits) if (within(digit * 10 ** exponent)) ticks.push({ value: digit * 10 ** exponent, text: powerText(digit, exponent) });
    }
    return ticks;
  };
  if (Math.log10(high / low) >= 2) {
    for (let every = 1; every < 9; every += 1) {
      const ticks = collect([1], every);
      if (ticks.length <= Math.max(2, count * 1.5) || every === 8) return ticks;
    }
  }
  const fine = collect([1, 2, 5]);
  if (fine.length >= 2) return fine;
  const { values, step } = niceTicks(low, high, count);
  return values.filter((value) => value > 0).map((value) => ({ value, text: formatTick(value, step) }));
}

/** Ticks of an axis `[{value, text}]`: its own, or about `count` round ones (log: decades, with 2 and 5 if they are few). */
export function ticksOf(axis, count) {
  if (axis.ticks) return axis.ticks.map(([value, text]) => ({ value, text }));
  const low = Math.min(axis.low, axis.high);
  const high = Math.max(axis.low, axis.high);
  if (!(high > low)) return [{ value: low, text: formatTick(low, Math.abs(low) / 100 || 1) }];
  if (axis.log) return logTicks(low, high, count);
  const { values, step } = niceTicks(low, high, count);
  return values.map((value) => ({ value, text: formatTick(value, step) }));
}

const countAcross = (length) => Math.max(2, Math.round(length / 64));
const countDown = (length) => Math.max(2, Math.round(length / 42));

/** Whether the x axis's name can stand in the row of its ticks: a short one that leaves enough of them. */
function nameBesideTicks(context, theme, axis, left, right, wanted) {
  if (axis.ticks?.length) return false;
  context.font = fontOf(theme, NAME_SIZE, 500, true);
  const limit = right + 4 - context.measureText(axis.label).width - 10;
  if (axis.ticks) return limit > left;
  const scale = makeScale(axis, left, right);
  context.font = fontOf(theme, TICK_SIZE);
  const texts = ticksOf(axis, countAcross(right - left)).filter((tick) => scale.of(tick.value) + context.measureText(tick.text).width / 2 <= limit);
  return texts.length >= (axis.log ? 2 : wanted);
}

const hasTicks = (axis) => axis.ticks?.length !== 0;

/** A name in two lines, parted at the space nearest its middle; one line where it has none. */
export function inTwoLines(text) {
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  if (!spaces.length) return [text];
  const at = spaces.reduce((best, place) => (Math.abs(place - text.length / 2) < Math.abs(best - text.length / 2) ? place : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Whether the names along x touch each other in one line, and some of them can be parted. */
function wrapsNames(context, theme, axis, left, right) {
  if (!axis.ticks?.length || !axis.ticks.some(([, text]) => text.includes(" "))) return false;
  context.font = fontOf(theme, TICK_SIZE);
  const scale = makeScale(axis, left, right);
  const spans = axis.ticks.map(([value, text]) => [scale.of(value), context.measureText(text).width / 2 + 3]).sort((a, b) => a[0] - b[0]);
  return spans.some(([x, half], i) => i > 0 && x - half < spans[i - 1][0] + spans[i - 1][1]);
}

/** The margins `{left, right, top, bottom, nameRow, wrap}` that a panel's axes and labels need at this size. */
export function marginsOf(panel, width, height, context, theme) {
  if (!panel.x || !panel.y) return { left: 0, right: 0, top: 0, bottom: 0, nameRow: false, wrap: false };
  const named = panel.marks.some((mark) => mark.kind === "rule" && mark.axis === "x" && mark.label);
  const top = panel.y.label || named ? 22 : 8;
  const bottom = (nameRow) => (hasTicks(panel.x) ? 24 : nameRow ? 4 : panel.x.label ? 22 : 6) + (nameRow ? 18 : 0);
  let left = 6;
  if (hasTicks(panel.y)) {
    context.font = fontOf(theme, TICK_SIZE);
    const ticks = ticksOf(panel.y, countDown(height - top - bottom(false)));
    left = Math.max(32, ...ticks.map((tick) => context.measureText(tick.text).width + 10));
    left = Math.ceil(Math.min(left, Math.max(90, width * 0.42)));
  }
  const right = panel.labels > 0 ? Math.min(panel.labels, width * 0.42) : 10;
  const nameRow = Boolean(panel.x.label) && !nameBesideTicks(context, theme, panel.x, left, width - right, height < LOW_PANEL ? 2 : 3);
  const wrap = wrapsNames(context, theme, panel.x, left, width - right);
  return { left, right, top, bottom: bottom(nameRow) + (wrap ? LINE : 0), nameRow, wrap };
}

/**
 * The panel's frame at this size: `{left, right, top, bottom, width, height, x, y, toX, toY, ticksX, ticksY, nameRow,
 * plain}`; x and y are scales. Panels without axes get the whole area from 0 to 1.
 */
export function frameOf(panel, width, height, margins) {
  const plain = !panel.x || !panel.y;
  const unit = { low: 0, high: 1, label: "", log: false, ticks: [], grid: false };
  const axisX = plain ? unit : panel.x;
  const axisY = plain ? unit : panel.y;
  const { left, top } = margins;
  let right = Math.max(left + 20, width - margins.right);
  let bottom = Math.max(top + 16, height - margins.bottom);
  if (panel.square) {
    const wide = Math.abs(axisX.high - axisX.low) || 1;
    const high = Math.abs(axisY.high - axisY.low) || 1;
    const scale = Math.min((right - left) / wide, (bottom - top) / high);
    right = left + wide * scale;
    bottom = top + high * scale;
  }
  const x = makeScale(axisX, left, right);
  const y = makeScale(axisY, bottom, top);
  return {
    left, right, top, bottom, width, height, x, y, plain, toX: x.of, toY: y.of, nameRow: margins.nameRow,
    wrap: margins.wrap,
    ticksX: ticksOf(axisX, countAcross(right - left)), ticksY: ticksOf(axisY, countDown(bottom - top)),
  };
}

/**
 * Let neighbours line up: panels of one row share top and bottom, panels of one column share the left, and the right
 * too where their x axes run over the same values. `entries`: `[{panel, margins}]`, changed in place.
 */
export function shareMargins(entries, stacked) {
  const same = (a, b) => a && b && a.low === b.low && a.high === b.high && a.log === b.log;
  const withAxes = entries.filter(({ panel }) => panel.x && panel.y && !panel.square);
  const wanted = withAxes.map(({ margins }) => ({ ...margins }));
  withAxes.forEach((entry, i) => {
    withAxes.forEach((other, j) => {
      if (i === j) return;
      const a = entry.panel;
      const b = other.panel;
      const column = a.column === b.column && a.columns === b.columns;
      if (!stacked && a.row === b.row && a.rows === b.rows) {
        entry.margins.top = Math.max(entry.margins.top, wanted[j].top);
        entry.margins.bottom = Math.max(entry.margins.bottom, wanted[j].bottom);
        entry.margins.nameRow ||= wanted[j].nameRow;
      }
      // Long names in one panel do not narrow another that measures something else.
      if (column && (same(a.x, b.x) || (!stacked && wanted[j].left - entry.margins.left <= NEAR_LEFT))) entry.margins.left = Math.max(entry.margins.left, wanted[j].left);
      if (column && same(a.x, b.x)) entry.margins.right = Math.max(entry.margins.right, wanted[j].right);
    });
  });
}

/**
 * On a phone neighbours stand below each other: a panel that left its ticks to the neighbour in its row or column
 * (the same values along the axis) gets them itself.
 */
export function withOwnTicks(panel, panels) {
  const own = { ...panel };
  for (const [axis, place, span] of [["y", "row", "rows"], ["x", "column", "columns"]]) {
    if (!panel[axis] || hasTicks(panel[axis])) continue;
    const lender = panels.find((other) => other[axis] && hasTicks(other[axis]) && other[place] === panel[place] && other[span] === panel[span]
      && other[axis].low === panel[axis].low && other[axis].high === panel[axis].high);
    if (lender) own[axis] = { ...panel[axis], ticks: lender[axis].ticks, label: panel[axis].label || lender[axis].label };
  }
  return own;
}
