// The board as a file to keep: all its pictures and numbers as seen, on an opaque ground.

import { makeElement } from "./base.js";

const EDGE = 20;

function writeText(context, element, origin) {
  const text = element.textContent;
  const box = element.getBoundingClientRect();
  if (!text || !box.width) return;
  const style = getComputedStyle(element);
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  context.textAlign = style.textAlign === "right" ? "right" : "left";
  const x = (style.textAlign === "right" ? box.right : box.left) - origin.left;
  context.fillText(text, x, (box.top + box.bottom) / 2 - origin.top, box.width + 1);
}

/** Put canvases and words of `grid` on one canvas, at the sharpness of the screen; `line` says below what it shows. */
export function joinBoard(grid, theme, line = "") {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const areas = [...grid.querySelectorAll(".board-panel")].map((one) => one.getBoundingClientRect());
  const box = { left: Math.min(...areas.map((one) => one.left)), top: Math.min(...areas.map((one) => one.top)) };
  const wide = Math.max(...areas.map((one) => one.right)) - box.left;
  const high = Math.max(...areas.map((one) => one.bottom)) - box.top;
  const sheet = document.createElement("canvas");
  sheet.width = Math.round((wide + 2 * EDGE) * ratio);
  sheet.height = Math.round((high + 2 * EDGE + (line ? 24 : 0)) * ratio);
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.translate(EDGE, EDGE);
  for (const canvas of grid.querySelectorAll(".board-canvas, .board-sample")) {
    const place = canvas.getBoundingClientRect();
    if (canvas.width && place.width) context.drawImage(canvas, place.left - box.left, place.top - box.top, place.width, place.height);
  }
  for (const word of grid.querySelectorAll(".chart-title, .chart-note, .board-word")) writeText(context, word, box);
  if (line) {
    context.font = `500 13.5px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(line, 0, high + 20);
  }
  return sheet;
}

/** Save a canvas as a PNG file of that name. */
export function saveCanvas(canvas, name) {
  canvas.toBlob((blob) => {
    const link = makeElement("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, "image/png");
}
