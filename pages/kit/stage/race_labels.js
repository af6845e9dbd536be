// The words in the race's picture: names beside the racers, and sentences for what the picture cannot show.

import { fontOf, seriesColor, withAlpha } from "./base.js";
import { createInkMap, drawLabel, placeLabels } from "./labels.js";
import { absences, isDiverged } from "./race_data.js";
import { scaleSentences } from "./race_overlays.js";
import { trackEnd } from "./race_tracks.js";

/** Width of a text in a font. */
function measureText(context, text, font) {
  context.font = font;
  return context.measureText(text).width;
}

/** Enter a path up to a position on the ink map. */
export function addTrackInk(ink, track, racer, position, weight) {
  const end = trackEnd(track, racer, position);
  for (let k = 1; k <= end; k += 1) {
    if (track.states[k] !== 2 && track.states[k - 1] !== 2) ink.addLine(track.x[k - 1], track.y[k - 1], track.x[k], track.y[k], weight);
  }
}

/** Sentences about what cannot be seen, and the scales; gives their rectangles. */
export function drawSentences(context, scene, overlays, { view, relief }) {
  const { race, theme, flat, phone } = scene;
  const size = phone ? 12.5 : 13.5;
  const lines = absences(race, scene.step, scene.selected).map((one) => ({ text: one.text, color: seriesColor(one.racer.style, theme), weight: 600 }));
  const most = phone ? 2 : 5;
  if (lines.length > most) lines.splice(most - 1, lines.length, { text: `and ${lines.length - most + 1} more left or diverged`, color: theme.muted, weight: 500 });
  const left = flat ? view.left + 10 : 10;
  // From above the bottom left is quietest; beside the relief it is the top left.
  const bottom = flat ? view.bottom - 10 : 0;
  const above = flat ? [] : scene.blocked.filter((box) => box.y < scene.height / 2 && box.x < 260);
  const top = 10 + Math.max(0, ...above.map((box) => box.y + box.height - 10));
  const limit = above.length ? scene.width - 20 : Math.min(scene.width, ...scene.blocked.filter((box) => box.y > scene.height / 2 === flat).map((box) => box.x)) - left - 6;
  for (const text of scaleSentences(overlays, (line) => measureText(context, line, fontOf(theme, size, 500)) <= limit)) lines.push({ text, color: theme.muted, weight: 500 });
  if (!flat) lines.push({ text: relief.log ? "Height: loss on a log scale" : "Height: loss", color: theme.muted, weight: 500 });
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  if (flat) lines.reverse();
  return lines.map((line, k) => {
    const y = flat ? bottom - k * (size + 5) : top + (k + 1) * (size + 5);
    context.font = fontOf(theme, size, line.weight);
    drawLabel(context, line.text, left, y, line.color, withAlpha(theme.background, 0.9));
    return { x: left, y: y - size, width: context.measureText(line.text).width, height: size + 4, text: line.text };
  });
}

/** Names beside heads, arrow tips, minima and the start; returns what was placed. `parts`: what the frame drew. */
export function drawRaceLabels(context, scene, parts, { view, tracks, numbers, places }) {
  const { race, phone } = scene;
  const size = phone ? 13.5 : 15.5;
  const small = phone ? 12.5 : 13.5;
  const wanted = [];
  const measure = (text, fontSize, weight) => measureText(context, text, fontOf(scene.theme, fontSize, weight));
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
  for (const racer of race.racers) addTrackInk(ink, tracks.get(racer.id), racer, scene.position, racer.id === scene.selected ? 1.3 : 1);
  for (const segment of parts.segments) ink.addLine(...segment, 2.5);
  for (const box of numbers) {
    for (const part of [0.25, 0.75]) ink.addLine(box.x, box.y + box.height * part, box.x + box.width, box.y + box.height * part, 2);
  }
  const points = [...parts.heads.entries()].filter(([, head]) => head.inside).map(([id, head]) => ({ id, x: head.x, y: head.y, radius: 7 }));
  const bounds = scene.flat
    ? { x: view.left + 4, y: view.top + 4, width: view.right - view.left - 8, height: view.bottom - view.top - 8 }
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
