// The relief on the screen: quads painted far to near, shaded, with contour lines, front walls and axes.

import { mixColors, parseColor, withAlpha } from "./base.js";
import { formatTick, niceTicks } from "./numbers.js";
import { drawAxisName } from "./surface.js";
import { QUADS, RELIEF_HEIGHT } from "./relief.js";
import { outlineEdges, paintGrid } from "./relief_raster.js";


/** Colours along the height, 0…63, as numbers. */
function heightColors(theme) {
  const bands = [...theme.bands, mixColors(theme.bands[3], theme.muted, 0.22)].map(parseColor);
  return Array.from({ length: 64 }, (_, k) => {
    const at = (k / 63) * (bands.length - 1.001);
    const lower = Math.floor(at);
    return [0, 1, 2].map((channel) => bands[lower][channel] + (bands[lower + 1][channel] - bands[lower][channel]) * (at - lower));
  });
}

/** Colour of every corner: its height's colour, darker or lighter by how it faces the light. */
function cornerColors(relief, view, theme) {
  const { heights, side } = relief;
  const rgb = new Float32Array(3 * side * side);
  const base = heightColors(theme);
  const dark = parseColor(theme.dark ? "#000000" : theme.muted);
  const light = parseColor(theme.dark ? theme.muted : "#FFFFFF");
  // Light from the viewer's upper left, turning with the view, so that slopes read the same at every angle.
  const lightX = -0.62 * view.cos - 0.2 * view.sin;
  const lightY = 0.62 * view.sin - 0.2 * view.cos;
  const slope = (RELIEF_HEIGHT * QUADS) / 2;
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      const at = j * side + i;
      const [west, east] = [Math.max(0, i - 1), Math.min(QUADS, i + 1)];
      const [south, north] = [Math.max(0, j - 1), Math.min(QUADS, j + 1)];
      const dx = ((heights[j * side + east] - heights[j * side + west]) / (east - west)) * slope;
      const dy = ((heights[north * side + i] - heights[south * side + i]) / (north - south)) * slope;
      const shade = Math.max(0, Math.min(1, (0.74 - dx * lightX - dy * lightY) / Math.hypot(1, dx, dy)));
      const part = shade < 0.55 ? (0.55 - shade) * (theme.dark ? 0.8 : 0.62) : (shade - 0.55) * (theme.dark ? 0.42 : 0.9);
      const towards = shade < 0.55 ? dark : light;
      const color = base[Math.min(63, Math.floor(heights[at] * 64))];
      for (let channel = 0; channel < 3; channel += 1) rgb[3 * at + channel] = color[channel] + (towards[channel] - color[channel]) * part;
    }
  }
  return rgb;
}

/** Draw the relief, far quads first, then its outline, contour lines, its two front walls and axes. */
export function drawRelief(layer, relief, view, contours, labels, theme) {
  const { context, canvas } = layer;
  const { heights, side } = relief;
  const xs = new Float32Array(side * side);
  const ys = new Float32Array(side * side);
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      const at = j * side + i;
      const X = (2 * i) / QUADS - 1;
      const Y = (2 * j) / QUADS - 1;
      xs[at] = view.centreX + view.unit * (X * view.cos - Y * view.sin);
      ys[at] = view.centreY - view.unit * (heights[at] * RELIEF_HEIGHT * view.up + (X * view.sin + Y * view.cos) * view.back);
    }
  }
  const rgb = cornerColors(relief, view, theme);
  const ratio = canvas.width / layer.width;
  paintGrid(context, canvas.width, canvas.height, side, heights, xs.map((x) => x * ratio), ys.map((y) => y * ratio), rgb, view.cos > 0, view.sin > 0);
  context.lineWidth = 1.3;
  context.lineCap = "round";
  for (const [a, b] of outlineEdges(side, xs, ys)) {
    if (view.coverAt[a] && view.coverAt[b]) continue;
    context.beginPath();
    context.moveTo(xs[a], ys[a]);
    context.lineTo(xs[b], ys[b]);
    context.strokeStyle = `rgb(${rgb[3 * a] | 0},${rgb[3 * a + 1] | 0},${rgb[3 * a + 2] | 0})`;
    context.stroke();
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

/** Ticks and names along the two front edges of the floor; a name stands at the end away from the corner they share. */
function drawReliefAxes(context, relief, view, labels, theme) {
  const { surface } = relief;
  const front = { x: view.sin > 0 ? -1 : 1, y: view.cos > 0 ? -1 : 1 };
  const draw = (range, name, point, outward, end) => {
    const { values, step } = niceTicks(range[0], range[1], 5);
    context.font = `400 13px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.strokeStyle = withAlpha(theme.ink, 0.4);
    context.fillStyle = withAlpha(theme.ink, 0.66);
    for (const value of values) {
      const at = ((value - range[0]) / (range[1] - range[0])) * 2 - 1;
      if (at * end > 0.84 || at * end < -0.95) continue;
      const [x, y] = view.place(...point(at, 1), 0);
      const [tx, ty] = view.place(...point(at, 1.035), 0);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(tx, ty);
      context.stroke();
      const [lx, ly] = view.place(...point(at, outward), 0);
      context.fillText(formatTick(value, step), lx, ly + 3);
    }
    const [nx, ny] = view.place(...point(end * 0.98, outward + 0.02), 0);
    drawAxisName(context, name, nx + 8, ny + 8, theme);
  };
  draw(surface.x, labels.x, (at, out) => [at, front.y * out], 1.11, -front.x);
  draw(surface.y, labels.y, (at, out) => [front.x * out, at], 1.11, -front.y);
}
