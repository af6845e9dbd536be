// What the learner should see: each neuron as a small map of its own answer, input features the same way.
// A dot under the tile is the neuron's bias: full blue above 0, hollow orange below, larger when it is stronger.

import { fontOf, withAlpha } from "./base.js";
import { CLASS_STYLES, classColor, colorTable, drawMapImage, makeMapImage, paintMap, reachOf } from "./maps.js";
import { drawMarker } from "./marks.js";

const TILE_STRENGTH = 0.86;

/** Largest |value| a tile's colours reach: fixed for bounded activations, the neuron's own for the others. */
export function tileReach(activation, values, start, count) {
  if (activation === "tanh" || activation === "sigmoid" || activation === "softmax" || activation === "softsign") return 1;
  return Math.max(0.5, reachOf(values, start, count));
}

/** How a neuron's values become colours: `{table, middle, reach}`. */
export function nodeScale(node, maps, scene) {
  const { theme, task, classes, targetReach } = scene;
  const count = maps.size * maps.size;
  if (node.kind === "input") {
    return { table: scene.table, middle: 0, reach: reachOf(maps.inputs, node.unit * count, count) || 1 };
  }
  const { activation } = maps.network.layers[node.layer];
  if (node.kind === "output" && activation === "softmax") {
    const color = classColor(node.unit, classes, theme);
    return { table: colorTable(color, color, theme.background, TILE_STRENGTH), middle: 0, reach: 1 };
  }
  if (node.kind === "output" && activation === "sigmoid") return { table: scene.table, middle: 0.5, reach: 0.5 };
  if (node.kind === "output" && task === "regression") return { table: scene.table, middle: 0, reach: targetReach };
  const values = maps.layers[node.layer];
  return { table: scene.table, middle: 0, reach: tileReach(activation, values, node.unit * count, count) };
}

/** The pictures of all tiles in one image; painted anew for every snapshot. */
export function createTileSheet(layout, tile) {
  const across = Math.max(1, Math.ceil(Math.sqrt(layout.nodes.length)));
  const image = makeMapImage(across * tile, Math.ceil(layout.nodes.length / across) * tile);
  const cornerOf = (index) => [(index % across) * tile, Math.floor(index / across) * tile];
  return {
    paint(maps, scene) {
      layout.nodes.forEach((node, index) => {
        const [left, top] = cornerOf(index);
        const { table, middle, reach } = nodeScale(node, maps, scene);
        const values = node.kind === "input" ? maps.inputs : maps.layers[node.layer];
        const start = node.unit * maps.size * maps.size;
        paintMap(image.pixels, image.width, left, top, values, start, maps.size, maps.size, maps.stride, table, middle, reach);
      });
      image.flush();
    },
    draw(context, index, x, y, size) {
      const [left, top] = cornerOf(index);
      drawMapImage(context, image, left, top, tile, tile, x, y, size, size);
    },
  };
}

/** Colours for the tiles in this theme. */
export function tileTable(theme) {
  return colorTable(theme.negative, theme.positive, theme.background, TILE_STRENGTH);
}

function roundedBox(context, x, y, width, height, radius) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}

/** Draw one node: tile, border, bias dot, and the name beside an input or the marker beside a class. */
export function drawTile(context, scene, node, index) {
  const { theme, sheet, focus, plan, weights, weightReach, layout } = scene;
  const half = node.size / 2;
  const [x, y] = [node.x - half, node.y - half];
  const radius = node.size >= 30 ? 4 : 2;
  context.save();
  roundedBox(context, x, y, node.size, node.size, radius);
  context.clip();
  sheet.draw(context, index, x, y, node.size);
  context.restore();
  roundedBox(context, x, y, node.size, node.size, radius);
  const focused = focus && (focus.node === node || focus.edge?.from === node || focus.edge?.to === node);
  context.strokeStyle = focused ? theme.accent : withAlpha(theme.ink, 0.5);
  context.lineWidth = focused ? 3 : 1;
  context.stroke();
  if (node.kind !== "input" && layout.columns[node.column].pitch - node.size >= 8) {
    const bias = weights[plan.layers[node.layer].bias + node.unit];
    const size = 1.8 + 2.6 * Math.min(1, Math.abs(bias) / weightReach);
    const low = node.y + half + (node.size >= 44 ? 7 : 4);
    context.beginPath();
    context.arc(node.x, low, size, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = theme.background;
    context.stroke();
    context.fillStyle = bias < 0 ? theme.background : theme.positive;
    context.fill();
    if (bias < 0) {
      context.lineWidth = 1.5;
      context.strokeStyle = theme.negative;
      context.stroke();
    }
  }
  if (node.kind === "input") {
    context.font = fontOf(theme, layout.narrow ? 13 : 15.5, 500, true);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillStyle = theme.ink;
    context.fillText(node.name, x - 7, node.y);
  } else if (node.kind === "output" && layout.columns[node.column].count > 1) {
    const style = CLASS_STYLES[node.unit % CLASS_STYLES.length];
    drawMarker(context, style.marker, node.x + half + 12, node.y, 4.5, classColor(node.unit, scene.classes, theme), theme.background);
  }
}
