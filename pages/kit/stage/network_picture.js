// What the learner should see: a network whose lines are its weights (thick is strong, solid blue is above 0, dashed
// orange below) and whose tiles show what each neuron has learned. Pointing at a neuron leaves only its own lines.

import { fontOf, withAlpha } from "./base.js";
import { drawLabel } from "./labels.js";
import { edgeEnds } from "./network_layout.js";
import { drawTile } from "./network_tiles.js";
import { formatNumber } from "./numbers.js";

const MOST_EDGES = 140; // a gap with more than twice as many connections shows this many, the strongest, and says so
const STRENGTH_STEPS = 6;
const NEGATIVE_DASH = [4.5, 3.5];

/** Weight of the edge between two nodes of neighbouring columns. */
export function edgeWeight(plan, weights, from, to) {
  const layer = plan.layers[to.layer];
  return weights[layer.kernel + from.unit * layer.units + to.unit];
}

/** The smallest |weight| that is drawn in each gap: 0 where all are, else that of the 140th strongest. */
export function edgeThresholds(plan, weights) {
  return plan.layers.map((layer) => {
    const total = layer.inputs * layer.units;
    if (total <= 2 * MOST_EDGES) return 0;
    const sizes = weights.slice(layer.kernel, layer.bias).map(Math.abs).sort();
    return sizes[total - MOST_EDGES];
  });
}

function traceEdge(context, from, to) {
  const [x0, y0, x1, y1] = edgeEnds(from, to);
  const third = (x1 - x0) / 3;
  context.moveTo(x0, y0);
  context.bezierCurveTo(x0 + third, y0, x1 - third, y1, x1, y1);
}

/** Draw edges, strongest last, in few strokes: one a sign and strength. `fade` 0…1 dims them all. */
function drawEdgeList(context, edges, scene, fade) {
  const { layout, theme, weightReach } = scene;
  const groups = Array.from({ length: 2 * STRENGTH_STEPS }, () => []);
  for (const edge of edges) {
    const part = Math.min(1, Math.abs(edge.weight) / weightReach);
    if (!(part > 0.004)) continue;
    const step = Math.min(STRENGTH_STEPS - 1, Math.floor(part * STRENGTH_STEPS));
    groups[2 * step + (edge.weight < 0 ? 1 : 0)].push(edge);
  }
  context.lineCap = "butt";
  groups.forEach((group, index) => {
    if (!group.length) return;
    const negative = index % 2 === 1;
    const middle = (Math.floor(index / 2) + 0.5) / STRENGTH_STEPS;
    const color = negative ? theme.negative : theme.positive;
    context.strokeStyle = withAlpha(color, Math.min(1, 0.3 + 0.85 * Math.sqrt(middle)) * fade);
    context.setLineDash(negative ? NEGATIVE_DASH : []);
    if (edges.length <= 400) { // few enough for every line to have its own width
      for (const edge of group) {
        context.lineWidth = 0.6 + layout.maximumWidth * Math.min(1, Math.abs(edge.weight) / weightReach);
        context.beginPath();
        traceEdge(context, edge.from, edge.to);
        context.stroke();
      }
    } else {
      context.lineWidth = 0.5 + layout.maximumWidth * middle;
      context.beginPath();
      for (const edge of group) traceEdge(context, edge.from, edge.to);
      context.stroke();
    }
  });
  context.setLineDash([]);
}

function listEdges(scene, keep) {
  const { layout, plan, weights } = scene;
  const edges = [];
  for (let gap = 0; gap + 1 < layout.columns.length; gap += 1) {
    for (const from of layout.columns[gap].nodes) {
      for (const to of layout.columns[gap + 1].nodes) {
        const weight = edgeWeight(plan, weights, from, to);
        if (keep(gap, from, to, weight)) edges.push({ from, to, weight });
      }
    }
  }
  return edges;
}

function drawEdges(context, scene) {
  const { thresholds, focus } = scene;
  const strong = (gap, from, to, weight) => Math.abs(weight) >= thresholds[gap];
  const all = listEdges(scene, strong);
  if (!focus) {
    drawEdgeList(context, all, scene, Math.min(1, Math.sqrt(500 / all.length)));
    return;
  }
  drawEdgeList(context, all, scene, 0.13);
  const own = focus.node
    ? (gap, from, to) => from === focus.node || to === focus.node
    : (gap, from, to) => from === focus.edge.from && to === focus.edge.to;
  drawEdgeList(context, listEdges(scene, own), scene, 1);
}

function drawHeadings(context, scene) {
  const { layout, theme } = scene;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const headings = layout.columns.map(({ heading: [first, second] }) => (layout.twoLines ? [first, second] : [second ? `${first} · ${second}` : first]));
  const limit = Math.min(layout.pitch - 6, 200);
  const widthOf = (lines, size) => Math.max(...lines.map((line, k) => {
    context.font = fontOf(theme, size, k ? 400 : 600);
    return context.measureText(line).width;
  }));
  let size = layout.narrow ? 12.5 : 13.5;
  while (size > 9.5 && headings.some((lines) => widthOf(lines, size) > limit)) size -= 0.5;
  layout.columns.forEach((column, index) => {
    const half = widthOf(headings[index], size) / 2;
    const x = Math.max(half, Math.min(layout.width - half, column.x));
    headings[index].forEach((line, k) => {
      context.font = fontOf(theme, size, k ? 400 : 600);
      context.fillStyle = k ? theme.muted : withAlpha(theme.ink, 0.8);
      if (line) context.fillText(line, x, 13 + k * 15, limit + 4);
    });
  });
}

function drawLegend(context, scene) {
  const { layout, theme, weightReach, thresholds, plan } = scene;
  const size = layout.narrow ? 12 : 13;
  context.font = fontOf(theme, size);
  context.textBaseline = "middle";
  context.textAlign = "left";
  const y = layout.height - (layout.narrow ? 24 : 10);
  let x = 0;
  const thickest = `thickest: ${formatNumber(weightReach)}${layout.width < 700 ? "" : " or more"}`;
  const sample = (color, dash, text) => {
    context.strokeStyle = color;
    context.lineWidth = 2.6;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 24, y);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = theme.muted;
    context.fillText(text, x + 31, y);
    x += 31 + context.measureText(text).width + 16;
  };
  sample(theme.positive, [], "weight above 0");
  sample(theme.negative, NEGATIVE_DASH, "below 0");
  context.fillText(thickest, x, y);
  x += context.measureText(thickest).width;
  const hidden = thresholds.some((threshold) => threshold > 0);
  const most = Math.max(...plan.layers.map((layer) => layer.inputs * layer.units));
  const hints = hidden ? [`strongest ${MOST_EDGES} of up to ${most} lines a layer`, `strongest ${MOST_EDGES} lines a layer`] : ["Point at a neuron to see what it has learned", "Point at a neuron"];
  context.textAlign = layout.narrow ? "left" : "right";
  if (layout.narrow) context.fillText(hidden ? hints[0] : "Tap a neuron to see what it has learned", 0, layout.height - 7);
  else {
    const hint = hints.find((text) => x + context.measureText(text).width + 56 < layout.width);
    if (hint) context.fillText(hint, layout.width - 44, y); // right of it: the save button
  }
}

/** Numbers at the lines of the focused neuron or edge, where there is room for them. */
function drawWeightLabels(context, scene) {
  const { focus, layout, theme, plan, weights } = scene;
  const write = (edge, part, align) => {
    const [x0, y0, x1, y1] = edgeEnds(edge.from, edge.to);
    const t = part;
    context.textAlign = align;
    const value = edgeWeight(plan, weights, edge.from, edge.to);
    drawLabel(context, formatNumber(value), x0 + (x1 - x0) * t, y0 + (y1 - y0) * t * t * (3 - 2 * t), theme.ink, theme.background);
  };
  context.font = fontOf(theme, 13, 600);
  context.textBaseline = "middle";
  if (focus.edge) {
    write(focus.edge, 0.5, "center");
    return;
  }
  if (focus.node.kind !== "input" && focus.node.size >= 26) {
    context.textAlign = "left";
    const bias = weights[plan.layers[focus.node.layer].bias + focus.node.unit];
    drawLabel(context, `bias ${formatNumber(bias)}`, Math.min(focus.node.x + 8, layout.width - 62), focus.node.y + focus.node.size / 2 + 9, theme.ink, theme.background);
  }
  const before = layout.columns[focus.node.column - 1];
  const after = layout.columns[focus.node.column + 1];
  const roomy = (column) => column && column.pitch * column.across >= 18 && layout.pitch > 120;
  if (roomy(before)) for (const from of before.nodes) write({ from, to: focus.node }, 0.06, "left");
  if (roomy(after)) for (const to of after.nodes) write({ from: focus.node, to }, 0.94, "right");
}

/**
 * Draw the whole picture. `scene`: `{layout, theme, plan, weights, thresholds, weightReach, sheet, focus, classes}` where
 * focus is null, `{node}` or `{edge: {from, to}}`.
 */
export function drawNetwork(context, scene) {
  const { layout } = scene;
  context.clearRect(0, 0, layout.width, layout.height);
  drawEdges(context, scene);
  layout.nodes.forEach((node, index) => drawTile(context, scene, node, index));
  drawHeadings(context, scene);
  drawLegend(context, scene);
  if (scene.focus) drawWeightLabels(context, scene);
}
