// The racers' paths as pixels: seen from above, or lying on the relief. Drawn up to the present; the future stays open.

import { seriesColor, withAlpha } from "./base.js";
import { positionAt } from "./race_data.js";
import { reliefView } from "./relief.js";

const FULL = 0;
const FAINT = 1;
const ABSENT = 2;
const FAINT_ALPHA = 0.16;
const PIXEL_LIMIT = 20000;

const limitPixel = (value) => Math.max(-PIXEL_LIMIT, Math.min(PIXEL_LIMIT, value));

/** Pixels of a path from above: one point a step; `states` says which points lie outside the picture. */
export function flatTrack(racer, frame) {
  const count = racer.good + 1;
  const track = { x: new Float32Array(count), y: new Float32Array(count), states: new Uint8Array(count), first: null };
  for (let k = 0; k < count; k += 1) {
    const [x, y] = [racer.path[2 * k], racer.path[2 * k + 1]];
    track.x[k] = limitPixel(frame.toX(x));
    track.y[k] = limitPixel(frame.toY(y));
    track.states[k] = frame.contains(x, y) ? FULL : FAINT;
  }
  return track;
}

/** Pixels of a path on the relief: long steps are cut so that they lie on it; hidden parts are faint, outer parts absent. */
export function drapedTrack(racer, view) {
  const xs = [];
  const ys = [];
  const states = [];
  const first = new Int32Array(racer.good + 2);
  const add = (x, y) => {
    if (view.contains(x, y)) {
      const [px, py] = view.project(x, y);
      xs.push(px);
      ys.push(py);
      states.push(view.hidden(x, y) ? FAINT : FULL);
    } else {
      xs.push(0);
      ys.push(0);
      states.push(ABSENT);
    }
  };
  for (let k = 0; k <= racer.good; k += 1) {
    first[k] = xs.length;
    const [x, y] = [racer.path[2 * k], racer.path[2 * k + 1]];
    const next = Math.min(k + 1, racer.good);
    const dx = racer.path[2 * next] - x;
    const dy = racer.path[2 * next + 1] - y;
    const pieces = Math.max(1, Math.min(24, Math.ceil(Math.hypot(dx * view.scaleX, dy * view.scaleY) / 9)));
    for (let piece = 0; piece < pieces; piece += 1) add(x + (dx * piece) / pieces, y + (dy * piece) / pieces);
  }
  first[racer.good + 1] = xs.length;
  return { x: xs, y: ys, states, first };
}

/** Index of the last track point at or before a position of the playback. */
export function trackEnd(track, racer, position) {
  const clipped = Math.min(position, racer.good);
  const k = Math.floor(clipped);
  if (!track.first) return k;
  if (k >= racer.good) return track.first[racer.good];
  return track.first[k] + Math.floor((clipped - k) * (track.first[k + 1] - track.first[k]));
}

/** Where the racer's head is: `{x, y, state}` in pixels. */
export function headOf(racer, view, position, relief) {
  const [x, y] = positionAt(racer, position);
  if (!view.contains(x, y)) return { x: limitPixel(view.project(x, y)[0]), y: limitPixel(view.project(x, y)[1]), state: ABSENT, inside: false };
  const [px, py] = view.project(x, y);
  return { x: px, y: py, state: relief && view.hidden(x, y) ? FAINT : FULL, inside: true };
}

/** Build the two lines of a path up to `position`: `{full, faint}` as Path2D. */
export function tracePath(track, racer, head, position) {
  const full = new Path2D();
  const faint = new Path2D();
  const end = trackEnd(track, racer, position);
  const flat = !track.first;
  let pen = null;
  const segment = (x0, y0, x1, y1, a, b) => {
    if (!flat && (a === ABSENT || b === ABSENT)) {
      pen = null;
      return;
    }
    const line = (flat ? a === FULL || b === FULL : a === FULL && b === FULL) ? full : faint;
    if (pen !== line) line.moveTo(x0, y0);
    line.lineTo(x1, y1);
    pen = line;
  };
  for (let k = 1; k <= end; k += 1) segment(track.x[k - 1], track.y[k - 1], track.x[k], track.y[k], track.states[k - 1], track.states[k]);
  const headState = flat && !head.inside ? FAINT : head.state;
  segment(track.x[end], track.y[end], head.x, head.y, track.states[end], headState);
  return { full, faint };
}

/** Stroke one path; the strong one gets a casing of the background colour. */
export function strokeTrack(context, lines, racer, theme, { strong, hovered, alpha }) {
  const color = seriesColor(racer.style, theme);
  context.lineJoin = "round";
  context.lineCap = "round";
  const width = strong ? 3.6 : hovered ? 3 : racer.style.width ?? 2;
  if (strong || hovered) {
    context.strokeStyle = withAlpha(theme.background, 0.9 * alpha);
    context.lineWidth = width + 4;
    context.setLineDash([]);
    context.stroke(lines.full);
  }
  context.lineCap = racer.style.dash?.length ? "butt" : "round";
  context.setLineDash(racer.style.dash ?? []);
  context.lineWidth = width;
  context.strokeStyle = withAlpha(color, alpha);
  context.stroke(lines.full);
  context.strokeStyle = withAlpha(color, FAINT_ALPHA * alpha);
  context.stroke(lines.faint);
  context.setLineDash([]);
}

/** The racer whose drawn path passes nearest to a pixel, within `reach`; null if none does. */
export function nearestRacer(racers, tracks, position, x, y, reach) {
  let best = null;
  for (const racer of racers) {
    const track = tracks.get(racer.id);
    const end = trackEnd(track, racer, position);
    for (let k = 1; k <= end; k += 1) {
      if (track.states[k] === ABSENT || track.states[k - 1] === ABSENT) continue;
      const [x0, y0] = [track.x[k - 1], track.y[k - 1]];
      const dx = track.x[k] - x0;
      const dy = track.y[k] - y0;
      const part = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
      const distance = Math.hypot(x - x0 - dx * part, y - y0 - dy * part);
      if (distance <= reach && (!best || distance < best.distance)) best = { racer, distance };
    }
  }
  return best?.racer ?? null;
}

/** How well a view shows the paths: the part of them that is seen, and how wide they spread. */
function viewScore(view, racers, width) {
  let seen = 0;
  let all = 0;
  let left = Infinity;
  let right = -Infinity;
  for (const racer of racers) {
    for (let k = 0; k <= racer.good; k += 4) {
      const [x, y] = [racer.path[2 * k], racer.path[2 * k + 1]];
      if (!view.contains(x, y)) continue;
      const [px] = view.project(x, y);
      left = Math.min(left, px);
      right = Math.max(right, px);
      all += 1;
      seen += view.hidden(x, y) ? 0 : 1;
    }
  }
  return all ? seen / all + (0.5 * (right - left)) / width : 0;
}

/** The direction to look from first, `{yaw, pitch}`: a flat view if it shows the paths, else one from higher up. */
export function bestDirection(relief, racers, width, height) {
  let best = null;
  for (const pitch of [0.8, 1.08]) {
    for (let turn = 0; turn < 12; turn += 1) {
      const yaw = 0.35 + (turn * Math.PI) / 6;
      const score = viewScore(reliefView(relief, width, height, yaw, pitch), racers, width) - (pitch > 1 ? 0.2 : 0);
      if (!best || score > best.score) best = { score, yaw, pitch };
    }
  }
  return best;
}
