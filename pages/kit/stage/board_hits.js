// What lies under the pointer on a panel, and what is said about it.

import { rectanglePlace } from "./board_boxes.js";
import { rowEdges } from "./board_cells.js";
import { each } from "./board_data.js";
import { pointPlace } from "./board_marks.js";
import { valueText } from "./board_scale.js";

const POINT_REACH = 12;
const LINE_REACH = 64;

/** A value on an axis in words: the tick's text where the axis names its places, else the number; "" where it has no scale. */
function axisText(axis, value) {
  const own = axis.ticks?.find(([place]) => Math.abs(place - value) <= 1e-6 * Math.max(1, Math.abs(place)));
  if (own) return own[1];
  if (axis.ticks) return "";
  return valueText(value);
}

/** "loss 0.31"; a named place without an axis name stands alone, and not at all if `said` names it already. */
function named(axis, text, fallback, said = "") {
  if (!text || (axis.ticks && said.includes(text))) return "";
  return axis.label || !axis.ticks ? `${axis.label || fallback} ${text}` : text;
}

/** "epoch 12 · loss 0.31" for a place in data coordinates; empty for panels without axes. */
function numbersAt(frame, x, y, said) {
  if (frame.plain) return "";
  return [named(frame.x.axis, axisText(frame.x.axis, x), "x", said), named(frame.y.axis, axisText(frame.y.axis, y), "y", said)].filter(Boolean).join("  ·  ");
}

function pointItem(view, k, index) {
  const mark = view.marks[k];
  const place = pointPlace(mark, view.frame, index);
  if (!place) return null;
  const text = mark.hover[index] ?? mark.labels[index] ?? "";
  return {
    kind: "points", mark: k, index, ...place, radius: each(mark.size, index), dataX: mark.x[index], dataY: mark.y[index],
    name: mark.name, text, numbers: numbersAt(view.frame, mark.x[index], mark.y[index], text),
  };
}

function rectangleItem(view, k, index) {
  const mark = view.marks[k];
  const { frame } = view;
  const box = rectanglePlace(mark, frame, index);
  if (!box || box.x > frame.right || box.x + box.width < frame.left || box.y > frame.bottom || box.y + box.height < frame.top) return null;
  const text = mark.hover[index] ?? "";
  const span = (axis, a, b) => (axis.ticks ? axisText(axis, (a + b) / 2) : `${valueText(Math.min(a, b))} – ${valueText(Math.max(a, b))}`);
  const far = Math.abs(mark.y1[index]) >= Math.abs(mark.y0[index]) ? mark.y1[index] : mark.y0[index];
  const numbers = text || frame.plain ? "" : [named(frame.x.axis, span(frame.x.axis, mark.x0[index], mark.x1[index]), "x"), named(frame.y.axis, axisText(frame.y.axis, far), "y")].filter(Boolean).join("  ·  ");
  return {
    kind: "rectangles", mark: k, index, box, x: box.x + box.width / 2, y: box.y + box.height / 2, name: mark.name, text, numbers,
    dataX: (mark.x0[index] + mark.x1[index]) / 2, dataY: (mark.y0[index] + mark.y1[index]) / 2,
  };
}

const says = (item) => item && (item.text || item.numbers || item.name);

/** All points and boxes of a panel that can be pointed at, in drawing order. */
export function itemsOf(view) {
  const items = [];
  view.marks.forEach((mark, k) => {
    if (mark.kind === "points") for (let i = 0; i < mark.x.length; i += 1) items.push(pointItem(view, k, i));
    if (mark.kind === "rectangles") for (let i = 0; i < mark.x0.length; i += 1) items.push(rectangleItem(view, k, i));
  });
  return items.filter(says);
}

/** Point `index` of line k as an item. */
export function lineItem(view, k, index) {
  const mark = view.marks[k];
  const x = view.frame.toX(mark.x[index]);
  const y = view.frame.toY(mark.y[index]);
  if (!Number.isFinite(x) || !Number.isFinite(y) || !(mark.shown(index) || mark.ghost)) return null;
  const text = mark.hover || mark.label;
  return { kind: "line", mark: k, index, x, y, dataX: mark.x[index], dataY: mark.y[index], name: "", text, numbers: numbersAt(view.frame, mark.x[index], mark.y[index], text) };
}

/** The item of cell (row, column) of the matrix k. */
export function cellItem(view, k, row, column) {
  const mark = view.marks[k];
  const style = mark.index[row * mark.columns + column];
  if (!mark.hover[style]) return null;
  const { frame } = view;
  const { top, bottom } = rowEdges(mark, frame, row);
  const edge = (c) => frame.toX(mark.x0 + ((mark.x1 - mark.x0) * c) / mark.columns);
  const [left, right] = [edge(column), edge(column + 1)].sort((a, b) => a - b);
  const dataX = mark.x0 + ((mark.x1 - mark.x0) * (column + 0.5)) / mark.columns;
  const dataY = mark.y0 + ((mark.y1 - mark.y0) * (row + 0.5)) / mark.rows;
  const place = frame.plain ? "" : frame.y.axis.ticks ? axisText(frame.y.axis, dataY) : "";
  return {
    kind: "cells", mark: k, index: row * mark.columns + column, row, column, x: (left + right) / 2, y: (top + bottom) / 2,
    box: { x: left, y: top, width: right - left, height: bottom - top }, dataX, dataY, name: "", text: mark.hover[style], numbers: place,
  };
}

function heatItem(view, k, px, py) {
  const mark = view.marks[k];
  const { frame } = view;
  const along = (at, from, to, count) => (count > 1 ? Math.round(((at - from) / (to - from)) * (count - 1)) : 0);
  const column = along(px, frame.toX(mark.x0), frame.toX(mark.x1), mark.columns);
  const row = along(py, frame.toY(mark.y0), frame.toY(mark.y1), mark.rows);
  if (!(column >= 0 && row >= 0 && column < mark.columns && row < mark.rows)) return null;
  const value = mark.values[row * mark.columns + column];
  if (Number.isNaN(value)) return null;
  const [dataX, dataY] = [frame.x.back(px), frame.y.back(py)];
  const nearest = (axis, at) => axis.ticks?.reduce((best, tick) => (Math.abs(tick[0] - at) < Math.abs(best - at) ? tick[0] : best), axis.ticks[0]?.[0]) ?? at;
  const numbers = frame.plain ? "" : numbersAt(frame, nearest(frame.x.axis, dataX), nearest(frame.y.axis, dataY));
  return { kind: "heat", mark: k, index: row * mark.columns + column, x: px, y: py, dataX, dataY, name: "", text: [mark.hover, valueText(value)].filter(Boolean).join(" "), numbers };
}

function nearestPoint(view, px, py) {
  let best = null;
  let least = Infinity;
  view.marks.forEach((mark, k) => {
    if (mark.kind !== "points" || !(mark.hover.length || mark.name || !view.frame.plain)) return;
    for (let i = 0; i < mark.x.length; i += 1) {
      const place = pointPlace(mark, view.frame, i);
      if (!place) continue;
      const distance = Math.hypot(place.x - px, place.y - py) - each(mark.size, i);
      // What is drawn later lies on top.
      if (distance <= least && distance <= POINT_REACH) {
        least = distance;
        best = [k, i];
      }
    }
  });
  return best ? pointItem(view, ...best) : null;
}

/** The line's point nearest in x, and how far the line itself passes from the pointer. */
function alongLine(view, mark, px, py) {
  const { frame } = view;
  let near = -1;
  let closest = Infinity;
  for (let i = 0; i < mark.x.length; i += 1) {
    const distance = Math.abs(frame.toX(mark.x[i]) - px);
    if (distance < closest && Number.isFinite(frame.toY(mark.y[i])) && (mark.ghost || mark.shown(i))) {
      closest = distance;
      near = i;
    }
  }
  if (near < 0) return null;
  const [x, y] = [frame.toX(mark.x[near]), frame.toY(mark.y[near])];
  let far = Infinity;
  for (const other of [near - 1, near + 1]) {
    if (other < 0 || other >= mark.x.length) continue;
    const part = (px - x) / (frame.toX(mark.x[other]) - x);
    const passes = y + (frame.toY(mark.y[other]) - y) * (mark.step ? 0 : part);
    if (part >= 0 && part <= 1 && Number.isFinite(passes)) far = Math.min(far, Math.abs(passes - py));
  }
  if (closest < 24) far = Math.min(far, Math.abs(y - py));
  return { near, far };
}

function nearestLine(view, px, py) {
  let best = null;
  let least = LINE_REACH;
  view.marks.forEach((mark, k) => {
    const found = mark.kind === "line" ? alongLine(view, mark, px, py) : null;
    if (!found || found.far > least) return;
    least = found.far;
    best = lineItem(view, k, found.near);
  });
  return best;
}

function areaAt(view, px, py, kind) {
  for (let k = view.marks.length - 1; k >= 0; k -= 1) {
    const mark = view.marks[k];
    if (mark.kind !== kind) continue;
    if (kind === "heat") {
      const item = heatItem(view, k, px, py);
      if (item) return item;
    } else if (kind === "cells") {
      const [x0, x1] = [view.frame.toX(mark.x0), view.frame.toX(mark.x1)];
      const column = Math.floor(((px - x0) / (x1 - x0)) * mark.columns);
      if (column < 0 || column >= mark.columns) continue;
      for (let row = 0; row < mark.rows; row += 1) {
        const { top, bottom } = rowEdges(mark, view.frame, row);
        if (py >= top && py <= bottom) return cellItem(view, k, row, column);
      }
    } else {
      for (let i = mark.x0.length - 1; i >= 0; i -= 1) {
        const box = rectanglePlace(mark, view.frame, i);
        // A flat bar is still found: two pixels beside it count.
        if (box && px >= box.x - 1 && px <= box.x + box.width + 1 && py >= box.y - 2 && py <= box.y + box.height + 2) {
          const item = rectangleItem(view, k, i);
          if (says(item)) return item;
        }
      }
    }
  }
  return null;
}

/** What lies at (px, py) on the panel: the nearest point, else box, line, cell, value of a map; null for nothing. */
export function hitAt(view, px, py) {
  const { frame } = view;
  if (!frame) return null;
  const point = nearestPoint(view, px, py);
  if (point && says(point)) return point;
  if (px < frame.left - 6 || px > frame.right + 6 || py < frame.top - 6 || py > frame.bottom + 6) return null;
  return areaAt(view, px, py, "rectangles") ?? nearestLine(view, px, py) ?? areaAt(view, px, py, "cells") ?? areaAt(view, px, py, "heat");
}

/** Whether a panel has anything to point at. */
export function canHit(view) {
  return view.panel.pick || view.panel.marks.some((mark) => mark.kind === "heat" || mark.kind === "line"
    || (mark.kind === "cells" && mark.hover.length > 0)
    || ((mark.kind === "points" || mark.kind === "rectangles") && (mark.hover.length > 0 || mark.name || (view.panel.x && view.panel.y))));
}
