// What the selected racer carries at this step: minus the gradient, the step it takes, its velocity, the averaged
// squares, its rate in either direction. Lengths are scaled to be seen, and the scale is always said.

import { seriesColor, withAlpha } from "./base.js";
import { drawArrow } from "./marks.js";
import { formatFactor, niceFactor } from "./numbers.js";
import { pairAt, stepFrom } from "./race_data.js";

/** The overlays in the order of their chips; `scale` names the group that shares one length scale. */
export const OVERLAYS = [
  { id: "gradient", chip: "−Gradient", name: "−gradient", scale: "gradient", kind: "arrow" },
  { id: "step", chip: "Step", name: "step", scale: "step", kind: "arrow" },
  { id: "velocity", chip: "Velocity", name: "velocity", scale: "velocity", kind: "arrow" },
  { id: "square", chip: "√ squares", name: "√ squares", scale: "gradient", kind: "ellipse" },
  { id: "rate", chip: "Rate", name: "rate", scale: "rate", kind: "bars" },
];

const SHORTEST = 26;
const LONGEST = 130;
const WANTED = 58;

/** Does this racer have the numbers of this overlay? */
export function hasOverlay(racer, id) {
  return id === "step" || Boolean(racer[id]);
}

/** The vector an overlay shows at a step, in the surface's units; null when there is nothing to show. */
function overlayVector(racer, id, step) {
  if (id === "step") return stepFrom(racer, step);
  const pair = pairAt(racer[id], Math.min(step, racer.good));
  if (!pair) return null;
  if (id === "gradient") return [-pair[0], -pair[1]];
  if (id === "square") return pair.map((value) => Math.sqrt(Math.max(0, value)));
  return pair;
}

/**
 * The overlays to draw: `[{id, name, kind, vector, factor, origin}]`.
 * A factor is kept from frame to frame (in `memory`) as long as the lengths stay readable, so that arrows of one run
 * can be compared; it changes by 1, 2 or 5 × 10ⁿ only. Steps of a readable length are drawn as they are.
 */
export function overlaysAt(racer, shown, step, view, memory) {
  const k = Math.min(step, racer.good);
  const origin = [racer.path[2 * k], racer.path[2 * k + 1]];
  const list = [];
  for (const overlay of OVERLAYS) {
    if (!shown[overlay.id] || !hasOverlay(racer, overlay.id)) continue;
    const vector = overlayVector(racer, overlay.id, step);
    if (vector && Math.hypot(...vector) > 0) list.push({ ...overlay, vector, origin });
  }
  for (const scale of new Set(list.map((overlay) => overlay.scale))) {
    const group = list.filter((overlay) => overlay.scale === scale);
    const longest = Math.max(...group.map((overlay) => Math.hypot(overlay.vector[0] * view.scaleX, overlay.vector[1] * view.scaleY)));
    const key = `${racer.id}.${scale}`;
    let factor = memory.get(key) ?? 1;
    if (!(longest * factor >= SHORTEST && longest * factor <= LONGEST)) factor = niceFactor(WANTED / longest);
    memory.set(key, factor);
    for (const overlay of group) overlay.factor = factor;
  }
  return list.filter((overlay) => Number.isFinite(overlay.factor));
}

/** "Arrows: −gradient × 0.02, step × 5": what is drawn longer or shorter than it is, in lines that `fits(line)` accepts. */
export function scaleSentences(overlays, fits) {
  const lines = [];
  const start = overlays.some((overlay) => overlay.factor !== 1 && overlay.kind !== "arrow") ? "Drawn" : "Arrows";
  for (const overlay of overlays) {
    if (overlay.factor === 1) continue;
    const part = overlay.name + formatFactor(overlay.factor);
    const longer = lines.length ? `${lines[lines.length - 1]}, ${part}` : `${start}: ${part}`;
    if (lines.length && fits(longer)) lines[lines.length - 1] = longer;
    else {
      if (lines.length) lines[lines.length - 1] += ",";
      lines.push(lines.length ? part : longer);
    }
  }
  return lines;
}

/** Draw one overlay through `view.project`; returns `{tip, segments}` for the label placement. */
export function drawOverlay(context, overlay, view, racer, theme) {
  const { origin, vector, factor } = overlay;
  const at = (dx, dy) => view.project(origin[0] + dx * factor, origin[1] + dy * factor);
  const [x0, y0] = view.project(...origin);
  const color = seriesColor(racer.style, theme);
  const halo = withAlpha(theme.background, 0.85);
  if (overlay.kind === "arrow") {
    const [x1, y1] = at(...vector);
    const looks = {
      gradient: { color: theme.ink, dash: [4, 2.5], width: 2 },
      step: { color, width: 3 },
      velocity: { color, width: 2, dash: [1.5, 2.5] },
    }[overlay.id];
    drawArrow(context, x0, y0, x1, y1, { ...looks, halo });
    return { tip: [x1, y1], segments: [[x0, y0, x1, y1]] };
  }
  const trace = (points, strokeColor, width, dash) => {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    context.strokeStyle = strokeColor;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  };
  const segments = [];
  if (overlay.kind === "ellipse") {
    const points = Array.from({ length: 49 }, (_, i) => at(Math.cos((i * Math.PI) / 24) * vector[0], Math.sin((i * Math.PI) / 24) * vector[1]));
    trace(points, halo, 4, []);
    trace(points, theme.ink, 1.5, [2, 3]);
    for (let i = 0; i < 48; i += 1) segments.push([...points[i], ...points[i + 1]]);
    return { tip: points[42], segments };
  }
  for (const [dx, dy] of [[vector[0], 0], [0, vector[1]]]) {
    const ends = [at(-dx, -dy), at(dx, dy)];
    const length = Math.hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) || 1;
    const cap = [(-(ends[1][1] - ends[0][1]) / length) * 5, ((ends[1][0] - ends[0][0]) / length) * 5];
    for (const [strokeColor, width] of [[halo, 5], [color, 2]]) {
      trace(ends, strokeColor, width, []);
      for (const [x, y] of ends) trace([[x - cap[0], y - cap[1]], [x + cap[0], y + cap[1]]], strokeColor, width, []);
    }
    segments.push([...ends[0], ...ends[1]]);
  }
  return { tip: at(vector[0], 0), segments };
}

/** The sample on an overlay's chip, as SVG in the series colour. */
export function overlaySample(id, color, ink) {
  const arrow = (stroke, width, dash) =>
    `<path d="M1 7h13" stroke="${stroke}" stroke-width="${width}" stroke-dasharray="${dash}"/><path d="M20 7l-7-3.6v7.2z" fill="${stroke}"/>`;
  const drawings = {
    gradient: arrow(ink, 2, "4 2.5"),
    step: arrow(color, 3, ""),
    velocity: arrow(color, 2, "1.5 2.5"),
    square: `<ellipse cx="10.5" cy="7" rx="9" ry="5" fill="none" stroke="${ink}" stroke-width="1.6" stroke-dasharray="2 2.4"/>`,
    rate: `<path d="M2 7h17M10.5 2v10M2 4.500v5M19 4.500v5M8 2h5M8 12h5" stroke="${color}" stroke-width="1.7" fill="none"/>`,
  };
  return `<svg width="21" height="14" viewBox="0 0 21 14" aria-hidden="true">${drawings[id]}</svg>`;
}
