// What a race is, once unpacked: racers with their whole runs, and the questions the picture asks about a step.

import { decodeArray } from "./base.js";

/** Unpack a race payload: arrays decoded, names in this code's style, nothing drawn yet. */
export function decodeRace(payload) {
  const packed = payload.surface;
  const grid = decodeArray(packed.z);
  const surface = { ...packed, grid, levels: [...packed.levels].sort((a, b) => a - b) };
  const racers = payload.racers.map((racer) => {
    const array = (name) => decodeArray(racer[name])?.data ?? null;
    const path = array("path");
    let good = 0;
    while (good < payload.steps && Number.isFinite(path[2 * good + 2]) && Number.isFinite(path[2 * good + 3])) good += 1;
    return {
      id: racer.id, label: racer.label, style: racer.style, path, loss: array("loss"), gradient: array("gradient"),
      velocity: array("velocity"), square: array("square"), rate: array("rate"),
      valleyAt: racer.valley_at ?? null, divergedAt: racer.diverged_at ?? null, length: racer.length,
      // The last step with a position that can be drawn; a diverged racer stands still from there on.
      good: racer.diverged_at === null || racer.diverged_at === undefined ? good : Math.min(good, racer.diverged_at),
    };
  });
  return { revision: payload.revision, labels: payload.labels, surface, racers, start: payload.start, steps: payload.steps, valley: payload.valley, floor: payload.floor };
}

/** Where a racer is at a (fractional) position of the playback: [x, y]. */
export function positionAt(racer, position) {
  const clipped = Math.min(position, racer.good);
  const k = Math.floor(clipped);
  const part = clipped - k;
  const next = Math.min(k + 1, racer.good);
  return [0, 1].map((axis) => racer.path[2 * k + axis] + (racer.path[2 * next + axis] - racer.path[2 * k + axis]) * part);
}

/** The pair of values `[x, y]` of one of a racer's arrays at a whole step, or null where there is none. */
export function pairAt(values, step) {
  if (!values || 2 * step + 1 >= values.length) return null;
  const pair = [values[2 * step], values[2 * step + 1]];
  return pair.every(Number.isFinite) ? pair : null;
}

/** The step a racer takes from where it stands at `step` to where it stands next; null at the end of its run. */
export function stepFrom(racer, step) {
  if (step >= racer.good) return null;
  return [racer.path[2 * step + 2] - racer.path[2 * step], racer.path[2 * step + 3] - racer.path[2 * step + 1]];
}

/** True once the racer's numbers have left every bound. */
export function isDiverged(racer, step) {
  return racer.divergedAt !== null && step >= racer.divergedAt;
}

/** The racers from lowest to highest loss at this step; diverged ones last. */
export function rankingAt(race, step) {
  const value = (racer) => (isDiverged(racer, step) || !Number.isFinite(racer.loss[step]) ? Infinity : racer.loss[step]);
  return race.racers.map((racer, index) => ({ racer, index, value: value(racer) }))
    .sort((a, b) => (a.value === b.value ? a.index - b.index : a.value - b.value))
    .map((entry) => entry.racer);
}

/** The step since which a racer has been outside the picture, or null while it is inside. */
export function outsideSince(race, racer, step) {
  const { x, y } = race.surface;
  const outside = (k) => !(racer.path[2 * k] >= x[0] && racer.path[2 * k] <= x[1] && racer.path[2 * k + 1] >= y[0] && racer.path[2 * k + 1] <= y[1]);
  let k = Math.min(step, racer.good);
  if (!outside(k)) return null;
  while (k > 0 && outside(k - 1)) k -= 1;
  return k;
}

/** Sentences about racers that are not in the picture at this step: `[{racer, text}]`, the selected one first. */
export function absences(race, step, selected) {
  const found = [];
  for (const racer of race.racers) {
    const since = outsideSince(race, racer, step);
    if (isDiverged(racer, step)) found.push({ racer, text: `${racer.label} diverged at step ${racer.divergedAt}` });
    else if (since === 0) found.push({ racer, text: `${racer.label} starts outside the picture` });
    else if (since !== null) found.push({ racer, text: `${racer.label} left the picture at step ${since}` });
  }
  return found.sort((a, b) => (b.racer.id === selected) - (a.racer.id === selected));
}

/** The value of the surface at a point by bilinear interpolation of its grid; NaN outside. */
export function surfaceValue(surface, x, y) {
  const { data, shape: [ny, nx] } = surface.grid;
  const u = ((x - surface.x[0]) / (surface.x[1] - surface.x[0])) * (nx - 1);
  const v = ((y - surface.y[0]) / (surface.y[1] - surface.y[0])) * (ny - 1);
  if (!(u >= 0 && v >= 0 && u <= nx - 1 && v <= ny - 1)) return NaN;
  const i = Math.min(nx - 2, Math.floor(u));
  const j = Math.min(ny - 2, Math.floor(v));
  const at = j * nx + i;
  const below = data[at] + (data[at + 1] - data[at]) * (u - i);
  const above = data[at + nx] + (data[at + nx + 1] - data[at + nx]) * (u - i);
  return below + (above - below) * (v - j);
}
