// The race's picture: the surface once, then in every frame the paths so far, their heads and names, what the
// selected racer carries, and a sentence for each racer that is not to be seen.

import { makeLayer, seriesColor, sizeCanvas, withAlpha } from "./base.js";
import { createInkMap } from "./labels.js";
import { surfaceContours } from "./contours.js";
import { drawMarker } from "./marks.js";
import { isDiverged } from "./race_data.js";
import { addTrackInk, drawRaceLabels, drawSentences } from "./race_labels.js";
import { drawOverlay, overlaysAt } from "./race_overlays.js";
import { bestDirection, drapedTrack, flatTrack, headOf, strokeTrack, tracePath } from "./race_tracks.js";
import { buildRelief, reliefView } from "./relief.js";
import { bandsImage, drawSurface, pictureFrame } from "./surface.js";
import { drawRelief } from "./surface3d.js";

const PENDING_ALPHA = 0.25;

/** Make the picture's drawing on `canvas`; `draw(scene)` paints one frame of a scene (see race.js). */
export function createRacePicture(canvas) {
  const cache = { stamp: "", layer: null, view: null, tracks: new Map(), contours: null, relief: null, race: null, numbers: [] };
  const places = new Map();
  const factors = new Map();
  const last = { labels: [], heads: new Map(), overlays: [], scene: null };

  /** Prepare everything that does not change from step to step. */
  function prepare(scene) {
    const { race, theme, width, height, flat, yaw, pitch, blocked } = scene;
    if (cache.race !== race) {
      cache.race = race;
      cache.contours = surfaceContours(race.surface);
      cache.relief = null;
      cache.direction = null;
      places.clear();
      factors.clear();
    }
    const stamp = [race.revision, width, height, flat, flat ? "" : `${yaw},${pitch}`, window.devicePixelRatio, scene.fonts, JSON.stringify(theme), flat ? JSON.stringify(blocked) : ""].join("|");
    if (stamp === cache.stamp) return;
    cache.stamp = stamp;
    if (cache.layer?.width !== width || cache.layer.height !== height || cache.ratio !== window.devicePixelRatio) cache.layer = makeLayer(width, height);
    cache.ratio = window.devicePixelRatio;
    cache.layer.context.clearRect(0, 0, width, height);
    cache.tracks = new Map();
    if (flat) {
      const frame = pictureFrame(width, height, race.surface);
      cache.view = { ...frame, project: (x, y) => [frame.toX(x), frame.toY(y)] };
      for (const racer of race.racers) cache.tracks.set(racer.id, flatTrack(racer, frame));
      // The bands are the costly part and do not depend on what lies over the picture.
      const bandStamp = [race.revision, width, height, JSON.stringify(theme)].join("|");
      if (cache.bandStamp !== bandStamp) cache.bands = bandsImage(frame, race.surface, theme);
      cache.bandStamp = bandStamp;
      const { bands } = cache;
      const ink = createInkMap(width, height);
      for (const racer of race.racers) addTrackInk(ink, cache.tracks.get(racer.id), racer, race.steps, 1);
      for (const [x, y] of race.surface.minima) ink.addLine(frame.toX(x) - 12, frame.toY(y), frame.toX(x) + 12, frame.toY(y), 9);
      const lines = 1 + Math.min(scene.phone ? 2 : 5, race.racers.filter((racer) => cache.tracks.get(racer.id).states.some((value) => value > 0)).length);
      const note = { x: frame.left, y: frame.bottom - 15 - lines * 19, width: Math.min(280, (frame.right - frame.left) * 0.6), height: 15 + lines * 19 };
      cache.numbers = drawSurface(cache.layer.context, frame, race.surface, cache.contours, race.labels, theme, bands, (box) => ink.cost(box), [...blocked, note]);
    } else {
      cache.relief ??= buildRelief(race.surface);
      cache.direction ??= bestDirection(cache.relief, race.racers, width, height);
      cache.view = reliefView(cache.relief, width, height, yaw ?? cache.direction.yaw, pitch ?? cache.direction.pitch);
      for (const racer of race.racers) cache.tracks.set(racer.id, drapedTrack(racer, cache.view));
      cache.numbers = [];
      drawRelief(cache.layer, cache.relief, cache.view, cache.contours, race.labels, theme);
    }
  }

  /** A cross at each known minimum that can be seen. */
  function drawMinima(context, scene) {
    const { theme, race } = scene;
    const seen = race.surface.minima.filter(([x, y]) => cache.view.contains(x, y) && (scene.flat || !cache.view.hidden(x, y))).map(([x, y]) => cache.view.project(x, y));
    for (const [color, width] of [[withAlpha(theme.background, 0.85), 4.5], [withAlpha(theme.ink, 0.75), 1.4]]) {
      context.beginPath();
      for (const [x, y] of seen) {
        context.moveTo(x - 6, y);
        context.lineTo(x + 6, y);
        context.moveTo(x, y - 6);
        context.lineTo(x, y + 6);
      }
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    }
    return seen;
  }

  /** The ring where all racers start. */
  function drawStart(context, scene) {
    const point = scene.pending ?? scene.race.start;
    if (!cache.view.contains(...point)) return null;
    const [x, y] = cache.view.project(...point);
    context.beginPath();
    context.arc(x, y, scene.pending ? 7 : 6, 0, 2 * Math.PI);
    context.fillStyle = scene.theme.background;
    context.fill();
    context.lineWidth = scene.pending ? 3 : 2;
    context.strokeStyle = scene.pending || scene.startFocused ? scene.theme.accent : scene.theme.ink;
    context.stroke();
    return [x, y];
  }

  /** A wedge at the frame where a racer is outside. */
  function drawOutside(context, head, color, view) {
    if (view.left === undefined) return;
    const centreX = (view.left + view.right) / 2;
    const centreY = (view.top + view.bottom) / 2;
    const dx = head.x - centreX;
    const dy = head.y - centreY;
    const reach = Math.min((view.right - view.left - 18) / 2 / Math.abs(dx || 1e-9), (view.bottom - view.top - 18) / 2 / Math.abs(dy || 1e-9));
    const angle = Math.atan2(dy, dx);
    context.save();
    context.translate(centreX + dx * reach, centreY + dy * reach);
    context.rotate(angle);
    context.beginPath();
    context.moveTo(7, 0);
    context.lineTo(-4, -5);
    context.lineTo(-4, 5);
    context.closePath();
    context.fillStyle = color;
    context.fill();
    context.restore();
  }

  function draw(scene) {
    prepare(scene);
    const { race, flat } = scene;
    const context = sizeCanvas(canvas, scene.width, scene.height);
    context.clearRect(0, 0, scene.width, scene.height);
    context.drawImage(cache.layer.canvas, 0, 0, scene.width, scene.height);
    const { view } = cache;
    context.save();
    if (flat) {
      context.beginPath();
      context.rect(view.left + 1, view.top + 1, view.right - view.left - 2, view.bottom - view.top - 2);
      context.clip();
    }
    const alpha = scene.pending ? PENDING_ALPHA : 1;
    const minima = drawMinima(context, scene);
    const rank = (racer) => (racer.id === scene.selected ? 2 : racer.id === scene.hovered ? 1 : 0);
    const order = [...race.racers].sort((a, b) => rank(a) - rank(b));
    const heads = new Map(race.racers.map((racer) => [racer.id, headOf(racer, view, scene.position, !flat)]));
    for (const racer of order) {
      const lines = tracePath(cache.tracks.get(racer.id), racer, heads.get(racer.id), scene.position);
      strokeTrack(context, lines, racer, scene.theme, { strong: racer.id === scene.selected, hovered: racer.id === scene.hovered, alpha });
    }
    const start = drawStart(context, scene);
    const chosen = race.racers.find((racer) => racer.id === scene.selected);
    const overlays = scene.pending || !chosen || !heads.get(chosen.id).inside ? [] : overlaysAt(chosen, scene.overlays, scene.step, view, factors);
    const drawn = overlays.map((overlay) => ({ overlay, ...drawOverlay(context, overlay, view, chosen, scene.theme) }));
    for (const racer of order) {
      const head = heads.get(racer.id);
      const color = seriesColor(racer.style, scene.theme);
      if (!head.inside && isDiverged(racer, scene.step)) continue;
      if (!head.inside) drawOutside(context, head, withAlpha(color, alpha), view);
      else {
        context.globalAlpha = alpha * (head.state === 1 ? 0.35 : 1);
        drawMarker(context, racer.style.marker ?? "disc", head.x, head.y, racer.id === scene.selected ? 6.6 : 5.2, color, scene.theme.background);
        context.globalAlpha = 1;
      }
    }
    const sentences = scene.pending ? [] : drawSentences(context, scene, overlays, cache);
    const labels = scene.pending ? [] : drawRaceLabels(context, scene, {
      heads, minima, start, sentences,
      tips: drawn.map(({ overlay, tip }) => ({ overlay, tip })),
      segments: drawn.flatMap((one) => one.segments),
    }, { ...cache, places });
    context.restore();
    Object.assign(last, { labels, heads, overlays, sentences, scene });
  }

  return {
    draw,
    /** What the last frame showed (hit tests, tests, the canvas's name). */
    get last() { return last; },
    get view() { return cache.view; },
    get tracks() { return cache.tracks; },
    get contours() { return cache.contours; },
  };
}
