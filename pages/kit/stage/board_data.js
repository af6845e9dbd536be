// A board's payload as the drawing code reads it: arrays decoded once, and every mark as it is at one frame.

import { decodeArray } from "./base.js";

const isPacked = (value) => Boolean(value) && typeof value === "object" && "base64" in value;

function decodeMark(mark) {
  const decoded = {};
  for (const [name, value] of Object.entries(mark)) decoded[name] = isPacked(value) ? decodeArray(value) : value;
  return decoded;
}

/** Decode the payload of `engine.figures.board`: the same object, its packed arrays as `{data, shape}`. */
export function decodeBoard(payload) {
  return {
    ...payload,
    panels: payload.panels.map((panel) => (panel.kind === "panel" ? { ...panel, marks: panel.marks.map(decodeMark) } : panel)),
  };
}

/** How many axes an array of this name has when it has none for the frames. */
const FLAT_AXES = { values: 2, index: 2, at: 0, to: 0 };

function sliceOf(name, value, frame, framed) {
  if (!framed || value.shape.length <= (FLAT_AXES[name] ?? 1)) return value.data;
  const count = value.shape.slice(1).reduce((product, length) => product * length, 1);
  const entry = Math.max(0, Math.min(frame, value.shape[0] - 1));
  return value.data.subarray(entry * count, (entry + 1) * count);
}

/**
 * The mark as it is at `frame`: plain typed arrays (those with a leading axis of frames are cut to their entry), lists
 * of lists likewise, and `shown(i)`, whether item i is already there.
 */
export function markAt(mark, frame) {
  const now = { source: mark, rows: 0, columns: 0 };
  for (const [name, value] of Object.entries(mark)) {
    if (value?.data) now[name] = sliceOf(name, value, frame, mark.framed);
    else if (Array.isArray(value) && mark.framed && Array.isArray(value[0])) now[name] = value[Math.max(0, Math.min(frame, value.length - 1))];
    else now[name] = value;
  }
  if (mark.pictures) now.picture = mark.pictures[mark.framed ? Math.max(0, Math.min(frame, mark.pictures.length - 1)) : 0];
  const grid = mark.values ?? mark.index;
  if (grid?.shape?.length >= 2) [now.rows, now.columns] = grid.shape.slice(-2);
  for (const name of ["at", "to"]) if (now[name]?.length !== undefined) now[name] = now[name][0];
  if (now.at === null) now.at = NaN;
  const reveal = now.reveal;
  now.shown = reveal ? (i) => !(reveal[i] > frame) : () => true;
  return now;
}

/** Entry i of what may be one number for all or an array. */
export function each(value, i) {
  return typeof value === "number" ? value : value[i];
}

/** The style of item i: one for all, or the one that `style_of` names. */
export function styleOf(mark, i) {
  return mark.styles?.length ? mark.styles[mark.style_of ? mark.style_of[i] : 0] ?? mark.style : mark.style;
}

/** The rows of a read-out at this frame. */
export function linesAt(readout, frame) {
  if (!readout.framed) return readout.lines;
  return readout.lines[Math.max(0, Math.min(frame, readout.lines.length - 1))] ?? [];
}
