// The race's picture as a file to keep: what is seen, on an opaque ground, with a line that says what it is.

import { fontOf, makeElement } from "./base.js";

const FOOTER = 30;

/** Save the canvas of a scene as PNG, at the sharpness of the screen. */
export function saveRace(canvas, scene) {
  const { theme, race, step } = scene;
  const ratio = canvas.width / scene.width;
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height + Math.round(FOOTER * ratio);
  const context = copy.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  context.scale(ratio, ratio);
  context.font = fontOf(theme, 13.5, 500);
  context.fillStyle = theme.muted;
  context.textBaseline = "middle";
  context.fillText(`${race.surface.name}, step ${step} of ${race.steps}`, 12, scene.height + FOOTER / 2);
  copy.toBlob((blob) => {
    const link = makeElement("a", { href: URL.createObjectURL(blob), download: `race-step-${step}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, "image/png");
}
