// The race's picture: the surface once, then in every frame the paths so far, their heads and names, what the
// selected racer carries, and a sentence for each racer that is not to be seen.

import { fontOf, makeLayer, seriesColor, sizeCanvas, withAlpha } from "./base.js";
import { createInkMap, drawLabel, placeLabels } from "./labels.js";
import { drawMarker } from "./marks.js";
import { absences, isDiverged } from "./race_data.js";
import { drawOverlay, overlaysAt, scaleSentence } from "./race_overlays.js";
import { drapedTrack, flatTrack, headOf, strokeTrack, tracePath, trackEnd } from "./race_tracks.js";
import { drawSurface, pictureFrame, surfaceContours } from "./surface.js";
import { buildRelief, drawRelief, reliefView } from "./surface3d.js";

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
      places.clear();
      factors.clear();
    }
    const stamp = [race.revision, width, height, flat, flat ? "" : `${yaw},${pitch}`, window.devicePixelRatio, scene.fonts, JSON.stringify(theme), JSON.stringify(blocked)].join("|");
    if (stamp === cache.stamp) return;
    cache.stamp = stamp;
    cache.layer = makeLayer(width, height);
    cache.tracks = new Map();
    if (flat) {
      const frame = pictureFrame(width, height, race.surface);
      cache.view = { ...frame, project: (x, y) => [frame.toX(x), frame.toY(y)] };
      for (const racer of race.racers) cache.tracks.set(racer.id, flatTrack(racer, frame));
      const ink = createInkMap(width, height);
      for (const racer of race.racers) addTrack(ink, cache.tracks.get(racer.id), racer, race.steps, 1);
      cache.numbers = drawSurface(cache.layer.context, frame, race.surface, cache.contours, race.labels, theme, (box) => ink.cost(box), blocked);
    } else {
      cache.relief ??= buildRelief(race.surface);
      cache.view = reliefView(cache.relief, width, height, yaw, pitch);
      for (const racer of race.racers) cache.tracks.set(racer.id, drapedTrack(racer, cache.view));
      cache.numbers = [];
      drawRelief(cache.layer.context, cache.relief, cache.view, cache.contours, race.labels, theme);
    }
  }

  function addTrack(ink, track, racer, position, weight) {
    const end = trackEnd(track, racer, position);
    for (let k = 1; k <= end; k += 1) {
      if (track.states[k] !== 2 && track.states[k - 1] !== 2) ink.addLine(track.x[k - 1], track.y[k - 1], track.x[k], track.y[k], weight);
    }
  }

  /** Sentences at the bottom left; gives their rectangles. */
  function drawSentences(context, scene, overlays) {
    const { race, theme, flat, phone } = scene;
    const size = phone ? 12.5 : 13.5;
    const lines = absences(race, scene.step, scene.selected).map((one) => ({ text: one.text, color: seriesColor(one.racer.style, theme), weight: 600 }));
    const most = phone ? 2 : 5;
    if (lines.length > most) lines.splice(most - 1, lines.length, { text: `and ${lines.length - most + 1} more left or diverged`, color: theme.muted, weight: 500 });
    const scale = scaleSentence(overlays);
    if (scale) lines.push({ text: scale, color: theme.muted, weight: 500 });
    if (!flat && cache.relief.log) lines.push({ text: "Height: loss on a log scale", color: theme.muted, weight: 500 });
    const left = flat ? cache.view.left + 10 : 10;
    const bottom = flat ? cache.view.bottom - 10 : scene.height - 8;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    return lines.reverse().map((line, k) => {
      const y = bottom - k * (size + 5);
      context.font = fontOf(theme, size, line.weight);
      drawLabel(context, line.text, left, y, line.color, withAlpha(theme.background, 0.9));
      return { x: left, y: y - size, width: context.measureText(line.text).width, height: size + 4, text: line.text };
    });
  }

  /** A cross at each known minimum that can be seen. */
  function drawMinima(context, scene) {
    const { theme, race } = scene;
    const seen = race.surface.minima.filter(([x, y]) => cache.view.contains(x, y)).map(([x, y]) => cache.view.project(x, y));
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

  /** Text labels round heads, arrow tips, minima and the start. */
  function drawLabels(context, scene, parts) {
    const { race, phone } = scene;
    const size = phone ? 13.5 : 15.5;
    const small = phone ? 12.5 : 13.5;
    const wanted = [];
    const measure = (text, fontSize, weight) => {
      context.font = fontOf(scene.theme, fontSize, weight);
      return context.measureText(text).width;
    };
    for (const racer of race.racers) {
      const head = parts.heads.get(racer.id);
      if (!head.inside || isDiverged(racer, scene.step)) continue;
      const strong = racer.id === scene.selected;
      wanted.push({
        id: racer.id, text: racer.label, x: head.x, y: head.y, width: measure(racer.label, size, 600) + 3, height: size + 3,
        radius: 7, priority: strong ? 30 : racer.id === scene.hovered ? 25 : 20, color: seriesColor(racer.style, scene.theme), size, weight: 600,
      });
    }
    const optional = (id, text, point, color, priority, radius = 3) => wanted.push({
      id, text, x: point[0], y: point[1], width: measure(text, small, 500) + 2, height: small + 3, radius, priority,
      optional: true, maxCost: phone ? 2.5 : 6, color, size: small, weight: 500,
    });
    for (const { overlay, tip } of parts.tips) {
      const color = overlay.id === "gradient" || overlay.id === "square" ? scene.theme.ink : seriesColor(race.racers.find((one) => one.id === scene.selected).style, scene.theme);
      optional(`overlay.${overlay.id}`, overlay.name, tip, color, 10);
    }
    parts.minima.forEach((point, k) => optional(`minimum.${k}`, "minimum", point, withAlpha(scene.theme.ink, 0.72), 5, 7));
    if (parts.start) optional("start", "start", parts.start, withAlpha(scene.theme.ink, 0.72), 6, 8);

    const ink = createInkMap(scene.width, scene.height);
    for (const racer of race.racers) addTrack(ink, cache.tracks.get(racer.id), racer, scene.position, racer.id === scene.selected ? 1.3 : 1);
    for (const segment of parts.segments) ink.addLine(...segment, 2.5);
    for (const box of cache.numbers) ink.addLine(box.x, box.y + box.height / 2, box.x + box.width, box.y + box.height / 2, 0.8);
    const points = [...parts.heads.entries()].filter(([, head]) => head.inside).map(([id, head]) => ({ id, x: head.x, y: head.y, radius: 7 }));
    const bounds = scene.flat
      ? { x: cache.view.left + 4, y: cache.view.top + 4, width: cache.view.right - cache.view.left - 8, height: cache.view.bottom - cache.view.top - 8 }
      : { x: 4, y: 4, width: scene.width - 8, height: scene.height - 8 };
    const placed = placeLabels(wanted, { bounds, blocked: [...scene.blocked, ...parts.sentences], points, ink, previous: places });
    const halo = withAlpha(scene.theme.background, 0.92);
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const label of placed) {
      if (label.leader) {
        const [x0, y0, x1, y1] = label.leader;
        context.beginPath();
        context.moveTo(x0, y0);
        context.lineTo(x1, y1);
        context.strokeStyle = label.color;
        context.globalAlpha = 0.6;
        context.lineWidth = 1;
        context.stroke();
        context.globalAlpha = 1;
      }
    }
    for (const label of placed) {
      context.font = fontOf(scene.theme, label.size, label.weight);
      drawLabel(context, label.text, label.box.x + 1, label.box.y + label.box.height / 2 + 0.5, label.color, halo);
    }
    return placed;
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
      if (!head.inside) drawOutside(context, head, withAlpha(color, alpha), view);
      else {
        context.globalAlpha = alpha * (head.state === 1 ? 0.35 : 1);
        drawMarker(context, racer.style.marker ?? "disc", head.x, head.y, racer.id === scene.selected ? 6.6 : 5.2, color, scene.theme.background);
        context.globalAlpha = 1;
      }
    }
    const sentences = scene.pending ? [] : drawSentences(context, scene, overlays);
    const labels = scene.pending ? [] : drawLabels(context, scene, {
      heads, minima, start, sentences,
      tips: drawn.map(({ overlay, tip }) => ({ overlay, tip })),
      segments: drawn.flatMap((one) => one.segments),
    });
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
