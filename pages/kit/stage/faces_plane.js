// The plane through three faces: a map of small faces, and the face under the hand at once, mixed from its neighbours.

import { fontOf, makeElement, sizeCanvas } from "./base.js";
import { aroundPlace, drawFace, drawMixture } from "./faces_data.js";

/** Build the plane in `box`. `actions`: `schedule()`. */
export function createPlane(box, actions) {
  const canvas = makeElement("canvas", { class: "picture-canvas faces-canvas faces-drag", role: "application", tabindex: "0" });
  box.replaceChildren(canvas);
  const state = { data: null, sheet: null, at: null, layout: null, map: null };

  const clamp = (value) => Math.max(0, Math.min(state.data.plane.count - 1, value));

  function moveTo(across, down) {
    state.at = [clamp(across), clamp(down)];
    actions.schedule();
  }

  function follow(event) {
    const bounds = canvas.getBoundingClientRect();
    const { left, top, cell } = state.layout;
    moveTo((event.clientX - bounds.left - left) / cell - 0.5, (event.clientY - bounds.top - top) / cell - 0.5);
  }

  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  };
  canvas.onpointermove = (event) => {
    if (canvas.hasPointerCapture(event.pointerId) || event.pointerType !== "touch") follow(event);
  };
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 1 : 0.25;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    moveTo(state.at[0] + move[0], state.at[1] + move[1]);
  };

  /** From the plane's own coordinates (0, 0 is A; 1, 0 is B; 0, 1 is C) to places on the sheet. */
  function placeOf(x, y) {
    const { low, high, count } = state.data.plane;
    const scale = (count - 1) / (high - low);
    return [(x - low) * scale, (high - y) * scale];
  }

  function coordinates() {
    const { low, high, count } = state.data.plane;
    const scale = (high - low) / (count - 1);
    return [low + state.at[0] * scale, high - state.at[1] * scale];
  }

  /** The map itself is drawn once for a sheet and a size: 289 faces. */
  function mapOf(cell, ratio) {
    const size = Math.round(cell * state.data.plane.count * ratio);
    if (state.map?.size === size && state.map.sheet === state.sheet) return state.map.canvas;
    const map = document.createElement("canvas");
    map.width = map.height = size;
    const context = map.getContext("2d");
    const one = size / state.data.plane.count;
    for (let index = 0; index < state.data.plane.count ** 2; index += 1) {
      const [column, row] = [index % state.data.plane.count, Math.floor(index / state.data.plane.count)];
      drawFace(context, state.sheet, state.data.plane.count, index, column * one, row * one, one, state.data.side);
    }
    state.map = { size, sheet: state.sheet, canvas: map };
    return map;
  }

  const view = {
    unit: "step",
    update(data, sheets) {
      const fresh = state.data?.plane.sheet !== data.plane.sheet;
      state.data = data;
      [state.sheet] = sheets;
      if (fresh || !state.at) state.at = placeOf(0.33, 0.33);
    },
    range: () => null,
    draw(theme) {
      const [width, height] = [box.clientWidth, box.clientHeight];
      const context = sizeCanvas(canvas, width, height);
      const cell = Math.min(width - 8, height - 8) / state.data.plane.count;
      state.layout = { cell, left: Math.max(4, (width - cell * state.data.plane.count) / 2), top: 4 };
      const { left, top } = state.layout;
      context.clearRect(0, 0, width, height);
      const side = cell * state.data.plane.count;
      context.drawImage(mapOf(cell, Math.min(3, window.devicePixelRatio || 1)), left, top, side, side);
      const toScreen = ([across, down]) => [left + (across + 0.5) * cell, top + (down + 0.5) * cell];
      const corners = state.data.plane.marks.map((mark) => ({ ...mark, at: toScreen(placeOf(mark.x, mark.y)) }));
      context.lineWidth = 1.5;
      context.strokeStyle = theme.background;
      context.beginPath();
      corners.forEach(({ at: [x, y] }, place) => (place ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.closePath();
      context.stroke();
      context.font = fontOf(theme, 14, 600);
      context.textAlign = "center";
      context.textBaseline = "middle";
      for (const { name, at: [x, y] } of corners) {
        context.fillStyle = theme.accent;
        context.beginPath();
        context.arc(x, y, 12, 0, 2 * Math.PI);
        context.fill();
        context.lineWidth = 2;
        context.strokeStyle = "#fff";
        context.stroke();
        context.fillStyle = "#fff";
        context.fillText(name, x, y + 0.5);
      }
      context.textAlign = "left";
      const [x, y] = toScreen(state.at);
      for (const [radius, style, pen] of [[17, "#fff", 6], [17, theme.accent, 3]]) {
        context.strokeStyle = style;
        context.lineWidth = pen;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
      }
      canvas.setAttribute("aria-label", view.describe());
    },
    paintFace(context, size) {
      drawMixture(context, state.sheet, state.data.plane.count, aroundPlace(...state.at, state.data.plane.count), 0, 0, size, state.data.side);
    },
    title() {
      const [x, y] = coordinates();
      const share = (value) => `${Math.round(100 * value)}`.replace("-", "−");
      return ["Under the hand", `A ${share(1 - x - y)} %, B ${share(x)} %, C ${share(y)} %`];
    },
    describe() {
      return `The latent plane through three faces, ${view.title()[1]}. Drag, or use the arrow keys.`;
    },
    inspect: () => ({ at: state.at, layout: state.layout, coordinates: coordinates() }),
  };
  return view;
}
