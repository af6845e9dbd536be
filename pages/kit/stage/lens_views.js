// The four views beside the picture: the same place, every pixel a sharp square, with what was measured below.

import { makeElement, seriesColor, sizeCanvas } from "./base.js";

/** Draw in `root`. */
export function createLensViews(root) {
  let cells = [];

  function makeCell(view) {
    const canvas = makeElement("canvas", { class: "lens-view", role: "img" });
    const box = makeElement("div", { class: "lens-view-box" }, canvas);
    const mark = makeElement("i", { "aria-hidden": "true" });
    const inside = makeElement("b", {});
    const label = makeElement("span", {}, view.numbers?.length ? "in the lens" : "");
    const measured = (view.numbers ?? []).map((one) => makeElement("span", { class: `lens-number${one.best ? " lens-best" : ""}`, title: one.best ? "best of the enlargements" : null }, one.name, makeElement("b", {}, one.text)));
    measured.splice(1, 0, makeElement("span", { class: "lens-number" }, label, inside));
    const numbers = makeElement("div", { class: "lens-numbers" }, ...measured);
    const caption = makeElement("div", { class: "panel-caption" }, makeElement("span", { class: "chart-title" }, mark, view.name), makeElement("span", { class: "chart-note" }, view.note));
    root.append(makeElement("div", { class: "lens-cell", "data-view": view.id }, caption, box, numbers));
    return { view, canvas, box, inside, label, mark };
  }

  return {
    setData(data) {
      root.replaceChildren();
      cells = data.views.map(makeCell);
    },
    /** Side of a view in CSS pixels. */
    side: () => Math.max(40, Math.min(...cells.map(({ box }) => Math.min(box.clientWidth, box.clientHeight)))),
    /** What is on the screen, for saving: name and canvas. */
    shown: () => cells.map(({ view, canvas }) => ({ name: view.name, canvas })),
    /** Draw a scene: `{theme, data, canvases, lens, zoom, numbers, difference}`. */
    draw({ theme, canvases, lens, zoom, numbers, difference }) {
      cells.forEach(({ view, canvas, inside, label, mark }, index) => {
        const side = Math.round(lens.width * zoom);
        canvas.style.width = canvas.style.height = `${side}px`;
        const context = sizeCanvas(canvas, side, side);
        context.imageSmoothingEnabled = false;
        context.drawImage(canvases[index], lens.x, lens.y, lens.width, lens.height, 0, 0, side, side);
        mark.style.background = view.color ? seriesColor(view.color, theme) : "transparent";
        mark.hidden = !view.color;
        const value = numbers[index];
        if (!index) label.textContent = `${lens.width} × ${lens.height} pixels in the lens`;
        inside.textContent = value === null || !view.numbers ? "" : value === Infinity ? "equal" : value.toFixed(1);
        canvas.setAttribute("aria-label", `${view.name}${difference && index ? ", difference to the truth" : ""}: ${lens.width} by ${lens.height} pixels from ${lens.x}, ${lens.y}, ${zoom} times larger`);
      });
    },
  };
}
