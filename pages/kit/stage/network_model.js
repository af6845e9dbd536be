// What the learner should see at any epoch comes from here: the recorded weights at or before that epoch, the maps
// they give, and the numbers of the curves. Nothing is invented between two recorded epochs.

import { decodeArray } from "./base.js";
import { featureMaps, forwardMaps, weightPlan } from "./forward.js";

const TILE_GRID = 41; // grid points a side of a neuron's tile; the finer grids below contain this one
const MAP_GRIDS = [121, 81, 41];

/** Decode one network of the payload (the main one or `versus`): plan, snapshots, curves. */
export function decodeNetwork(part, features) {
  const plan = weightPlan(features.length, part.layers);
  const epochs = decodeArray(part.snapshots?.epoch)?.data ?? new Int32Array(0);
  const weights = decodeArray(part.snapshots?.weights)?.data ?? new Float32Array(0);
  if (epochs.length && weights.length !== epochs.length * plan.total) {
    throw new Error(`weights have ${weights.length} numbers, the layers need ${epochs.length} × ${plan.total}`);
  }
  return { features, layers: part.layers, plan, epochs, weights, curves: decodeCurves(part.curves), label: part.label ?? "" };
}

function decodeCurves(curves) {
  const read = (name) => decodeArray(curves?.[name])?.data ?? new Float32Array(0);
  const band = curves?.band;
  return {
    epoch: decodeArray(curves?.epoch)?.data ?? new Int32Array(0),
    loss: read("loss"),
    validation_loss: read("validation_loss"),
    metric: read("metric"),
    validation_metric: read("validation_metric"),
    metricName: curves?.metric_name ?? "",
    band: band && {
      low: decodeArray(band.low)?.data,
      high: decodeArray(band.high)?.data,
      validation_low: decodeArray(band.validation_low)?.data,
      validation_high: decodeArray(band.validation_high)?.data,
      count: band.count,
    },
  };
}

/** Decode the data points: `{x (2n), target (n), validation (n)}`. */
export function decodePoints(points) {
  return {
    x: decodeArray(points?.x)?.data ?? new Float32Array(0),
    target: decodeArray(points?.target)?.data ?? new Float32Array(0),
    validation: decodeArray(points?.validation)?.data ?? new Uint8Array(0),
  };
}

/** Index of the last entry of the rising `epochs` that is not after `epoch` (0 if all are), −1 for an empty list. */
export function indexAtEpoch(epochs, epoch) {
  let low = 0;
  let high = epochs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (epochs[middle] <= epoch + 1e-6) low = middle;
    else high = middle - 1;
  }
  return epochs.length ? low : -1;
}

/** The weights of one snapshot (a view, not a copy). */
export function snapshotWeights(network, index) {
  const size = network.plan.total;
  return network.weights.subarray(index * size, (index + 1) * size);
}

/** The last recorded epoch: of the snapshots, or 0 before the first. */
export function newestEpoch(network) {
  const { epochs } = network;
  return epochs.length ? epochs[epochs.length - 1] : 0;
}

/** Epoch of the lowest finite validation loss, or null. */
export function lowestValidation({ epoch, validation_loss: values }) {
  let best = null;
  for (let k = 0; k < values.length; k += 1) {
    if (Number.isFinite(values[k]) && (best === null || values[k] < values[best])) best = k;
  }
  return best === null ? null : { epoch: epoch[best], loss: values[best] };
}

/**
 * The |weight| that gets the thickest line: the 99th percentile of all kernels in the last finite snapshot. Fixed for
 * a whole run, so that a line that grows thicker during playback really grows.
 */
export function weightScale(network) {
  for (let index = network.epochs.length - 1; index >= 0; index -= 1) {
    const weights = snapshotWeights(network, index);
    const sizes = [];
    for (const layer of network.plan.layers) {
      for (let k = layer.kernel; k < layer.bias; k += 1) sizes.push(Math.abs(weights[k]));
    }
    if (sizes.every(Number.isFinite) && sizes.length) {
      sizes.sort((a, b) => a - b);
      return Math.max(0.05, sizes[Math.floor((sizes.length - 1) * 0.99)]);
    }
  }
  return 1;
}

/** Is `next` the same run as `known`, only longer? Then the person's place in it is kept. */
export function continuesRun(known, next) {
  if (!known || known.plan.total !== next.plan.total || JSON.stringify(known.layers) !== JSON.stringify(next.layers)) return false;
  const sameStart = (a, b, count) => {
    for (let k = 0; k < Math.min(a.length, b.length, count); k += 1) if (!Object.is(a[k], b[k])) return false;
    return true;
  };
  return sameStart(known.weights, next.weights, known.plan.total) && sameStart(known.curves.loss, next.curves.loss, 6);
}

/** Rough milliseconds that one grid point of this network costs, from its multiplications and activations. */
function costPerPoint(plan) {
  const cheap = new Set(["linear", "relu", "leaky_relu", "prelu"]);
  return plan.layers.reduce((sum, layer) => sum + layer.units * (layer.inputs * 0.8e-6 + (cheap.has(layer.activation) ? 2e-6 : 9e-6)), 0);
}

/**
 * Maps of one network over its domain. `compute(weights, milliseconds, moving)` fills every neuron's map on the finest
 * grid that fits the time given; then `size` (points a side), `stride` (to the tile grid), `inputs` and `layers` (one
 * Float32Array of units * size² a layer) hold the answer.
 */
export function createNetworkMaps(network, domain) {
  const features = new Map();
  const cost = costPerPoint(network.plan);
  let slowness = 1; // measured against the estimate, on this machine and at this moment
  let limit = MAP_GRIDS[0]; // while things move the grid may become coarser, but never flips to and fro
  const maps = { size: 0, stride: 1, tile: TILE_GRID, inputs: null, layers: [], network };
  const buffers = new Map();
  maps.compute = (weights, milliseconds, moving) => {
    if (!moving) limit = MAP_GRIDS[0];
    const size = MAP_GRIDS.find((grid) => grid <= limit && grid * grid * cost * slowness <= milliseconds) ?? TILE_GRID;
    if (moving) limit = size;
    const began = performance.now();
    if (!features.has(size)) features.set(size, featureMaps(network.features, domain, size, size));
    if (!buffers.has(size)) buffers.set(size, []);
    maps.size = size;
    maps.stride = (size - 1) / (TILE_GRID - 1);
    maps.inputs = features.get(size);
    maps.layers = forwardMaps(network.plan, weights, maps.inputs, size * size, buffers.get(size));
    const measured = (performance.now() - began) / (size * size * cost);
    slowness = Math.max(0.5, Math.min(6, 0.8 * slowness + 0.2 * measured));
    return maps;
  };
  return maps;
}
