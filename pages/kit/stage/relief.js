// The surface as a relief: a height field and a view of it that a drag turns.
// Heights are on a log scale where the loss spans too much for a plain one; the picture says which.

import { surfaceValue } from "./race_data.js";

export const QUADS = 72;
export const RELIEF_HEIGHT = 0.82;
const RAY_STEP = 0.035;

/** Heights 0…1 for losses: plain when the median lies high enough, else a log scale that lifts it to 0.45. */
export function heightScale(values) {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const low = sorted[0] ?? 0;
  const high = sorted[Math.floor((sorted.length - 1) * 0.985)] ?? 1;
  const range = high - low || 1;
  const middle = ((sorted[sorted.length >> 1] ?? 0.5) - low) / range;
  if (middle >= 0.22 || !(middle > 0)) return { log: false, of: (z) => Math.max(0, Math.min(1, (z - low) / range)) };
  let small = 1e-9;
  let large = 1e3;
  for (let turn = 0; turn < 60; turn += 1) {
    const trial = Math.sqrt(small * large);
    if (Math.log1p(middle / trial) / Math.log1p(1 / trial) > 0.45) small = trial;
    else large = trial;
  }
  const top = Math.log1p(1 / large);
  return { log: true, of: (z) => Math.max(0, Math.min(1, Math.log1p(Math.max(0, z - low) / range / large) / top)) };
}

/** Build the relief of a surface: heights on a (QUADS + 1)² grid, and the height anywhere. */
export function buildRelief(surface) {
  const scale = heightScale(surface.grid.data);
  const side = QUADS + 1;
  const heights = new Float32Array(side * side);
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      const x = surface.x[0] + ((surface.x[1] - surface.x[0]) * i) / QUADS;
      const y = surface.y[0] + ((surface.y[1] - surface.y[0]) * j) / QUADS;
      const value = surfaceValue(surface, Math.min(x, surface.x[1]), Math.min(y, surface.y[1]));
      heights[j * side + i] = Number.isFinite(value) ? scale.of(value) : 1;
    }
  }
  /** Height at X, Y in −1…1. */
  const heightAt = (X, Y) => {
    const u = Math.max(0, Math.min(QUADS - 1e-6, ((X + 1) / 2) * QUADS));
    const v = Math.max(0, Math.min(QUADS - 1e-6, ((Y + 1) / 2) * QUADS));
    const i = Math.floor(u);
    const j = Math.floor(v);
    const at = j * side + i;
    const below = heights[at] + (heights[at + 1] - heights[at]) * (u - i);
    const above = heights[at + side] + (heights[at + side + 1] - heights[at + side]) * (u - i);
    return below + (above - below) * (v - j);
  };
  return { surface, heights, side, heightAt, log: scale.log };
}

/** A view of the relief from `yaw`, `pitch` (radians) in a picture of that size. */
export function reliefView(relief, width, height, yaw, pitch) {
  const { surface, side } = relief;
  const sin = Math.sin(yaw);
  const cos = Math.cos(yaw);
  const up = Math.cos(pitch);
  const back = Math.sin(pitch);
  const unit = Math.min((width - 70) / (2 * Math.SQRT2), (height - 60) / (RELIEF_HEIGHT * up + 2 * Math.SQRT2 * back));
  const centreX = width / 2;
  const centreY = height / 2 + (unit * RELIEF_HEIGHT * up) / 2 + (width > 480 ? 4 : -18);
  const toUnit = (x, y) => [((x - surface.x[0]) / (surface.x[1] - surface.x[0])) * 2 - 1, ((y - surface.y[0]) / (surface.y[1] - surface.y[0])) * 2 - 1];
  const place = (X, Y, H) => [centreX + unit * (X * cos - Y * sin), centreY - unit * (H * RELIEF_HEIGHT * up + (X * sin + Y * cos) * back)];

  /** Is the relief at X, Y behind a hill? Follows the ray to the viewer. */
  const covered = (fromX, fromY) => {
    let [X, Y] = [fromX, fromY];
    let level = relief.heightAt(X, Y) * RELIEF_HEIGHT + 0.012;
    const dX = -sin * up * RAY_STEP;
    const dY = -cos * up * RAY_STEP;
    while (level < RELIEF_HEIGHT) {
      X += dX;
      Y += dY;
      level += back * RAY_STEP;
      // At the rim the last look is at the rim itself: the front walls hide what lies behind them.
      if (relief.heightAt(X, Y) * RELIEF_HEIGHT > level) return true;
      if (X < -1 || X > 1 || Y < -1 || Y > 1) return false;
    }
    return false;
  };
  const coverAt = new Uint8Array(side * side);
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) coverAt[j * side + i] = covered((2 * i) / QUADS - 1, (2 * j) / QUADS - 1) ? 1 : 0;
  }
  return {
    width, height, yaw, pitch, sin, cos, up, back, unit, centreX, centreY, place, toUnit, coverAt,
    scaleX: (2 * unit) / (surface.x[1] - surface.x[0]),
    scaleY: (2 * unit) / (surface.y[1] - surface.y[0]),
    contains: (x, y) => x >= surface.x[0] && x <= surface.x[1] && y >= surface.y[0] && y <= surface.y[1],
    /** Pixels of the surface's point above (x, y). */
    project(x, y) {
      const [X, Y] = toUnit(x, y);
      return place(X, Y, relief.heightAt(X, Y));
    },
    /** Is the surface's point above (x, y) hidden? Looked up in the corners round it. */
    hidden(x, y) {
      const [X, Y] = toUnit(x, y);
      const u = Math.max(0, Math.min(QUADS - 1e-6, ((X + 1) / 2) * QUADS));
      const v = Math.max(0, Math.min(QUADS - 1e-6, ((Y + 1) / 2) * QUADS));
      const at = Math.floor(v) * side + Math.floor(u);
      const [fx, fy] = [u % 1, v % 1];
      const below = coverAt[at] + (coverAt[at + 1] - coverAt[at]) * fx;
      const above = coverAt[at + side] + (coverAt[at + side + 1] - coverAt[at + side]) * fx;
      return below + (above - below) * fy > 0.5;
    },
  };
}
