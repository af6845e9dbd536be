// Markers and line samples: each series has one of twelve, the same on the picture, in the ranking and in the charts.

import { seriesColor, sizeCanvas } from "./base.js";

const polygon = (count, turn, radius = 1) =>
  Array.from({ length: count }, (_, i) => [Math.sin(turn + (2 * Math.PI * i) / count) * radius, -Math.cos(turn + (2 * Math.PI * i) / count) * radius]);

const starPoints = () =>
  Array.from({ length: 10 }, (_, i) => {
    const radius = i % 2 ? 0.5 : 1.22;
    return [Math.sin((Math.PI * i) / 5) * radius, -Math.cos((Math.PI * i) / 5) * radius];
  });

const CROSS = [[-1, -0.45], [-0.45, -1], [0, -0.55], [0.45, -1], [1, -0.45], [0.55, 0], [1, 0.45], [0.45, 1], [0, 0.55], [-0.45, 1], [-1, 0.45], [-0.55, 0]];

const MARKER_SHAPES = {
  square: polygon(4, Math.PI / 4, 1.2),
  triangle_up: polygon(3, 0, 1.22),
  triangle_down: polygon(3, Math.PI, 1.22),
  diamond: polygon(4, 0, 1.22),
  star: starPoints(),
  cross: CROSS,
  hexagon: polygon(6, 0, 1.12),
  pentagon: polygon(5, 0, 1.15),
};

/** Draw a marker of about `radius` px at (x, y); names ending in "_open" and "ring" are hollow. */
export function drawMarker(context, marker, x, y, radius, color, background) {
  const hollow = marker === "ring" || marker.endsWith("_open");
  const shape = MARKER_SHAPES[marker.replace("_open", "")];
  context.beginPath();
  if (shape) {
    for (const [dx, dy] of shape) context.lineTo(x + dx * radius, y + dy * radius);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.setLineDash([]);
  context.lineJoin = "round";
  context.lineWidth = hollow ? 4.5 : 3;
  context.strokeStyle = background;
  context.stroke();
  context.fillStyle = hollow ? background : color;
  context.fill();
  if (hollow) {
    context.lineWidth = 1.9;
    context.strokeStyle = color;
    context.stroke();
  }
}

/** Draw the line-and-marker sample of a series on its own small canvas. */
export function drawSample(canvas, style, theme, width = 30, height = 16) {
  const context = sizeCanvas(canvas, width, height);
  const color = seriesColor(style, theme);
  context.clearRect(0, 0, width, height);
  context.beginPath();
  context.moveTo(1, height / 2);
  context.lineTo(width - 1, height / 2);
  context.strokeStyle = color;
  context.lineWidth = style.width ?? 2;
  context.setLineDash(style.dash ?? []);
  context.stroke();
  drawMarker(context, style.marker ?? "disc", width / 2, height / 2, 4.2, color, theme.background);
}

/** Draw an arrow from (x0, y0) to (x1, y1); `dash` for dashed shafts. The head is never longer than the arrow. */
export function drawArrow(context, x0, y0, x1, y1, { color, width = 2, dash = [], halo = null }) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 0.5)) return;
  const ux = (x1 - x0) / length;
  const uy = (y1 - y0) / length;
  const head = Math.min(10, length * 0.7);
  const stroke = (strokeColor, strokeWidth, pattern) => {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1 - ux * head * 0.8, y1 - uy * head * 0.8);
    context.strokeStyle = strokeColor;
    context.lineWidth = strokeWidth;
    context.setLineDash(pattern);
    context.stroke();
    context.setLineDash([]);
  };
  context.lineCap = "butt";
  if (halo) stroke(halo, width + 3, []);
  stroke(color, width, dash);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - ux * head - uy * head * 0.45, y1 - uy * head + ux * head * 0.45);
  context.lineTo(x1 - ux * head + uy * head * 0.45, y1 - uy * head - ux * head * 0.45);
  context.closePath();
  if (halo) {
    context.lineJoin = "round";
    context.strokeStyle = halo;
    context.lineWidth = 2.5;
    context.stroke();
  }
  context.fillStyle = color;
  context.fill();
}
