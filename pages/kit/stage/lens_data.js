// Pixels of the lens stage: pictures become bytes, differences become colours, places become decibels.

import { decodeArray, parseColor } from "./base.js";

const AMPLIFIED = 4;
const LUMA = [0.299, 0.587, 0.114];

/** A picture's file as `{canvas, bytes}`, brought to width × height in blocks where it is smaller; bytes are RGBA. */
export async function loadPicture(url, width, height) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, width, height);
  return { canvas, bytes: context.getImageData(0, 0, width, height).data };
}

/** The map of added detail: `{strength, right, rows, columns, top}`; `top`: a strength that only a few places exceed. */
export function decodeDetail(detail) {
  const strength = decodeArray(detail.strength);
  const right = decodeArray(detail.right);
  const sorted = Float32Array.from(strength.data).sort();
  return { strength: strength.data, right: right?.data ?? null, rows: strength.shape[0], columns: strength.shape[1], names: detail.names, top: Math.max(1, sorted[Math.floor(0.97 * (sorted.length - 1))]) };
}

/** PSNR over the three colours inside a rectangle; Infinity where the pixels are equal. */
export function decibels(bytes, truth, width, { x, y, width: wide, height: high }) {
  let sum = 0;
  for (let row = y; row < y + high; row += 1) {
    for (let at = 4 * (row * width + x), end = at + 4 * wide; at < end; at += 4) {
      for (let colour = 0; colour < 3; colour += 1) sum += (bytes[at + colour] - truth[at + colour]) ** 2;
    }
  }
  const mean = sum / (3 * wide * high);
  return mean ? 10 * Math.log10(255 ** 2 / mean) : Infinity;
}

function ends(theme) {
  return [theme.background, theme.positive, theme.negative].map((color) => parseColor(color).slice(0, 3));
}

/** A canvas with the difference in brightness to the truth: too bright towards blue, too dark towards orange. */
export function paintDifference(bytes, truth, width, height, theme) {
  const [ground, positive, negative] = ends(theme);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const painted = context.createImageData(width, height);
  for (let at = 0; at < bytes.length; at += 4) {
    const difference = LUMA[0] * (bytes[at] - truth[at]) + LUMA[1] * (bytes[at + 1] - truth[at + 1]) + LUMA[2] * (bytes[at + 2] - truth[at + 2]);
    const share = Math.min(1, (AMPLIFIED * Math.abs(difference)) / 255);
    const end = difference > 0 ? positive : negative;
    for (let colour = 0; colour < 3; colour += 1) painted.data[at + colour] = ground[colour] + (end[colour] - ground[colour]) * share;
    painted.data[at + 3] = 255;
  }
  context.putImageData(painted, 0, 0);
  return canvas;
}

/** A small canvas, one pixel a cell, to lay over the picture: blue where detail is right, orange where invented. */
export function paintDetail(detail, theme) {
  const [, positive, negative] = ends(theme);
  const canvas = document.createElement("canvas");
  canvas.width = detail.columns;
  canvas.height = detail.rows;
  const context = canvas.getContext("2d");
  const painted = context.createImageData(detail.columns, detail.rows);
  for (let cell = 0; cell < detail.strength.length; cell += 1) {
    const right = detail.right ? detail.right[cell] : 0;
    for (let colour = 0; colour < 3; colour += 1) painted.data[4 * cell + colour] = negative[colour] + (positive[colour] - negative[colour]) * right;
    painted.data[4 * cell + 3] = 225 * Math.min(1, detail.strength[cell] / detail.top);
  }
  context.putImageData(painted, 0, 0);
  return canvas;
}
