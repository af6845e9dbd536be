// What the learner should see: the very network that Keras trained, answering at every point of the plane.
//
// The server sends weights only. This module reads one flat weight snapshot and computes the activation of
// every neuron on a grid: Dense, then batch normalization with its moving statistics, then the activation.
// It agrees with Keras to better than 1e-4 (tests/browser/test_forward.py). Maps are stored neuron by neuron
// (all grid points of a neuron lie together), row 0 is the lowest y, and grid points sit on both borders.

const BATCH_NORMALIZATION_EPSILON = 1e-3;
const LEAKY_SLOPE = 0.2;
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

// Smooth functions are read from tables: a linear step of 1/1024 is wrong by at most 1e-7 and saves 20 ns a call.
const TABLE_REACH = 20;
const TABLE_DENSITY = 1024;

function tabulate(exact) {
  const values = new Float32Array(2 * TABLE_REACH * TABLE_DENSITY + 2);
  for (let k = 0; k < values.length; k += 1) values[k] = exact(k / TABLE_DENSITY - TABLE_REACH);
  return values;
}

// Error function, Abramowitz and Stegun (1964), formula 7.1.26; absolute error below 1.5e-7.
export function errorFunction(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const value = 1 - series * Math.exp(-x * x);
  return x < 0 ? -value : value;
}

const SIGMOID_TABLE = tabulate((x) => 1 / (1 + Math.exp(-x)));
const TANH_TABLE = tabulate(Math.tanh);
const NORMAL_TABLE = tabulate((x) => 0.5 * (1 + errorFunction(x / Math.SQRT2)));
const SOFTPLUS_TABLE = tabulate((x) => Math.log1p(Math.exp(-Math.abs(x))));

// Outside the table every one of these functions has reached its limit to 2e-9, so the border value is used.
function readTable(table, x) {
  const place = (x + TABLE_REACH) * TABLE_DENSITY;
  if (place <= 0) return table[0];
  if (place >= table.length - 2) return table[table.length - 2];
  const k = Math.floor(place);
  const below = table[k]; // NaN gives undefined here, and so NaN below
  return below + (place - k) * (table[k + 1] - below);
}

// Apply a Keras activation in place to values[start .. end).
export function activate(name, values, start, end, alpha = 0) {
  switch (name) {
    case "linear":
      return;
    case "relu":
      for (let p = start; p < end; p += 1) if (values[p] < 0) values[p] = 0;
      return;
    case "leaky_relu":
      for (let p = start; p < end; p += 1) if (values[p] < 0) values[p] *= LEAKY_SLOPE;
      return;
    case "prelu":
      for (let p = start; p < end; p += 1) if (values[p] < 0) values[p] *= alpha;
      return;
    case "elu":
      for (let p = start; p < end; p += 1) if (values[p] < 0) values[p] = Math.expm1(values[p]);
      return;
    case "selu":
      for (let p = start; p < end; p += 1) {
        const z = values[p];
        values[p] = SELU_SCALE * (z < 0 ? SELU_ALPHA * Math.expm1(z) : z);
      }
      return;
    case "tanh":
      for (let p = start; p < end; p += 1) values[p] = readTable(TANH_TABLE, values[p]);
      return;
    case "sigmoid":
      for (let p = start; p < end; p += 1) values[p] = readTable(SIGMOID_TABLE, values[p]);
      return;
    case "silu":
      for (let p = start; p < end; p += 1) values[p] *= readTable(SIGMOID_TABLE, values[p]);
      return;
    case "gelu":
      for (let p = start; p < end; p += 1) values[p] *= readTable(NORMAL_TABLE, values[p]);
      return;
    case "softplus":
      for (let p = start; p < end; p += 1) {
        const z = values[p];
        values[p] = (z > 0 ? z : 0) + readTable(SOFTPLUS_TABLE, z);
      }
      return;
    case "softsign":
      for (let p = start; p < end; p += 1) values[p] /= 1 + Math.abs(values[p]);
      return;
    case "mish":
      for (let p = start; p < end; p += 1) {
        const z = values[p];
        values[p] = z * readTable(TANH_TABLE, (z > 0 ? z : 0) + readTable(SOFTPLUS_TABLE, z));
      }
      return;
    default:
      throw new Error(`unknown activation: ${name}`);
  }
}

// Softmax over the units of each grid point, in place; the largest logit is taken off first.
function softmaxUnits(values, units, count) {
  for (let p = 0; p < count; p += 1) {
    let top = -Infinity;
    for (let j = 0; j < units; j += 1) top = Math.max(top, values[j * count + p]);
    let total = 0;
    for (let j = 0; j < units; j += 1) {
      const share = Math.exp(values[j * count + p] - top);
      values[j * count + p] = share;
      total += share;
    }
    for (let j = 0; j < units; j += 1) values[j * count + p] /= total;
  }
}

const FEATURE_FUNCTIONS = {
  x: (x) => x,
  y: (x, y) => y,
  x2: (x) => x * x,
  y2: (x, y) => y * y,
  xy: (x, y) => x * y,
  sin_x: (x) => Math.sin(x),
  sin_y: (x, y) => Math.sin(y),
  cos_x: (x) => Math.cos(x),
  cos_y: (x, y) => Math.cos(y),
};

// Where each parameter of each layer starts inside a flat snapshot. Returns {layers, inputs, total}.
export function weightPlan(inputs, layers) {
  let offset = 0;
  let before = inputs;
  const planned = layers.map((layer) => {
    const part = { ...layer, inputs: before, kernel: offset };
    offset += before * layer.units;
    for (const [name, present] of [
      ["bias", true],
      ["gamma", layer.batch_normalization],
      ["beta", layer.batch_normalization],
      ["mean", layer.batch_normalization],
      ["variance", layer.batch_normalization],
      ["alpha", layer.activation === "prelu"],
    ]) {
      if (!present) continue;
      part[name] = offset;
      offset += layer.units;
    }
    before = layer.units;
    return part;
  });
  return { layers: planned, inputs, total: offset };
}

// Values of the input features on a columns x rows grid over the domain: Float32Array(features * points).
export function featureMaps(features, domain, columns, rows) {
  const maps = new Float32Array(features.length * columns * rows);
  const [left, right] = domain.x;
  const [bottom, top] = domain.y;
  features.forEach((name, f) => {
    const evaluate = FEATURE_FUNCTIONS[name];
    if (!evaluate) throw new Error(`unknown feature: ${name}`);
    let p = f * columns * rows;
    for (let r = 0; r < rows; r += 1) {
      const y = bottom + ((top - bottom) * r) / (rows - 1);
      for (let c = 0; c < columns; c += 1, p += 1) maps[p] = evaluate(left + ((right - left) * c) / (columns - 1), y);
    }
  });
  return maps;
}

// One Dense unit with its batch normalization folded into scale and shift: into[0 .. count) gets its values.
function denseUnit(layer, weights, unit, inputs, count, into, start) {
  let scale = 1;
  let shift = weights[layer.bias + unit];
  if (layer.batch_normalization) {
    scale = weights[layer.gamma + unit] / Math.sqrt(weights[layer.variance + unit] + BATCH_NORMALIZATION_EPSILON);
    shift = weights[layer.beta + unit] + (shift - weights[layer.mean + unit]) * scale;
  }
  const kernel = layer.kernel + unit;
  const step = layer.units;
  into.fill(shift, start, start + count);
  let i = 0;
  for (; i + 3 < layer.inputs; i += 4) { // four inputs a pass: a quarter of the writes
    const w0 = scale * weights[kernel + i * step];
    const w1 = scale * weights[kernel + (i + 1) * step];
    const w2 = scale * weights[kernel + (i + 2) * step];
    const w3 = scale * weights[kernel + (i + 3) * step];
    const i0 = i * count;
    const i1 = i0 + count;
    const i2 = i1 + count;
    const i3 = i2 + count;
    for (let p = 0; p < count; p += 1) {
      into[start + p] += w0 * inputs[i0 + p] + w1 * inputs[i1 + p] + w2 * inputs[i2 + p] + w3 * inputs[i3 + p];
    }
  }
  for (; i < layer.inputs; i += 1) {
    const w = scale * weights[kernel + i * step];
    const from = i * count;
    for (let p = 0; p < count; p += 1) into[start + p] += w * inputs[from + p];
  }
}

// Activations of every layer on `count` grid points. `inputs` comes from featureMaps; `buffers` (an array kept by
// the caller) is filled with one Float32Array(units * count) a layer and reused from call to call.
export function forwardMaps(plan, weights, inputs, count, buffers = []) {
  let before = inputs;
  plan.layers.forEach((layer, index) => {
    const size = layer.units * count;
    if (!buffers[index] || buffers[index].length !== size) buffers[index] = new Float32Array(size);
    const values = buffers[index];
    for (let unit = 0; unit < layer.units; unit += 1) {
      const start = unit * count;
      denseUnit(layer, weights, unit, before, count, values, start);
      if (layer.activation !== "softmax") {
        const alpha = layer.alpha === undefined ? 0 : weights[layer.alpha + unit];
        activate(layer.activation, values, start, start + count, alpha);
      }
    }
    if (layer.activation === "softmax") softmaxUnits(values, layer.units, count);
    before = values;
  });
  buffers.length = plan.layers.length;
  return buffers;
}
