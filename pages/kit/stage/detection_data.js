// The detection payload, unpacked: candidates with their boxes in pixels, and the steps of the suppression.

import { decodeArray } from "./base.js";

const SIDE_STEPS = 16;
const SCORE_STEPS = 65535;
export const KEPT = -1;

/** Unpack a payload: every candidate is `{number, box, score, kind, name, color, stride, fate, overlap}`. */
export function decodeDetection(data) {
  const boxes = decodeArray(data.boxes).data;
  const score = decodeArray(data.score).data;
  const kind = decodeArray(data.class).data;
  const stride = decodeArray(data.stride).data;
  const all = Array.from(score, (value, number) => ({
    number,
    box: [0, 1, 2, 3].map((side) => boxes[4 * number + side] / SIDE_STEPS),
    score: value / SCORE_STEPS,
    kind: kind[number],
    name: data.names[kind[number]],
    color: data.colors[kind[number]] ?? "#5B6675",
    stride: stride[number],
    fate: null,
    overlap: 0,
    dropped: 0,
  }));
  const fate = decodeArray(data.fate).data;
  const overlap = decodeArray(data.overlap).data;
  const steps = Array.from(decodeArray(data.steps).data, (number, step) => Object.assign(all[number], { fate: fate[step], overlap: overlap[step], step }));
  for (const one of steps) if (one.fate >= 0) all[one.fate].dropped += 1;
  const kept = Array.from(decodeArray(data.kept).data, (number, place) => Object.assign(all[number], { fate: KEPT, right: data.given.length ? data.given[place] >= 0 : null }));
  return { ...data, all, steps, kept };
}

/** Overlap of two boxes: intersection over union. */
export function overlapOf(a, b) {
  const wide = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const high = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const shared = wide * high;
  const area = (box) => (box[2] - box[0]) * (box[3] - box[1]);
  return shared / Math.max(1e-9, area(a) + area(b) - shared);
}

/** What a step of the suppression did, in words. */
export function stepWords(scene, step) {
  const one = scene.steps[step];
  const what = `${one.name} ${one.score.toFixed(2)}`;
  if (one.fate === KEPT) return { what, outcome: "kept", why: "no kept box covers it enough" };
  if (one.fate < 0) return { what, outcome: "no place left", why: "the best ones are enough" };
  const keeper = scene.all[one.fate];
  return { what, outcome: "dropped", why: `by ${keeper.name} ${keeper.score.toFixed(2)}: IoU ${one.overlap.toFixed(2)} is above ${scene.limit.toFixed(2)}` };
}
