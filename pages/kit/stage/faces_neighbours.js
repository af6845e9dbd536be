// Is it memorized? The chosen face beside the training faces nearest to it, and the distances of all faces to theirs,
// against those of new drawings, which nobody can have memorized.

import { fontOf, makeElement, sizeCanvas, withAlpha } from "./base.js";
import { drawFace } from "./faces_data.js";

/** Build the picture in `box`. */
export function createNeighbours(box) {
  const canvas = makeElement("canvas", { class: "picture-canvas faces-canvas", role: "img", tabindex: "0" });
  box.replaceChildren(canvas);
  const state = { data: null, sheet: null };

  /** Distances as a strip of ticks with their median, one group a line. */
  function drawDistances(context, theme, frame) {
    const { groups, own } = state.data.neighbours;
    const high = Math.max(...groups.flatMap((group) => group.values), own) * 1.05;
    const label = Math.min(190, (frame.right - frame.left) * 0.36);
    const toX = (value) => frame.left + label + (value / high) * (frame.right - frame.left - label);
    const line = (frame.bottom - frame.top - 30) / groups.length;
    groups.forEach((group, place) => {
      const y = frame.top + (place + 0.5) * line;
      const color = theme.dark ? group.dark : group.light;
      context.font = fontOf(theme, 13.5, 600);
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.fillStyle = color;
      context.fillText(group.name, frame.left, y - 8);
      context.font = fontOf(theme, 13, 400);
      context.fillStyle = withAlpha(theme.ink, 0.66);
      context.fillText(`median ${group.median.toFixed(3)}`, frame.left, y + 9);
      context.fillStyle = withAlpha(color, 0.5);
      for (const value of group.values) context.fillRect(toX(value) - 1, y - 12, 2, 24);
      context.fillStyle = color;
      context.fillRect(toX(group.median) - 2, y - 17, 4, 34);
    });
    context.fillStyle = withAlpha(theme.ink, 0.2);
    context.fillRect(toX(0), frame.bottom - 24, toX(high) - toX(0), 1);
    context.font = fontOf(theme, 13, 400);
    context.fillStyle = withAlpha(theme.ink, 0.66);
    context.textAlign = "center";
    for (let tick = 0; tick < high; tick += high > 0.25 ? 0.1 : 0.05) context.fillText(tick ? tick.toFixed(2) : "0", toX(tick), frame.bottom - 13);
    context.fillStyle = theme.accent;
    context.fillRect(toX(own) - 1, frame.top, 2, frame.bottom - frame.top - 24);
    context.font = fontOf(theme, 13, 600);
    context.textAlign = toX(own) > frame.right - 90 ? "right" : "left";
    context.fillText("A", toX(own) + (context.textAlign === "right" ? -5 : 4), frame.top + 2);
    context.font = fontOf(theme, 13, 400, true);
    context.textAlign = "right";
    context.fillStyle = withAlpha(theme.ink, 0.66);
    context.fillText("distance to the nearest training face; a copy lies at 0", frame.right, frame.bottom + 4);
    context.textAlign = "left";
  }

  const view = {
    unit: "step",
    update(data, sheets) {
      state.data = data;
      [state.sheet] = sheets;
    },
    range: () => null,
    draw(theme) {
      const [width, height] = [box.clientWidth, box.clientHeight];
      const { columns, distances, caption } = state.data.neighbours;
      const context = sizeCanvas(canvas, width, height);
      context.clearRect(0, 0, width, height);
      const chart = Math.min(200, height * 0.34);
      const narrow = width < 480;
      const main = narrow ? width * 0.42 : Math.min(250, height - chart - 60, width * 0.32);
      const across = 3;
      const gap = 10;
      const left = main + 28;
      const small = Math.min((width - left - 2 * gap) / across, (height - chart - 84) / 2 - 10);
      context.textBaseline = "alphabetic";
      context.font = fontOf(theme, 13.5, 600);
      context.fillStyle = theme.ink;
      context.fillText("Generated", 0, 14);
      context.fillText(caption, left, 14);
      drawFace(context, state.sheet, columns, 0, 0, 24, main, state.data.side);
      context.strokeStyle = theme.accent;
      context.lineWidth = 2.5;
      context.strokeRect(1.25, 25.25, main - 2.5, main - 2.5);
      context.font = fontOf(theme, 13, 400);
      distances.slice(0, 2 * across).forEach((distance, place) => {
        const x = left + (place % across) * (small + gap);
        const y = 24 + Math.floor(place / across) * (small + 28);
        drawFace(context, state.sheet, columns, place + 1, x, y, small, state.data.side);
        context.fillStyle = withAlpha(theme.ink, 0.66);
        context.fillText(`${place + 1}. at ${distance.toFixed(3)}`, x, y + small + 16);
      });
      drawDistances(context, theme, { left: 0, right: width - 8, top: height - chart, bottom: height - 16 });
      canvas.setAttribute("aria-label", view.describe());
    },
    paintFace: null,
    title() {
      const { own, groups } = state.data.neighbours;
      return ["Face A to its nearest", `${own.toFixed(3)}; new ones ${groups[1].median.toFixed(3)}`];
    },
    describe() {
      const { groups, own } = state.data.neighbours;
      return `The chosen face and the training faces nearest to it, the nearest at ${own.toFixed(3)}. ${groups.map((group) => `${group.name}: median ${group.median.toFixed(3)}`).join(". ")}.`;
    },
    inspect: () => ({ distances: state.data.neighbours.distances }),
  };
  return view;
}
