// What the learner should see: a network learning. Play, and every neuron's map, every weight, the boundary and the
// curves move together; while a training runs the picture follows it, until the person scrubs back to look again.
//
// The server sends weights, curves and points; this stage redraws and scrubs without it. New data of the same run
// (more epochs) keep the canvas, the position and what is pointed at.

import { decodeArray, makeElement, makeScheduler, readTheme, sizeCanvas, watchAppearance } from "./base.js";
import { createNeuronKeys } from "./network_keys.js";
import { layoutNetwork } from "./network_layout.js";
import { continuesRun, createNetworkMaps, decodeNetwork, indexAtEpoch, lowestValidation, newestEpoch, snapshotWeights, weightScale } from "./network_model.js";
import { answerAt, createOutputMap } from "./network_output.js";
import { drawNetwork, edgeThresholds } from "./network_picture.js";
import { createReadouts } from "./network_readouts.js";
import { createPictureSaver } from "./network_save.js";
import { createTileSheet, nodeScale, tileTable } from "./network_tiles.js";
import { formatNumber } from "./numbers.js";
import { createTransport } from "./transport.js";

const MOVING_BUDGET = 9; // milliseconds for the maps of one frame while something moves
const RESTING_BUDGET = 60; // and when it has come to rest: large networks get their fine map then

function decodePoints(points) {
  return {
    x: decodeArray(points?.x)?.data ?? new Float32Array(0),
    target: decodeArray(points?.target)?.data ?? new Float32Array(0),
    validation: decodeArray(points?.validation)?.data ?? new Uint8Array(0),
  };
}

/** Mount the network stage in `root`; returns `{update(data), setEmit(), destroy()}` and `probe` for tests. */
export function createNetwork(root) {
  const canvas = makeElement("canvas", { class: "nn-canvas", role: "img" });
  const picture = makeElement("div", { class: "stage-picture nn-picture" }, canvas);
  const mapTitle = makeElement("span", { class: "chart-title" });
  const mapNote = makeElement("span", { class: "chart-note" });
  const mapRow = makeElement("div", { class: "nn-map-row" });
  const mapHead = makeElement("div", { class: "panel-caption" }, mapTitle, mapNote);
  const mapBox = makeElement("div", { class: "nn-map" }, mapHead, mapRow);
  const reads = makeElement("div", { class: "nn-reads" });
  const bar = makeElement("div", { class: "nn-transport" });
  const grid = makeElement("div", { class: "nn-grid" }, picture, mapBox, reads, bar);
  const training = makeElement("span", { class: "nn-training", role: "status" });
  root.replaceChildren(grid);
  picture.append(training);

  const outputA = createOutputMap(mapRow);
  const outputB = createOutputMap(mapRow, "B");
  const readouts = createReadouts(reads, (epoch) => transport.seek(Math.round(epoch)));
  const state = {
    data: null, network: null, versus: null, maps: null, mapsB: null, layout: null, sheet: null, theme: readTheme(root),
    epoch: 0, following: false, moving: false, own: false, focus: null, pinned: null, shown: -1, rest: 0, pointsVersion: 0, weightReach: 1, frames: [],
  };
  const schedule = makeScheduler(draw);
  readouts.onRedraw = schedule;

  const transport = createTransport(bar, {
    unit: "epoch", seconds: 10, keyTarget: root,
    onPosition(position) {
      const newest = state.network ? newestEpoch(state.network) : 0;
      if (position > newest + 1e-6 && state.data?.running) { // the future of a running training cannot be shown
        transport.pause();
        setEpoch(newest);
        state.following = true;
        return;
      }
      if (!state.own) state.following = Boolean(state.data?.running) && position >= newest;
      state.epoch = position;
      markMoving();
      schedule();
    },
    onPlaying() { markMoving(); schedule(); },
  });

  /** Move the playhead for the program itself, not for the person. */
  function setEpoch(epoch) {
    state.own = true;
    transport.setPosition(epoch);
    state.own = false;
  }

  /** While things move, maps are computed on the grid that fits a frame; a moment later the fine one follows. */
  function markMoving() {
    state.moving = true;
    clearTimeout(state.rest);
    state.rest = setTimeout(() => {
      if (transport.playing) return;
      state.moving = false;
      state.shown = -1;
      schedule();
    }, 180);
  }

  function sceneOf() {
    const { data, network, theme, layout } = state;
    return {
      theme, layout, plan: network.plan, weightReach: state.weightReach, focus: state.focus, classes: data.classes, task: data.task,
      domain: data.domain, points: state.points, pointsVersion: state.pointsVersion, targetReach: state.targetReach,
      table: tileTable(theme), sheet: state.sheet, classNames: data.class_names ?? [], weights: null, thresholds: [],
    };
  }

  function relayout() {
    const width = picture.clientWidth;
    const height = picture.clientHeight;
    if (!state.network || width < 40 || height < 40) return;
    state.layout = layoutNetwork(state.network.features, state.network.layers, width, height, state.data.class_names);
    state.sheet = createTileSheet(state.layout, 41);
    state.shown = -1;
    setFocus(null);
    keys.place(state.layout);
  }

  function setFocus(focus) {
    state.focus = focus;
    schedule();
  }

  const keys = createNeuronKeys(picture, canvas, {
    layout: () => state.layout,
    weights: () => currentWeights(),
    plan: () => state.network?.plan,
    thresholds: () => edgeThresholds(state.network.plan, currentWeights()),
    onFocus: setFocus,
  });

  function currentWeights() {
    const index = state.network ? indexAtEpoch(state.network.epochs, state.epoch) : -1;
    return index < 0 ? null : snapshotWeights(state.network, index);
  }

  function computeMaps(scene) {
    const index = indexAtEpoch(state.network.epochs, state.epoch);
    const stamp = `${index}|${indexAtEpoch(state.versus?.epochs ?? [], state.epoch)}`;
    if (index < 0) return false;
    scene.weights = snapshotWeights(state.network, index);
    scene.thresholds = edgeThresholds(state.network.plan, scene.weights);
    if (stamp === state.shown) return true;
    state.shown = stamp;
    const budget = state.moving ? MOVING_BUDGET : RESTING_BUDGET;
    state.maps.compute(scene.weights, budget);
    if (state.versus?.epochs.length) {
      state.mapsB.compute(snapshotWeights(state.versus, indexAtEpoch(state.versus.epochs, state.epoch)), budget);
    }
    state.sheet.paint(state.maps, scene);
    return true;
  }

  function draw() {
    if (!state.network) return;
    if (!state.layout) relayout();
    if (!state.layout) return;
    const began = performance.now();
    const scene = sceneOf();
    const known = computeMaps(scene);
    const context = sizeCanvas(canvas, state.layout.width, state.layout.height);
    if (known) {
      drawNetwork(context, scene);
      outputA.draw(state.maps, state.focus?.node ?? null, scene);
      if (state.versus) outputB.draw(state.mapsB, null, scene);
    } else context.clearRect(0, 0, state.layout.width, state.layout.height);
    readouts.draw(state.theme, state.epoch);
    if (known) writeLabels(scene);
    state.frames.push(performance.now() - began);
    if (state.frames.length > 240) state.frames.shift();
  }

  function writeLabels(scene) {
    const { data, network, focus, pointer } = state;
    const index = indexAtEpoch(network.epochs, state.epoch);
    const recorded = network.epochs[index];
    const hidden = network.layers.slice(0, -1);
    const shape = hidden.length ? hidden.map((layer) => `${layer.units} ${layer.activation}`).join(", then ") : "no hidden layer";
    const node = focus?.node;
    const broken = !scene.weights.every(Number.isFinite);
    canvas.setAttribute("aria-label", `Network at epoch ${recorded}: ${network.features.length} input${network.features.length > 1 ? "s" : ""}, ${shape}. ${node ? keys.describe(node) : "Press Tab to go through its neurons."}`);
    if (node && !(node.kind === "output" && network.layers[node.layer].units === 1)) {
      const { middle, reach } = nodeScale(node, state.maps, scene);
      mapTitle.textContent = node.name;
      mapNote.textContent = middle || network.layers[node.layer]?.activation === "softmax"
        ? "P from 0 to 1" : `orange ${formatNumber(-reach)} · blue ${formatNumber(reach)}`;
    } else {
      mapTitle.textContent = "Output";
      const range = `orange ${formatNumber(-state.targetReach)} · blue ${formatNumber(state.targetReach)}`;
      const meaning = { binary: "line: P = 0.5", multiclass: "line: class changes", regression: range }[data.task];
      const line = mapRow.clientWidth < 330 && data.task !== "binary" ? meaning : `${meaning} · hollow: validation`;
      mapNote.textContent = pointer ? `${answerAt(state.maps, scene, ...pointer)} at (${formatNumber(pointer[0])}, ${formatNumber(pointer[1])})` : line;
    }
    if (broken) mapNote.textContent = "weights are not numbers any more";
    const gap = Math.floor(state.epoch + 1e-6) - recorded;
    mapTitle.title = gap > 0 ? `Weights of epoch ${recorded}, the last recorded one before epoch ${Math.floor(state.epoch)}` : "";
    outputA.canvas.setAttribute("aria-label", `${mapTitle.textContent} over the plane at epoch ${recorded}; ${state.points.target.length} data points.`);
    outputB.canvas.setAttribute("aria-label", `Output of network B, ${state.versus?.label ?? ""}, at epoch ${recorded}.`);
  }

  mapRow.onpointermove = (event) => {
    const box = outputA.canvas.getBoundingClientRect();
    const part = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    if (!state.data || part.some((value) => value < 0 || value > 1)) return;
    const at = (range, value) => range[0] + value * (range[1] - range[0]);
    state.pointer = [at(state.data.domain.x, part[0]), at(state.data.domain.y, part[1])];
    schedule();
  };
  mapRow.onpointerleave = () => {
    state.pointer = null;
    schedule();
  };

  /** Take over new data: decode, keep the place if it is the same run, else show its newest epoch. */
  function update(data) {
    if (state.data && data.revision === state.data.revision && data.running === state.data.running) return;
    const next = decodeNetwork(data, data.features);
    const same = continuesRun(state.network, next);
    const following = same ? state.following || (state.data.running && state.epoch >= newestEpoch(state.network)) : true;
    const reshaped = !state.network || JSON.stringify([state.network.layers, state.network.features]) !== JSON.stringify([next.layers, next.features]);
    state.data = data;
    state.network = next;
    state.versus = data.versus ? decodeNetwork(data.versus, data.versus.features ?? data.features) : null;
    if (reshaped || !state.maps || JSON.stringify(state.maps.domain) !== JSON.stringify(data.domain)) state.maps = createNetworkMaps(next, data.domain);
    state.maps.network = next;
    state.maps.domain = data.domain;
    if (state.versus) state.mapsB = createNetworkMaps(state.versus, data.domain);
    state.points = decodePoints(data.points);
    state.pointsVersion = data.revision;
    state.targetReach = state.points.target.reduce((reach, value) => Math.max(reach, Math.abs(value)), 1e-6);
    const scale = Math.max(weightScale(next), 1e-6);
    state.weightReach = same && data.running ? Math.max(state.weightReach, scale) : scale;
    mapBox.classList.toggle("nn-versus", Boolean(state.versus));
    outputB.figure.hidden = !state.versus;
    outputA.setBadge(state.versus ? "A" : "");
    outputB.setBadge(state.versus?.label ? `B · ${state.versus.label}` : "B");
    training.textContent = data.running ? "training…" : "";
    const curveEnd = next.curves.epoch.length ? next.curves.epoch[next.curves.epoch.length - 1] : 0;
    const versusEnd = state.versus ? newestEpoch(state.versus) : 0;
    const last = Math.max(1, data.running ? data.total_epochs : Math.max(newestEpoch(next), curveEnd, versusEnd));
    readouts.setData({ curves: next.curves, versus: state.versus?.curves ?? null, lossName: data.loss_name, task: data.task, lastEpoch: last });
    state.own = true;
    transport.setRange(last);
    state.own = false;
    const lowest = lowestValidation(next.curves);
    transport.setEvents(lowest && !data.running ? [{ position: lowest.epoch, color: state.theme.dark ? "#F0B02E" : "#B07000", label: `lowest validation loss: ${formatNumber(lowest.loss)} at epoch ${lowest.epoch}` }] : []);
    if (reshaped) relayout();
    state.shown = -1;
    if (following) {
      state.following = data.running;
      if (!transport.playing || !same) setEpoch(data.running ? newestEpoch(next) : last);
    }
    markMoving();
    schedule();
  }

  let fonts = 0;
  const stopWatching = watchAppearance(root, (reason) => {
    if (reason === "fonts") fonts += 1;
    state.theme = { ...readTheme(root), fonts }; // a new theme object makes the chart write its texts anew
    state.shown = -1;
    relayout();
    schedule();
  });
  createPictureSaver(picture, () => ({ theme: state.theme, canvas, outputs: state.versus ? [outputA, outputB] : [outputA], chart: readouts.chart.canvas, epoch: Math.floor(state.epoch) }));

  return {
    update,
    destroy() {
      stopWatching();
      schedule.cancel();
      clearTimeout(state.rest);
      transport.destroy();
      root.replaceChildren();
    },
    /** What tests look at: position, layout, focus, decision lines, times of the last frames. */
    probe: {
      get epoch() { return state.epoch; },
      get following() { return state.following; },
      get layout() { return state.layout; },
      get focus() { return state.focus; },
      get frames() { return state.frames; },
      get grid() { return state.maps?.size; },
      lines: () => outputA.lines(state.data.domain),
      transport,
    },
  };
}
