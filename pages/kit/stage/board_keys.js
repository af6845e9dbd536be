// Which item the arrow keys reach next on a panel: points and boxes first, else along lines, cells or the plane.

import { cellItem, hitAt, itemsOf, lineItem } from "./board_hits.js";

const ACROSS = { ArrowLeft: -1, ArrowRight: 1 };
const DOWN = { ArrowUp: -1, ArrowDown: 1 };

/** The box that touches the chosen one on the side of the arrow and lies level with it: the next cell of a grid. */
function besideIt(items, hit, key) {
  if (!hit?.box) return undefined;
  const [place, size, level] = key in ACROSS ? ["x", "width", "y"] : ["y", "height", "x"];
  const ahead = (ACROSS[key] ?? DOWN[key]) > 0;
  const gap = (from, to) => Math.abs(to[place] - from[place] - from[size]);
  return items.find((item) => item.mark === hit.mark && item.box && Math.abs(item[level] - hit[level]) < 1
    && (ahead ? gap(hit.box, item.box) : gap(item.box, hit.box)) < 4);
}

/** The touching neighbour, else the next one in reading order along x or y; the first item when none is chosen yet. */
function amongItems(items, hit, key) {
  const now = hit ? items.findIndex((item) => item.mark === hit.mark && item.index === hit.index) : -1;
  if (!key) return items[now] ?? null;
  const beside = besideIt(items, hit, key);
  if (beside) return beside;
  const across = key in ACROSS;
  const order = items.map((_, i) => i).sort((a, b) => (across ? items[a].x - items[b].x || items[a].y - items[b].y : items[a].y - items[b].y || items[a].x - items[b].x) || a - b);
  if (now < 0) return items[order[0]];
  const step = ACROSS[key] ?? DOWN[key];
  return items[order[Math.max(0, Math.min(order.length - 1, order.indexOf(now) + step))]];
}

function alongLines(view, lines, hit, key) {
  let line = lines.includes(hit?.mark) ? hit.mark : lines[0];
  let index = hit?.kind === "line" ? hit.index : -1;
  if (!key) return hit ? lineItem(view, line, Math.min(index, view.marks[line].x.length - 1)) : null;
  if (key in DOWN && index >= 0) {
    const at = Math.min(index, Math.min(...lines.map((k) => view.marks[k].x.length)) - 1);
    const order = lines.map((k) => lineItem(view, k, at)).filter(Boolean).sort((a, b) => a.y - b.y);
    const now = order.findIndex((item) => item.mark === line);
    return order[Math.max(0, Math.min(order.length - 1, now + DOWN[key]))] ?? null;
  }
  const step = ACROSS[key] ?? 1;
  if (index < 0) index = step > 0 ? -1 : view.marks[line].x.length;
  for (let i = index + step; i >= 0 && i < view.marks[line].x.length; i += step) {
    const item = lineItem(view, line, i);
    if (item) return item;
  }
  return hit;
}

function alongCells(view, k, hit, key) {
  const mark = view.marks[k];
  if (hit?.kind !== "cells" || !key) return hit && !key ? cellItem(view, k, hit.row, hit.column) : cellItem(view, k, 0, 0) ?? nextCell(view, k, 0, 0, 1);
  if (key in DOWN) {
    const up = mark.y1 > mark.y0 === view.frame.y.axis.high > view.frame.y.axis.low;
    const row = Math.max(0, Math.min(mark.rows - 1, hit.row + DOWN[key] * (up ? -1 : 1)));
    return cellItem(view, k, row, hit.column) ?? hit;
  }
  return nextCell(view, k, hit.row, hit.column, ACROSS[key]) ?? hit;
}

/** The next cell of the row that is of another kind: whole blocks are passed at once. */
function nextCell(view, k, row, column, step) {
  const mark = view.marks[k];
  const kind = (c) => mark.index[row * mark.columns + c];
  for (let c = column + step; c >= 0 && c < mark.columns; c += step) {
    if (kind(c) !== kind(column) && mark.hover[kind(c)]) return cellItem(view, k, row, c);
  }
  return null;
}

function onPlane(view, hit, key, fine) {
  const { frame } = view;
  const [wide, high] = [frame.right - frame.left, frame.bottom - frame.top];
  const part = fine ? 0.01 : 0.05;
  const start = hit ?? { x: frame.left + wide / 2, y: frame.top + high / 2 };
  const moved = hit ? part : 0;
  const x = Math.max(frame.left, Math.min(frame.right, start.x + (ACROSS[key] ?? 0) * moved * wide));
  const y = Math.max(frame.top, Math.min(frame.bottom, start.y + (DOWN[key] ?? 0) * moved * high));
  const found = hitAt(view, x, y);
  const free = { kind: "place", mark: -1, index: -1, x, y, dataX: frame.x.back(x), dataY: frame.y.back(y), name: "", text: "", numbers: "" };
  const named = found?.name ? { name: found.name, mark: found.mark, index: found.index, dataX: found.dataX, dataY: found.dataY } : {};
  return { ...free, ...named, text: found?.text ?? "", numbers: found?.numbers ?? "" };
}

/** The item that an arrow key reaches from the one now chosen (`key` "": the same one after a redraw); null for no arrow. */
export function stepFrom(view, key, fine) {
  if (!view.frame || (key && !(key in ACROSS) && !(key in DOWN))) return null;
  const { hit } = view;
  if (view.panel.pick) return onPlane(view, hit, key, fine);
  const items = itemsOf(view);
  if (items.length) return amongItems(items, hit, key);
  const lines = view.marks.map((mark, k) => (mark.kind === "line" && mark.x.length ? k : -1)).filter((k) => k >= 0);
  if (lines.length) return alongLines(view, lines, hit, key);
  const cells = view.marks.findIndex((mark) => mark.kind === "cells" && mark.hover.length);
  if (cells >= 0) return alongCells(view, cells, hit, key);
  return view.marks.some((mark) => mark.kind === "heat") ? onPlane(view, hit, key, fine) : null;
}
