// The grid: the same seeds at every moment of the training. Playing melts one moment into the next; pointing enlarges a
// face, a click chooses it.

import { fontOf, makeElement, sizeCanvas } from "./base.js";
import { drawFace } from "./faces_data.js";

const GAP = 3;
const ENLARGED = 1.9;
const NAMES = ["A", "B", "C"];

/** Build the grid in `box`. `actions`: `choose(index)`, `schedule()`, `step()` gives the transport's position. */
export function createGrid(box, actions) {
  const canvas = makeElement("canvas", { class: "picture-canvas faces-canvas", role: "application", tabindex: "0" });
  box.replaceChildren(canvas);
  const state = { data: null, sheets: [], hovered: null, chosen: [], layout: null };

  function layoutOf(width, height) {
    const { columns, rows } = state.data.grid;
    const cell = Math.floor(Math.min((width - 4) / columns, (height - 4) / rows));
    return { cell, columns, rows, left: Math.max(2, Math.floor((width - cell * columns) / 2)), top: Math.max(2, Math.floor((height - cell * rows) / 2)) };
  }

  const count = () => state.data.grid.columns * state.data.grid.rows;

  function faceAt(event) {
    const bounds = canvas.getBoundingClientRect();
    const { cell, columns, rows, left, top } = state.layout ?? layoutOf(bounds.width, bounds.height);
    const column = Math.floor((event.clientX - bounds.left - left) / cell);
    const row = Math.floor((event.clientY - bounds.top - top) / cell);
    return column >= 0 && column < columns && row >= 0 && row < rows ? row * columns + column : null;
  }

  function hover(index) {
    if (state.hovered === index) return;
    state.hovered = index;
    actions.schedule();
  }

  function choose(index) {
    if (index === null) return;
    // Shown at once; the server answers with what lies around the face.
    state.chosen = [index, ...state.chosen.filter((one) => one !== index)].slice(0, NAMES.length);
    actions.choose(index);
    actions.schedule();
  }

  canvas.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    const index = faceAt(event);
    canvas.style.cursor = index === null ? "" : "pointer";
    hover(index);
  };
  canvas.onpointerleave = () => hover(null);
  canvas.onclick = (event) => choose(faceAt(event));
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { columns } = state.data.grid;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const at = state.hovered ?? state.chosen[0] ?? 0;
    if (event.key === "Enter") choose(at);
    else if (moves[event.key] !== undefined) hover(Math.max(0, Math.min(count() - 1, at + moves[event.key])));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  canvas.onblur = () => hover(null);

  /** Paint one face at the transport's position: two moments melted into each other. */
  function paint(context, index, x, y, size) {
    const { columns } = state.data.grid;
    const position = Math.min(actions.position(), state.sheets.length - 1);
    const [before, part] = [Math.floor(position + 1e-6), position - Math.floor(position + 1e-6)];
    drawFace(context, state.sheets[before], columns, index, x, y, size, state.data.side);
    if (part > 0.01 && before + 1 < state.sheets.length) {
      context.globalAlpha = part;
      drawFace(context, state.sheets[before + 1], columns, index, x, y, size, state.data.side);
      context.globalAlpha = 1;
    }
  }

  return {
    unit: "step",
    update(data, sheets) {
      state.data = data;
      state.sheets = sheets;
      state.chosen = data.faces.slice();
      canvas.style.aspectRatio = "";
    },
    range: () => ({ last: state.sheets.length - 1, values: state.data.grid.steps }),
    draw(theme) {
      const [width, height] = [box.clientWidth, box.clientHeight];
      const context = sizeCanvas(canvas, width, height);
      state.layout = layoutOf(width, height);
      const { cell, columns, left, top } = state.layout;
      context.clearRect(0, 0, width, height);
      const placeOf = (index) => [left + (index % columns) * cell, top + Math.floor(index / columns) * cell];
      for (let index = 0; index < count(); index += 1) {
        const [x, y] = placeOf(index);
        paint(context, index, x + GAP / 2, y + GAP / 2, cell - GAP);
      }
      state.chosen.forEach((index, place) => {
        if (index >= count()) return;
        const [x, y] = placeOf(index);
        context.lineWidth = place === 0 ? 3.5 : 2.5;
        context.strokeStyle = theme.accent;
        context.setLineDash(place === 0 ? [] : [5, 3]);
        context.strokeRect(x + 1, y + 1, cell - 2, cell - 2);
        context.setLineDash([]);
        context.fillStyle = theme.accent;
        context.fillRect(x + 1, y + 1, 19, 19);
        context.fillStyle = "#fff";
        context.font = fontOf(theme, 13, 600);
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(NAMES[place], x + 10.5, y + 11);
        context.textAlign = "left";
      });
      if (state.hovered !== null) {
        const [x, y] = placeOf(state.hovered);
        const size = cell * ENLARGED;
        const at = [x + cell / 2 - size / 2, y + cell / 2 - size / 2].map((value, axis) => Math.max(2, Math.min((axis ? height : width) - size - 2, value)));
        context.fillStyle = theme.background;
        context.fillRect(at[0] - 3, at[1] - 3, size + 6, size + 6);
        paint(context, state.hovered, at[0], at[1], size);
        context.lineWidth = 2;
        context.strokeStyle = theme.accent;
        context.strokeRect(at[0] - 1, at[1] - 1, size + 2, size + 2);
      }
      if (!actions.playing()) canvas.setAttribute("aria-label", this.describe());
    },
    shownFace: () => state.hovered ?? state.chosen[0] ?? 0,
    paintFace(context, size) { paint(context, this.shownFace(), 0, 0, size); },
    title() {
      const index = this.shownFace();
      const name = NAMES[state.chosen.indexOf(index)];
      return [`Face ${index + 1}${name ? `, ${name}` : ""}`, `step ${state.data.grid.steps[Math.floor(actions.position() + 1e-6)]}`];
    },
    describe() {
      return `${count()} faces from the same seeds, at step ${state.data.grid.steps[Math.floor(actions.position() + 1e-6)]} of ${state.data.grid.steps.at(-1)}. Face ${this.shownFace() + 1} is marked. Arrow keys move, Enter chooses.`;
    },
    inspect: () => ({ hovered: state.hovered, chosen: state.chosen, layout: state.layout }),
  };
}
