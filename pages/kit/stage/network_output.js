// What the learner should see: the network's answer over the whole plane with the data on top. The line is where
// the decision changes; filled points are training data, hollow ones validation data the network never learned from.

import { makeElement, makeLayer, sizeCanvas, withAlpha } from "./base.js";
import { CLASS_STYLES, classBorders, classColor, colorTable, drawMapImage, levelSegments, makeMapImage, paintClasses, paintMap, strokeSegments } from "./maps.js";
import { drawMarker } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { nodeScale } from "./network_tiles.js";

const OUTPUT_STRENGTH = 0.66;

/** The value at which a one-unit classifier changes its mind: P = 0.5, or 0 for an output without a squashing end. */
export function decisionLevel(network) {
  return network.layers[network.layers.length - 1].activation === "sigmoid" ? 0.5 : 0;
}

/** How the points look, by class or by value. */
function pointLook(target, scene) {
  const { theme, classes, task, targetReach } = scene;
  if (task === "regression") {
    const table = colorTable(theme.negative, theme.positive, theme.background, 1);
    const place = Math.max(0, Math.min(table.length - 1, Math.round(((target / targetReach) * 0.5 + 0.5) * (table.length - 1))));
    const packed = table[place];
    return { marker: "disc", color: `rgb(${packed & 255},${(packed >> 8) & 255},${(packed >> 16) & 255})` };
  }
  const index = Math.round(target);
  const color = classColor(index, classes, theme);
  if (classes <= 2) return { marker: index === 1 ? "disc" : "square", color };
  return { marker: CLASS_STYLES[index % CLASS_STYLES.length].marker, color };
}

function drawPoints(context, scene, width, height) {
  const { points, domain, theme } = scene;
  const radius = 3.5;
  const scale = (points.target.length > 600 ? 0.8 : 1) * (width < 250 ? 0.6 : 1); // outlines shrink along
  for (let k = 0; k < points.target.length; k += 1) {
    const x = ((points.x[2 * k] - domain.x[0]) / (domain.x[1] - domain.x[0])) * width;
    const y = height - ((points.x[2 * k + 1] - domain.y[0]) / (domain.y[1] - domain.y[0])) * height;
    const look = pointLook(points.target[k], scene);
    context.save();
    context.translate(x, y);
    context.scale(scale, scale);
    if (scene.task === "regression") {
      const disc = (size, fill) => {
        context.beginPath();
        context.arc(0, 0, size, 0, 2 * Math.PI);
        context.fillStyle = fill;
        context.fill();
      };
      disc(radius + 0.5, look.color);
      context.lineWidth = 0.8;
      context.strokeStyle = withAlpha(theme.ink, 0.55);
      context.stroke();
      if (points.validation[k]) {
        disc(radius * 0.5, theme.background);
        context.stroke();
      }
    } else {
      const hollow = look.marker === "disc" ? "ring" : `${look.marker}_open`;
      drawMarker(context, points.validation[k] ? hollow : look.marker, 0, 0, radius, look.color, theme.background);
    }
    context.restore();
  }
}

/**
 * One map with its caption: the output, or an enlarged neuron while one is pointed at. `draw(maps, node, scene)`;
 * `scene` as in network.js. `canvas` carries a computed label for screen readers.
 */
export function createOutputMap(container, letter = "") {
  const canvas = makeElement("canvas", { class: "nn-map-canvas", role: "img" });
  const badge = makeElement("span", { class: "nn-map-badge" }, letter);
  const figure = makeElement("div", { class: "nn-map-figure" }, canvas, badge);
  badge.hidden = !letter;
  container.append(figure);
  const state = { image: null, overlay: null, stamp: "", drawn: null };

  function imageOf(size) {
    if (!state.image || state.image.width !== size) state.image = makeMapImage(size, size);
    return state.image;
  }

  function overlayOf(width, height, scene) {
    const stamp = [width, height, window.devicePixelRatio, scene.theme.ink, scene.theme.background, scene.pointsVersion].join("|");
    if (stamp !== state.stamp) {
      state.overlay = makeLayer(width, height);
      drawPoints(state.overlay.context, scene, width, height);
      state.stamp = stamp;
    }
    return state.overlay;
  }

  function paintOutput(image, maps, scene) {
    const { size } = maps;
    const values = maps.layers[maps.layers.length - 1];
    const { theme, task, classes } = scene;
    const last = maps.network.layers[maps.network.layers.length - 1];
    if (last.activation === "softmax") {
      const colors = Array.from({ length: last.units }, (_, k) => classColor(k, classes, theme));
      paintClasses(image.pixels, values, last.units, size, size, colors, theme.background, OUTPUT_STRENGTH);
      return classBorders(values, last.units, size, size);
    }
    const table = colorTable(theme.negative, theme.positive, theme.background, OUTPUT_STRENGTH);
    if (task === "regression") {
      paintMap(image.pixels, size, 0, 0, values, 0, size, size, 1, table, 0, scene.targetReach);
      return [];
    }
    const level = decisionLevel(maps.network);
    paintMap(image.pixels, size, 0, 0, values, 0, size, size, 1, table, level, level || 1);
    return [levelSegments(values, 0, size, size, level)];
  }

  function draw(maps, node, scene) {
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width < 20) return;
    const context = sizeCanvas(canvas, width, height);
    context.fillStyle = scene.theme.background;
    context.fillRect(0, 0, width, height);
    if (!maps.size) return;
    const { size } = maps;
    const image = imageOf(size);
    const isOutput = !node || (node.kind === "output" && maps.network.layers[node.layer].units === 1);
    let lines = [];
    if (isOutput) lines = paintOutput(image, maps, scene);
    else {
      const { table, middle, reach } = nodeScale(node, maps, scene);
      const values = node.kind === "input" ? maps.inputs : maps.layers[node.layer];
      paintMap(image.pixels, size, 0, 0, values, node.unit * size * size, size, size, 1, table, middle, reach);
    }
    image.flush();
    drawMapImage(context, image, 0, 0, size, size, 0, 0, width, height);
    context.strokeStyle = scene.theme.ink;
    context.lineWidth = width < 250 || lines.length > 1 ? 1.5 : 2;
    context.lineCap = "round";
    for (const segments of lines) strokeSegments(context, segments, size, size, 0, 0, width, height);
    state.drawn = { lines, size };
    const overlay = overlayOf(width, height, scene);
    context.globalAlpha = isOutput ? 1 : 0.55;
    context.drawImage(overlay.canvas, 0, 0, width, height);
    context.globalAlpha = 1;
  }

  return {
    figure, canvas, draw,
    /** Decision lines as last drawn, in domain units: arrays of x1, y1, x2, y2 (tests compare them with algebra). */
    lines(domain) {
      if (!state.drawn) return [];
      const stepX = (domain.x[1] - domain.x[0]) / (state.drawn.size - 1);
      const stepY = (domain.y[1] - domain.y[0]) / (state.drawn.size - 1);
      return state.drawn.lines.map((segments) => Array.from(segments, (value, k) => (k % 2 ? domain.y[0] + value * stepY : domain.x[0] + value * stepX)));
    },
    /** The point of the domain under the pointer, or null beside the map. */
    placeUnder(event, domain) {
      const box = canvas.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      const up = (box.bottom - event.clientY) / box.height;
      if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1)) return null;
      return [domain.x[0] + across * (domain.x[1] - domain.x[0]), domain.y[0] + up * (domain.y[1] - domain.y[0])];
    },
    setBadge(text) {
      badge.textContent = text;
      badge.hidden = !text;
    },
  };
}

/** What the network says at (x, y) of the domain, in words: "P = 0.93", "class 2: 0.81", "1.42". */
export function answerAt(maps, scene, x, y) {
  const { size } = maps;
  const place = (value, [low, high]) => Math.max(0, Math.min(size - 1, Math.round(((value - low) / (high - low)) * (size - 1))));
  const p = place(y, scene.domain.y) * size + place(x, scene.domain.x);
  const values = maps.layers[maps.layers.length - 1];
  const units = maps.network.layers[maps.network.layers.length - 1].units;
  if (units === 1) return scene.task === "binary" ? `P = ${formatNumber(values[p])}` : formatNumber(values[p]);
  let best = 0;
  for (let k = 1; k < units; k += 1) if (values[k * size * size + p] > values[best * size * size + p]) best = k;
  return `${scene.classNames[best] ?? `class ${best}`}: P = ${formatNumber(values[best * size * size + p])}`;
}
