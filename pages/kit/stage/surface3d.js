// The surface as a relief: a height field drawn with the painter's algorithm, turned by dragging.
// Heights are on a log scale where the loss spans too much for a plain one; the picture says which.

import { mixColors, withAlpha } from "./base.js";
import { formatTick, niceTicks } from "./numbers.js";
import { drawAxisName } from "./surface.js";
import { surfaceValue } from "./race_data.js";

const QUADS = 60;
const HEIGHT = 0.82;
const RAY_STEP = 0.035;

/** Heights 0…1 for losses: plain when the median lies high enough, else a log scale that lifts it to 0.45. */
export function heightScale(values) {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const low = sorted[0] ?? 0;
  const high = sorted[Math.floor((sorted.length - 1) * 0.985)] ?? 1;
  const range = high - low || 1;
  const middle = ((sorted[sorted.length >> 1] ?? 0.5) - low) / range;
  if (middle >= 0.36 || !(middle > 0)) return { log: false, of: (z) => Math.max(0, Math.min(1, (z - low) / range)) };
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
  const { surface } = relief;
  const sin = Math.sin(yaw);
  const cos = Math.cos(yaw);
  const up = Math.cos(pitch);
  const back = Math.sin(pitch);
  const unit = Math.min((width - 70) / (2 * Math.SQRT2), (height - 60) / (HEIGHT * up + 2 * Math.SQRT2 * back));
  const centreX = width / 2;
  const centreY = height / 2 + (unit * HEIGHT * up) / 2 - 4;
  const toUnit = (x, y) => [((x - surface.x[0]) / (surface.x[1] - surface.x[0])) * 2 - 1, ((y - surface.y[0]) / (surface.y[1] - surface.y[0])) * 2 - 1];
  const place = (X, Y, H) => [centreX + unit * (X * cos - Y * sin), centreY - unit * (H * HEIGHT * up + (X * sin + Y * cos) * back)];
  return {
    width, height, yaw, pitch, sin, cos, unit, place, toUnit,
    scaleX: (2 * unit) / (surface.x[1] - surface.x[0]),
    scaleY: (2 * unit) / (surface.y[1] - surface.y[0]),
    contains: (x, y) => x >= surface.x[0] && x <= surface.x[1] && y >= surface.y[0] && y <= surface.y[1],
    /** Pixels of the surface's point above (x, y). */
    project(x, y) {
      const [X, Y] = toUnit(x, y);
      return place(X, Y, relief.heightAt(X, Y));
    },
    /** Is the surface's point above (x, y) behind a hill? Looks along the ray to the viewer. */
    hidden(x, y) {
      let [X, Y] = toUnit(x, y);
      let level = relief.heightAt(X, Y) * HEIGHT + 0.012;
      const dX = -sin * up * RAY_STEP;
      const dY = -cos * up * RAY_STEP;
      while (level < HEIGHT) {
        X += dX;
        Y += dY;
        level += back * RAY_STEP;
        if (X < -1 || X > 1 || Y < -1 || Y > 1) return false;
        if (relief.heightAt(X, Y) * HEIGHT > level) return true;
      }
      return false;
    },
  };
}

/** Colours of heights × shades, made once per theme: 24 heights × 16 shades. */
function shadeTable(theme) {
  const bands = [...theme.bands, mixColors(theme.bands[3], theme.muted, 0.3)];
  return Array.from({ length: 24 * 16 }, (_, k) => {
    const at = (Math.floor(k / 16) / 23) * (bands.length - 1.001);
    const base = mixColors(bands[Math.floor(at)], bands[Math.floor(at) + 1], at % 1);
    const shade = (k % 16) / 15;
    return shade < 0.55
      ? mixColors(base, theme.dark ? "#000000" : theme.muted, (0.55 - shade) * (theme.dark ? 0.8 : 0.62))
      : mixColors(base, theme.dark ? theme.muted : "#FFFFFF", (shade - 0.55) * (theme.dark ? 0.42 : 0.9));
  });
}

/** Draw the relief, far quads first, then its two front walls, contour lines and axes. */
export function drawRelief(context, relief, view, contours, labels, theme) {
  const { heights, side } = relief;
  const colors = shadeTable(theme);
  const xs = new Float32Array(side * side);
  const ys = new Float32Array(side * side);
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      [xs[j * side + i], ys[j * side + i]] = view.place((2 * i) / QUADS - 1, (2 * j) / QUADS - 1, heights[j * side + i]);
    }
  }
  const slope = (HEIGHT * QUADS) / 2;
  context.lineJoin = "round";
  context.lineWidth = 0.8;
  for (let a = 0; a < QUADS; a += 1) {
    const j = view.cos > 0 ? QUADS - 1 - a : a;
    for (let b = 0; b < QUADS; b += 1) {
      const i = view.sin > 0 ? QUADS - 1 - b : b;
      const at = j * side + i;
      const dx = ((heights[at + 1] - heights[at] + heights[at + side + 1] - heights[at + side]) / 2) * slope;
      const dy = ((heights[at + side] - heights[at] + heights[at + side + 1] - heights[at + 1]) / 2) * slope;
      // Light from the viewer's upper left, turning with the view, so that slopes read the same at every angle.
      const lightX = -0.55 * view.cos - 0.25 * view.sin;
      const lightY = 0.55 * view.sin - 0.25 * view.cos;
      const shade = (0.8 - dx * lightX - dy * lightY) / Math.hypot(1, dx, dy);
      const level = (heights[at] + heights[at + side + 1]) / 2;
      context.fillStyle = colors[Math.min(23, Math.floor(level * 24)) * 16 + Math.max(0, Math.min(15, Math.round(shade * 15)))];
      context.strokeStyle = context.fillStyle;
      context.beginPath();
      context.moveTo(xs[at], ys[at]);
      context.lineTo(xs[at + 1], ys[at + 1]);
      context.lineTo(xs[at + side + 1], ys[at + side + 1]);
      context.lineTo(xs[at + side], ys[at + side]);
      context.closePath();
      context.fill();
      context.stroke();
    }
  }
  drawReliefContours(context, relief, view, contours, theme);
  drawWalls(context, view, xs, ys, side, theme);
  drawReliefAxes(context, relief, view, labels, theme);
}

/** Contour lines lie on the relief; what is behind a hill is left out. */
function drawReliefContours(context, relief, view, contours, theme) {
  const { surface } = relief;
  const [ny, nx] = surface.grid.shape;
  context.lineWidth = 1;
  for (const contour of contours) {
    context.beginPath();
    for (const line of contour.lines) {
      let drawing = false;
      const jump = Math.max(1, Math.round(Math.min(line.length / 12, nx / 45))) * 2;
      for (let k = 0; k < line.length; k += jump) {
        const at = Math.min(k, line.length - 2);
        const x = surface.x[0] + ((surface.x[1] - surface.x[0]) * line[at]) / (nx - 1);
        const y = surface.y[0] + ((surface.y[1] - surface.y[0]) * line[at + 1]) / (ny - 1);
        const visible = !view.hidden(x, y);
        const [px, py] = view.project(x, y);
        if (visible && drawing) context.lineTo(px, py);
        else if (visible) context.moveTo(px, py);
        drawing = visible;
      }
    }
    context.strokeStyle = withAlpha(theme.ink, contour.major ? (theme.dark ? 0.34 : 0.3) : theme.dark ? 0.17 : 0.15);
    context.stroke();
  }
}

/** The two sides that face the viewer close the block down to its floor. */
function drawWalls(context, view, xs, ys, side, theme) {
  const edges = [
    { faces: view.cos > 0, at: (k) => k, Y: -1 },
    { faces: view.cos <= 0, at: (k) => (side - 1) * side + k, Y: 1 },
    { faces: view.sin > 0, at: (k) => k * side, X: -1 },
    { faces: view.sin <= 0, at: (k) => k * side + side - 1, X: 1 },
  ];
  for (const edge of edges) {
    if (!edge.faces) continue;
    context.beginPath();
    for (let k = 0; k < side; k += 1) context.lineTo(xs[edge.at(k)], ys[edge.at(k)]);
    for (const end of [1, -1]) context.lineTo(...view.place(edge.X ?? end, edge.Y ?? end, 0));
    context.closePath();
    context.fillStyle = mixColors(theme.panel, theme.border, edge.X ? 0.9 : 0.5);
    context.fill();
    context.strokeStyle = withAlpha(theme.ink, 0.3);
    context.lineWidth = 1;
    context.stroke();
  }
}

/** Ticks and names along the two front edges of the floor. */
function drawReliefAxes(context, relief, view, labels, theme) {
  const { surface } = relief;
  const front = { x: view.sin > 0 ? -1 : 1, y: view.cos > 0 ? -1 : 1 };
  const draw = (range, name, point, outward) => {
    const { values, step } = niceTicks(range[0], range[1], 5);
    context.font = `400 13px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.strokeStyle = withAlpha(theme.ink, 0.4);
    context.fillStyle = withAlpha(theme.ink, 0.66);
    for (const value of values) {
      const at = ((value - range[0]) / (range[1] - range[0])) * 2 - 1;
      if (Math.abs(at) > 0.93) continue;
      const [x, y] = view.place(...point(at, 1), 0);
      const [tx, ty] = view.place(...point(at, 1.035), 0);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tx, ty);
      context.stroke();
      const [lx, ly] = view.place(...point(at, outward), 0);
      context.fillText(formatTick(value, step), lx, ly + 3);
    }
    const [nx, ny] = view.place(...point(0.98, outward + 0.02), 0);
    drawAxisName(context, name, nx + 8, ny + 8, theme);
  };
  draw(surface.x, labels.x, (at, out) => [at, front.y * out], 1.11);
  draw(surface.y, labels.y, (at, out) => [front.x * out, at], 1.11);
}
