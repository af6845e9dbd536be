// Names on a panel: at the ends of lines and rules, beside points where there is room; none covers another.

import { fontOf, seriesColor, withAlpha } from "./base.js";
import { each, styleOf } from "./board_data.js";
import { isStrong, lastShown, pointPlace } from "./board_marks.js";
import { spreadLabels } from "./curve_scale.js";
import { createInkMap, drawLabel, placeLabels, rectanglesOverlap } from "./labels.js";

const SIZE = 13;

/** The ends of all named lines and horizontal rules: `{text, x, y, color, strong}`. */
function endsOf(marks, frame, theme) {
  const ends = [];
  for (const mark of marks) {
    if (!mark.label) continue;
    const color = seriesColor(mark.style, theme);
    if (mark.kind === "line") {
      let last = mark.ghost ? mark.x.length - 1 : lastShown(mark);
      while (last >= 0 && !Number.isFinite(frame.toY(mark.y[last]))) last -= 1;
      if (last < 0) continue;
      const y = Math.max(frame.top, Math.min(frame.bottom, frame.toY(mark.y[last])));
      ends.push({ text: mark.label, x: Math.min(frame.right, frame.toX(mark.x[last])), y, color, strong: isStrong(mark) });
    } else if (mark.kind === "rule" && mark.axis === "y") {
      const y = frame.toY(middleOf(mark));
      if (y >= frame.top - 1 && y <= frame.bottom + 1) ends.push({ text: mark.label, x: frame.right, y, color, strong: false });
    }
  }
  return ends;
}

function drawEnds(context, ends, frame, theme, room) {
  const high = frame.bottom - frame.top + 12;
  const size = ends.length * (SIZE + 1.5) > high ? 11.5 : SIZE;
  // Where not all names fit, the strong lines' stay.
  ends.sort((a, b) => b.strong - a.strong);
  ends.length = Math.min(ends.length, Math.max(1, Math.floor(high / (size + 1.5)) + 1));
  const centres = spreadLabels(ends.map((end) => end.y), size + 2, frame.top + 2, frame.bottom + 1);
  context.textAlign = "left";
  context.textBaseline = "middle";
  return ends.map((end, i) => {
    const y = centres[i];
    const x = Math.min(frame.right, Math.max(frame.left, end.x)) + 8;
    const space = frame.right + room - x - 1;
    context.font = fontOf(theme, size, end.strong ? 700 : 500);
    const wide = context.measureText(end.text).width;
    if (wide > space) context.font = fontOf(theme, Math.max(10.5, (size * space) / wide), end.strong ? 700 : 500);
    const width = Math.min(space, context.measureText(end.text).width);
    if (Math.abs(y - end.y) > 4) {
      context.beginPath();
      context.moveTo(x - 7, end.y);
      context.lineTo(x - 2, y);
      context.strokeStyle = withAlpha(end.color, 0.5);
      context.lineWidth = 1;
      context.stroke();
    }
    context.save();
    context.lineJoin = "round";
    context.lineWidth = 4.5;
    context.strokeStyle = theme.background;
    context.strokeText(end.text, x, y, space);
    context.fillStyle = end.color;
    context.fillText(end.text, x, y, space);
    context.restore();
    return { text: end.text, x, y: y - size / 2, width, height: size };
  });
}

const middleOf = (mark) => (mark.to === null || mark.to === undefined ? mark.at : (mark.at + mark.to) / 2);

/** Where the name of a vertical rule may stand: above the plot, centred or to a side, else further down inside it. */
function* placesAbove(at, width, frame) {
  const keep = (x) => Math.max(0, Math.min(x, frame.width - width - 1));
  for (let row = 0; row < 6; row += 1) {
    const y = frame.top - 19 + 17 * row;
    for (const x of row ? [at + 5, at - 5 - width] : [at - width / 2, at - 6, at + 6 - width]) yield { x: keep(x), y, width, height: 16 };
  }
}

/** Names of rules: vertical ones above the plot, horizontal ones inside at the right where no margin is. */
function drawRuleLabels(context, marks, frame, theme, horizontal) {
  const boxes = [];
  if (frame.y.axis.label) {
    context.font = fontOf(theme, 13.5, 500, true);
    boxes.push({ x: 0, y: frame.top - 22, width: context.measureText(frame.y.axis.label).width + 6, height: 16 });
  }
  const blocked = boxes.length;
  context.font = fontOf(theme, SIZE, 500);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const mark of marks) {
    if (mark.kind !== "rule" || !mark.label || (mark.axis === "y" && !horizontal)) continue;
    const width = context.measureText(mark.label).width;
    let box;
    if (mark.axis === "x") {
      const at = frame.toX(middleOf(mark));
      if (!(at >= frame.left - 1 && at <= frame.right + 1)) continue;
      const places = [...placesAbove(at, width, frame)];
      box = places.find((place) => !boxes.some((other) => rectanglesOverlap(place, other))) ?? places[0];
    } else {
      const at = frame.toY(middleOf(mark));
      if (!(at >= frame.top - 1 && at <= frame.bottom + 1)) continue;
      const above = middleOf(mark) !== mark.at ? at - 8 : at - 18 >= frame.top - 4 ? at - 18 : at + 3;
      box = { x: frame.right - width - 3, y: above, width, height: 16 };
    }
    boxes.push(box);
    drawLabel(context, mark.label, box.x, box.y + 8, seriesColor(mark.style, theme), theme.background);
  }
  return boxes.slice(blocked);
}

/** Boxes of the words that `Texts` marks write, which labels keep free. */
function textBoxes(context, marks, frame, theme) {
  const boxes = [];
  for (const mark of marks) {
    if (mark.kind !== "texts") continue;
    context.font = fontOf(theme, mark.size, mark.bold ? 600 : 400);
    for (let i = 0; i < mark.x.length; i += 1) {
      const place = mark.text[i] && pointPlace(mark, frame, i);
      if (!place) continue;
      const width = context.measureText(mark.text[i]).width;
      const x = place.x - (mark.align === "center" ? width / 2 : mark.align === "right" ? width : 0);
      boxes.push({ x, y: place.y - mark.size / 2, width, height: mark.size });
    }
  }
  return boxes;
}

function drawPointLabels(context, marks, frame, theme, blocked, previous) {
  const labels = [];
  const points = [];
  const ink = createInkMap(frame.width, frame.height);
  marks.forEach((mark, k) => {
    if (mark.kind === "line") {
      for (let i = 1; i < mark.x.length; i += 1) ink.addLine(frame.toX(mark.x[i - 1]), frame.toY(mark.y[i - 1]), frame.toX(mark.x[i]), frame.toY(mark.y[i]), Math.min(1, mark.emphasis));
    }
    if (mark.kind !== "points") return;
    for (let i = 0; i < mark.x.length; i += 1) {
      const place = pointPlace(mark, frame, i);
      if (!place) continue;
      const id = `${k}:${i}`;
      const radius = each(mark.size, i) + (i === mark.selected ? 6 : 1);
      points.push({ ...place, radius, id });
      if (!mark.labels[i]) continue;
      context.font = fontOf(theme, SIZE, 500);
      labels.push({ ...place, id, radius, width: context.measureText(mark.labels[i]).width, height: SIZE + 1, text: mark.labels[i], color: seriesColor(styleOf(mark, i), theme), priority: i === mark.selected ? 2 : 1 });
    }
  });
  if (!labels.length) return [];
  const bounds = { x: Math.max(0, frame.left - 6), y: Math.max(0, frame.top - 6), width: frame.right - frame.left + 12, height: frame.bottom - frame.top + 10 };
  const placed = placeLabels(labels, { bounds, blocked, points, ink, previous });
  context.font = fontOf(theme, SIZE, 500);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const label of placed) {
    if (label.leader) {
      context.beginPath();
      context.moveTo(label.leader[0], label.leader[1]);
      context.lineTo(label.leader[2], label.leader[3]);
      context.strokeStyle = withAlpha(label.color, 0.5);
      context.lineWidth = 1;
      context.stroke();
    }
    drawLabel(context, label.text, label.box.x, label.box.y + label.box.height / 2, label.color, theme.background);
  }
  return placed.map((label) => ({ text: label.text, ...label.box }));
}

/** Write all names of a panel; returns their boxes (tests look for overlaps): `{ends, rules, points}`. */
export function drawLabels(context, panel, marks, frame, theme, previous) {
  const room = panel.labels > 0 ? frame.width - frame.right : 0;
  const ends = room > 0 ? drawEnds(context, endsOf(marks, frame, theme), frame, theme, room) : [];
  const rules = drawRuleLabels(context, marks, frame, theme, room === 0);
  const blocked = [...ends, ...rules, ...textBoxes(context, marks, frame, theme)];
  return { ends, rules, points: drawPointLabels(context, marks, frame, theme, blocked, previous) };
}
