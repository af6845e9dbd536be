// What the learner should see: a network learning. Play, and every neuron's map, every weight, the boundary and the
// curves move together; while a training runs the picture follows it, until the person scrubs back to look again.
//
// The server sends weights, curves and points; this stage redraws and scrubs without it. New data of the same run
// (more epochs) keep the canvas, the position and what is pointed at.

import { makeElement, makeScheduler, readTheme, seriesColor, sizeCanvas, watchAppearance } from "./base.js";
import { mapCaption, networkLabel } from "./network_captions.js";
import { createNeuronKeys } from "./network_keys.js";
import { layoutNetwork } from "./network_layout.js";
import { continuesRun, createNetworkMaps, decodeNetwork, decodePoints, indexAtEpoch, lowestValidation, newestEpoch, snapshotWeights, weightScale } from "./network_model.js";
import { createOutputMap } from "./network_output.js";
import { drawNetwork, edgeThresholds } from "./network_picture.js";
import { createNetworkReadouts, CURVE_STYLES } from "./network_readouts.js";
import { createPictureSaver } from "./network_save.js";
import { createTileSheet, tileTable } from "./network_tiles.js";
import { formatNumber } from "./numbers.js";
import { createTransport } from "./transport.js";

const MOVING_BUDGET = 9; // milliseconds for the maps of one frame while something moves
const RESTING_BUDGET = 60; // and when it has come to rest: large networks get their fine map then

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
  const readouts = createNetworkReadouts(reads, (epoch) => transport.seek(Math.round(epoch)));
  const state = {
    data: null, network: null, versus: null, maps: null, mapsB: null, layout: null, sheet: null, theme: readTheme(root),
    epoch: 0, following: false, moving: false, own: false, focus: null, pointer: null, dirty: true, shown: -1, rest: 0, pointsVersion: 0, weightReach: 1, frames: [],
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
    state.layout = layoutNetwork(state.network.features, state.network.layers, width, height, state.data.class_names ?? []);
    state.sheet = createTileSheet(state.layout, 41);
    state.shown = -1;
    setFocus(null);
    keys.place(state.layout);
  }

  function setFocus(focus) {
    state.focus = focus;
    state.dirty = true;
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

  /** Compute the maps of the epoch shown, unless they are those on the screen. Gives "none", "known" or "new". */
  function computeMaps(scene) {
    const index = indexAtEpoch(state.network.epochs, state.epoch);
    if (index < 0) return "none";
    const other = indexAtEpoch(state.versus?.epochs ?? [], state.epoch);
    scene.weights = snapshotWeights(state.network, index);
    scene.thresholds = edgeThresholds(state.network.plan, scene.weights);
    if (state.shown === `${index}|${other}`) return "known";
    state.shown = `${index}|${other}`;
    const budget = state.moving ? MOVING_BUDGET : RESTING_BUDGET;
    state.maps.compute(scene.weights, budget, state.moving);
    if (other >= 0) state.mapsB.compute(snapshotWeights(state.versus, other), budget, state.moving);
    state.sheet.paint(state.maps, scene);
    return "new";
  }

  function draw() {
    if (!state.network) return;
    if (!state.layout) relayout();
    if (!state.layout) return;
    const began = performance.now();
    const scene = sceneOf();
    const maps = computeMaps(scene);
    if (maps === "new" || state.dirty) {
      const context = sizeCanvas(canvas, state.layout.width, state.layout.height);
      if (maps === "none") context.clearRect(0, 0, state.layout.width, state.layout.height);
      else {
        drawNetwork(context, scene);
        outputA.draw(state.maps, state.focus?.node ?? null, scene);
        if (state.versus) outputB.draw(state.mapsB, null, scene);
      }
      state.dirty = false;
    }
    readouts.draw(state.theme, state.epoch);
    if (maps !== "none") writeLabels(scene);
    state.frames.push(performance.now() - began);
    if (state.frames.length > 240) state.frames.shift();
  }

  function writeLabels(scene) {
    const caption = mapCaption(scene, state, mapRow.clientWidth < 330);
    mapTitle.textContent = caption.title;
    mapNote.textContent = caption.note;
    mapTitle.title = caption.hint;
    if (transport.playing) return; // screen readers get the epoch at which playback stops
    const node = state.focus?.node;
    canvas.setAttribute("aria-label", networkLabel(state, node ? keys.describe(node) : "Press Tab to go through its neurons."));
    outputA.canvas.setAttribute("aria-label", `${caption.title} over the plane at epoch ${caption.epoch}; ${state.points.target.length} data points.`);
    outputB.canvas.setAttribute("aria-label", `Output of network B, ${state.versus?.label ?? ""}, at epoch ${caption.epoch}.`);
  }

  mapRow.onpointermove = (event) => {
    state.pointer = state.data && outputA.placeUnder(event, state.data.domain);
    schedule();
  };
  mapRow.onpointerleave = () => {
    state.pointer = null;
    schedule();
  };

  /** A tick above the track where the validation loss is lowest: after it the network only learns by heart. */
  function showEvents() {
    const lowest = state.network && !state.data.running ? lowestValidation(state.network.curves) : null;
    const color = seriesColor(CURVE_STYLES.validation, state.theme);
    transport.setEvents(lowest ? [{ position: lowest.epoch, color, label: `lowest validation loss: ${formatNumber(lowest.loss)} at epoch ${lowest.epoch}` }] : []);
  }

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
    showEvents();
    if (reshaped) relayout();
    state.shown = -1;
    state.dirty = true;
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
    state.dirty = true;
    relayout();
    showEvents();
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
