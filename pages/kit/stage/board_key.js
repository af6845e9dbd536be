// The colours of a map with the values at both ends, in the caption of its panel.

import { makeElement, sizeCanvas } from "./base.js";
import { heatColor } from "./board_cells.js";
import { valueText } from "./board_scale.js";

const WIDTH = 64;
const HEIGHT = 9;

/** The key of a panel's first map that asks for one: `{element, draw(panel, theme)}`; hidden where there is none. */
export function createKey() {
  const low = makeElement("span", { class: "board-word" });
  const high = makeElement("span", { class: "board-word" });
  const canvas = makeElement("canvas", { class: "board-sample board-colors", "aria-hidden": "true" });
  const element = makeElement("span", { class: "board-key", hidden: true }, low, canvas, high);
  return {
    element,
    draw(panel, theme) {
      const mark = panel.marks.find((one) => one.kind === "heat" && one.key);
      element.hidden = !mark;
      if (!mark) return;
      low.textContent = valueText(mark.low);
      high.textContent = valueText(mark.high);
      const context = sizeCanvas(canvas, WIDTH, HEIGHT);
      for (let x = 0; x < WIDTH; x += 1) {
        context.fillStyle = heatColor(mark, mark.low + ((mark.high - mark.low) * (x + 0.5)) / WIDTH, theme);
        context.fillRect(x, 0, 1.5, HEIGHT);
      }
    },
  };
}
