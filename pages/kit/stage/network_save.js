// What the learner can take along: the whole picture, as seen, as one PNG.

import { fontOf, iconMarkup, makeElement } from "./base.js";

const SAVE_ICON = '<path d="M9.200 3h1.600v7l2.600-2.600 1.100 1.100L10 13 5.500 8.500l1.100-1.100L9.200 10zM4 14.400h1.600V16h8.800v-1.600H16v3.200H4z"/>';

/** Put the network, its maps and the loss chart on one canvas, at the sharpness of the screen. */
function joinPicture({ theme, canvas, outputs, chart, epoch }) {
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  const gap = 24;
  const side = Math.max(...outputs.map((output) => output.canvas.clientWidth), chart.clientWidth);
  const maps = outputs.reduce((sum, output) => sum + output.canvas.clientHeight + 30, 0);
  const width = canvas.clientWidth + side + 3 * gap;
  const height = Math.max(canvas.clientHeight, maps + chart.clientHeight + 20) + 2 * gap;
  const sheet = document.createElement("canvas");
  sheet.width = Math.round(width * ratio);
  sheet.height = Math.round(height * ratio);
  const context = sheet.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.drawImage(canvas, gap, gap, canvas.clientWidth, canvas.clientHeight);
  const left = canvas.clientWidth + 2 * gap;
  let top = gap;
  const write = (text) => {
    context.font = fontOf(theme, 13.5, 600);
    context.fillStyle = theme.ink;
    context.textBaseline = "top";
    context.fillText(text, left, top);
    top += 20;
  };
  outputs.forEach((output, k) => {
    write(`Output${outputs.length > 1 ? ` ${"AB"[k]}` : ""} at epoch ${epoch}`);
    context.drawImage(output.canvas, left, top, output.canvas.clientWidth, output.canvas.clientHeight);
    top += output.canvas.clientHeight + 10;
  });
  write("Loss and accuracy by epoch");
  context.drawImage(chart, left, top, chart.clientWidth, chart.clientHeight);
  return sheet;
}

/** A button in the corner of `picture` that saves what `parts()` shows as `network-epoch-….png`. */
export function createPictureSaver(picture, parts) {
  const button = makeElement("button", {
    type: "button", class: "nn-save", "aria-label": "Save the picture as PNG", title: "Save the picture as PNG", innerHTML: iconMarkup(SAVE_ICON, 18),
  });
  button.onclick = () => {
    const content = parts();
    joinPicture(content).toBlob((blob) => {
      const link = makeElement("a", { href: URL.createObjectURL(blob), download: `network-epoch-${content.epoch}.png` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  };
  picture.append(button);
}
