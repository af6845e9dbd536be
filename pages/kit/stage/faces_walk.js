// The walk from one face to another: a straight line in latent space, played by the transport.

import { fontOf, makeElement, sizeCanvas, withAlpha } from "./base.js";
import { aroundPoint, drawFace, drawMixture } from "./faces_data.js";

const STATIONS = 9;

/** Build the walk in `box`. `actions`: `position()`, `seek(position)`, `playing()`. */
export function createWalk(box, actions) {
  const canvas = makeElement("canvas", { class: "picture-canvas faces-canvas", role: "img", tabindex: "0" });
  box.replaceChildren(canvas);
  const state = { data: null, sheet: null, stations: [] };

  canvas.onclick = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    const hit = state.stations.find((one) => x >= one.x && x < one.x + one.size && y >= one.y && y < one.y + one.size);
    if (hit) actions.seek(hit.frame);
  };

  function paint(context, position, x, y, size) {
    const { columns, count } = state.data.walk;
    drawMixture(context, state.sheet, columns, aroundPoint(position, count), x, y, size, state.data.side);
  }

  const view = {
    unit: "frame",
    update(data, sheets) {
      state.data = data;
      [state.sheet] = sheets;
    },
    range: () => ({ last: state.data.walk.count - 1, values: null }),
    draw(theme) {
      const [width, height] = [box.clientWidth, box.clientHeight];
      const { columns, count } = state.data.walk;
      const context = sizeCanvas(canvas, width, height);
      context.clearRect(0, 0, width, height);
      const row = Math.min(90, (width - 8) / STATIONS);
      const end = Math.min(150, width * 0.2);
      const main = Math.max(120, Math.min(height - row - 44, width - 2 * end - 56));
      const top = Math.max(4, (height - main - row - 40) / 2);
      const left = (width - main) / 2;
      paint(context, actions.position(), left, top, main);
      context.font = fontOf(theme, 15.5, 600);
      context.textBaseline = "alphabetic";
      context.textAlign = "center";
      for (const [name, index, x] of [["A", 0, left - end - 24], ["B", count - 1, left + main + 24]]) {
        const y = top + (main - end) / 2;
        drawFace(context, state.sheet, columns, index, x, y, end, state.data.side);
        context.fillStyle = theme.ink;
        context.fillText(name, x + end / 2, y + end + 20);
      }
      const first = (width - row * STATIONS) / 2;
      const y = top + main + 30;
      state.stations = [];
      for (let station = 0; station < STATIONS; station += 1) {
        const frame = Math.round((station * (count - 1)) / (STATIONS - 1));
        const x = first + station * row;
        drawFace(context, state.sheet, columns, frame, x + 2, y, row - 4, state.data.side);
        state.stations.push({ frame, x: x + 2, y, size: row - 4 });
      }
      const x = first + row / 2 + (actions.position() / (count - 1)) * row * (STATIONS - 1);
      context.strokeStyle = withAlpha(theme.ink, 0.25);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(first + row / 2, y - 10);
      context.lineTo(first + row * (STATIONS - 0.5), y - 10);
      context.stroke();
      context.fillStyle = theme.accent;
      context.beginPath();
      context.arc(x, y - 10, 6, 0, 2 * Math.PI);
      context.fill();
      context.textAlign = "left";
      if (!actions.playing()) canvas.setAttribute("aria-label", view.describe());
    },
    paintFace: null,
    title() {
      const part = Math.round((100 * actions.position()) / (state.data.walk.count - 1));
      return ["On the way from A to B", `${part} %`];
    },
    describe() { return `A face on the way from A to B, ${view.title()[1]} of the way.`; },
    inspect: () => ({ stations: state.stations }),
  };
  return view;
}
