// What the learner should see: what a neuron answers at every point of the plane, as colour.
// Blue is above the middle, orange below, the page's background exactly in the middle; several classes are
// blended by their probabilities; where the answer is not a number the map is hatched, not coloured.

import { mixColors, parseColor, seriesColor } from "./base.js";

const MAP_STEPS = 256; // colour steps to either side of the middle

// Colours of the classes: engine/figures/theme.py CATEGORICAL, in its order (a test keeps the two equal).
export const CLASS_STYLES = [
  { light: "#1F84C6", dark: "#66BDF2", marker: "disc" },
  { light: "#B07000", dark: "#F0B02E", marker: "square" },
  { light: "#008059", dark: "#22C398", marker: "diamond" },
  { light: "#AD4F87", dark: "#DE93BF", marker: "triangle_up" },
  { light: "#D05500", dark: "#FF8A3D", marker: "star" },
  { light: "#007A85", dark: "#3CCFDB", marker: "pentagon" },
  { light: "#4B5BC4", dark: "#9AA5F5", marker: "square" },
  { light: "#C0304A", dark: "#FF8098", marker: "triangle_down" },
  { light: "#75620A", dark: "#D9C65C", marker: "diamond" },
  { light: "#12161C", dark: "#E8ECF1", marker: "disc" },
];

/** Colour of class `index` out of `classes`: two classes are orange (0) and blue (1), more take the list above. */
export function classColor(index, classes, theme) {
  if (classes <= 2) return index === 1 ? theme.positive : theme.negative;
  return seriesColor(CLASS_STYLES[index % CLASS_STYLES.length], theme);
}

const packColor = (red, green, blue) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

const COLOR_TABLES = new Map();

/** Table of 2·256+1 packed pixels from `below` over the background to `above`; `strength` 0…1 is the deepest tone. */
export function colorTable(below, above, background, strength) {
  const key = [below, above, background, strength].join();
  if (!COLOR_TABLES.has(key)) COLOR_TABLES.set(key, makeColorTable(below, above, background, strength));
  return COLOR_TABLES.get(key);
}

function makeColorTable(below, above, background, strength) {
  const table = new Uint32Array(2 * MAP_STEPS + 1);
  for (let k = 0; k < table.length; k += 1) {
    const part = (k - MAP_STEPS) / MAP_STEPS;
    const [red, green, blue] = parseColor(mixColors(background, part < 0 ? below : above, Math.abs(part) * strength));
    table[k] = packColor(red, green, blue);
  }
  return table;
}

/**
 * Colour `values[start …]` (a grid of `columns` x `rows`, row 0 lowest) into `pixels` (a Uint32 view of an image
 * `imageWidth` wide) at (left, top), every `stride`-th grid point, upside down as screens want it.
 * The value `middle` gets the background, `middle ± reach` the deepest tones.
 */
export function paintMap(pixels, imageWidth, left, top, values, start, columns, rows, stride, table, middle, reach) {
  const gain = MAP_STEPS / reach;
  const last = table.length - 1;
  const wide = Math.floor((columns - 1) / stride) + 1;
  const high = Math.floor((rows - 1) / stride) + 1;
  const hatch = table[MAP_STEPS];
  const hatchInk = table[0];
  for (let r = 0; r < high; r += 1) {
    let from = start + (high - 1 - r) * stride * columns;
    let to = (top + r) * imageWidth + left;
    for (let c = 0; c < wide; c += 1, from += stride, to += 1) {
      const place = (values[from] - middle) * gain + MAP_STEPS + 0.5;
      if (place >= 0) pixels[to] = table[place > last ? last : place | 0];
      else if (place < 0) pixels[to] = table[0];
      else pixels[to] = (r + c) % 6 < 1 ? hatchInk : hatch;
    }
  }
}

/** Largest |value − middle| over values[start … start + count); what is not finite is left out. */
export function reachOf(values, start, count, middle = 0) {
  let reach = 0;
  for (let p = start; p < start + count; p += 1) {
    const size = Math.abs(values[p] - middle);
    if (size > reach && size < Infinity) reach = size;
  }
  return reach;
}

/** Blend the classes' colours by their probabilities (class-major `values`) into `pixels`, upside down. */
export function paintClasses(pixels, values, classes, columns, rows, colors, background, strength) {
  const count = columns * rows;
  const [baseRed, baseGreen, baseBlue] = parseColor(background);
  const parts = colors.map((color) => parseColor(color));
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      const p = (rows - 1 - r) * columns + c;
      let red = 0;
      let green = 0;
      let blue = 0;
      let top = 0;
      for (let k = 0; k < classes; k += 1) {
        const share = values[k * count + p];
        red += share * parts[k][0];
        green += share * parts[k][1];
        blue += share * parts[k][2];
        if (share > top) top = share;
      }
      // Where no class is sure the colour fades to the page: 1/classes is "no idea".
      const sure = Math.max(0, (top - 1 / classes) / (1 - 1 / classes));
      const part = strength * (0.15 + 0.85 * sure);
      pixels[r * columns + c] = packColor(
        Math.round(baseRed + (red - baseRed) * part),
        Math.round(baseGreen + (green - baseGreen) * part),
        Math.round(baseBlue + (blue - baseBlue) * part),
      );
    }
  }
}

/** A picture in memory to paint maps into: `{canvas, pixels, width, height, flush()}`. */
export function makeMapImage(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  return { canvas, pixels, width, height, flush: () => context.putImageData(image, 0, 0) };
}

/**
 * Draw part of a map image so that its outer grid points lie exactly on the box's border (grid points sit on
 * the border of the domain, pixels around their centre: half a pixel at each side is cut).
 */
export function drawMapImage(context, image, left, top, columns, rows, x, y, width, height) {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "low";
  context.drawImage(image.canvas, left + 0.5, top + 0.5, columns - 1, rows - 1, x, y, width, height);
}

/**
 * Segments of the line where values[start …] equals `level`, in grid units (column, row from below), by marching
 * squares with linear interpolation: Float32Array of x1, y1, x2, y2 each.
 */
export function levelSegments(values, start, columns, rows, level) {
  const segments = [];
  for (let r = 0; r + 1 < rows; r += 1) {
    let p = start + r * columns;
    for (let c = 0; c + 1 < columns; c += 1, p += 1) {
      const a = values[p] - level;
      const b = values[p + 1] - level;
      const d = values[p + columns] - level;
      const e = values[p + columns + 1] - level;
      const signs = (a > 0) + (b > 0) + (d > 0) + (e > 0);
      if (signs === 0 || signs === 4 || !(a + b + d + e < Infinity)) continue;
      const crossings = [];
      if (a > 0 !== b > 0) crossings.push(c + a / (a - b), r);
      if (b > 0 !== e > 0) crossings.push(c + 1, r + b / (b - e));
      if (d > 0 !== e > 0) crossings.push(c + d / (d - e), r + 1);
      if (a > 0 !== d > 0) crossings.push(c, r + a / (a - d));
      if (crossings.length === 4) segments.push(...crossings);
      else if (crossings.length === 8) {
        // A saddle cell: the mean decides which corners belong together.
        const joined = a + b + d + e > 0 === a > 0;
        const order = joined ? [0, 1, 2, 3] : [0, 3, 2, 1];
        for (const k of order) segments.push(crossings[2 * k], crossings[2 * k + 1]);
      }
    }
  }
  return Float32Array.from(segments);
}

/** Where the most probable class changes: the lines where a class's probability equals the best of the others. */
export function classBorders(values, classes, columns, rows) {
  const count = columns * rows;
  const margin = new Float32Array(count);
  const borders = [];
  for (let k = 0; k < classes; k += 1) {
    for (let p = 0; p < count; p += 1) {
      let other = -Infinity;
      for (let j = 0; j < classes; j += 1) if (j !== k && values[j * count + p] > other) other = values[j * count + p];
      margin[p] = values[k * count + p] - other;
    }
    borders.push(levelSegments(margin, 0, columns, rows, 0));
  }
  return borders;
}

/** Stroke segments (grid units) over a box. */
export function strokeSegments(context, segments, columns, rows, x, y, width, height) {
  const stepX = width / (columns - 1);
  const stepY = height / (rows - 1);
  context.beginPath();
  for (let k = 0; k < segments.length; k += 4) {
    context.moveTo(x + segments[k] * stepX, y + height - segments[k + 1] * stepY);
    context.lineTo(x + segments[k + 2] * stepX, y + height - segments[k + 3] * stepY);
  }
  context.stroke();
}
