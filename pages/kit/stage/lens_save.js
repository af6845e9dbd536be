// What is shown as one PNG: the whole picture, and the views beside it with their names.

import { fontOf, makeElement } from "./base.js";

const GAP = 24;
const HEAD = 30;

/** Download the picture and its views; `views`: `{name, canvas}`, two in a row. */
export function saveLens(canvas, views, { theme }) {
  const side = views[0].canvas.width;
  const sheet = document.createElement("canvas");
  sheet.width = canvas.width + 2 * side + 4 * GAP;
  sheet.height = Math.max(canvas.height, 2 * (side + HEAD + GAP)) + 2 * GAP;
  const context = sheet.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.drawImage(canvas, GAP, GAP);
  context.fillStyle = theme.ink;
  context.font = fontOf(theme, 18, 600);
  context.textBaseline = "middle";
  views.forEach(({ name, canvas: view }, index) => {
    const x = canvas.width + 2 * GAP + (index % 2) * (side + GAP);
    const y = GAP + Math.floor(index / 2) * (side + HEAD + GAP);
    context.fillText(name, x, y + HEAD / 2);
    context.drawImage(view, x, y + HEAD);
  });
  sheet.toBlob((blob) => {
    const link = makeElement("a", { href: URL.createObjectURL(blob), download: "super_resolution.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
