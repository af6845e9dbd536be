// Attribute directions: a row of faces a direction, from little to much; each row is a slider. The face answers at once
// from the row; when the hand lets go, the server takes it as the new face and sends the rows around it.

import { makeElement, sizeCanvas } from "./base.js";
import { aroundPoint, drawFace, drawMixture } from "./faces_data.js";

/** Build the rows in `box`. `actions`: `strengths(list)`, `schedule()`. */
export function createAttributes(box, actions) {
  const list = makeElement("div", { class: "faces-rows" });
  box.replaceChildren(list);
  const state = { data: null, sheet: null, rows: [], moving: null, shape: "" };

  const count = () => state.data.attributes.strengths.length;
  const placeOf = (strength) => {
    const { strengths } = state.data.attributes;
    return ((strength - strengths[0]) / (strengths.at(-1) - strengths[0])) * (count() - 1);
  };
  const strengthAt = (place) => {
    const { strengths } = state.data.attributes;
    return strengths[0] + (place / (count() - 1)) * (strengths.at(-1) - strengths[0]);
  };

  function take(number, place, let_go) {
    state.moving = number;
    state.rows[number].place = place;
    state.rows[number].slider.value = place;
    actions.schedule();
    if (let_go) actions.strengths(state.rows.map((row) => Math.round(strengthAt(row.place) * 100) / 100));
  }

  function makeRow({ name, low, high }, number) {
    const canvas = makeElement("canvas", { class: "faces-strip", "aria-hidden": "true" });
    const slider = makeElement("input", {
      type: "range", min: "0", max: String(count() - 1), step: "0.05", "aria-label": name, "data-attribute": name,
      oninput: () => take(number, Number(slider.value), false), onchange: () => take(number, Number(slider.value), true),
    });
    canvas.onclick = (event) => {
      const bounds = canvas.getBoundingClientRect();
      const place = Math.floor(((event.clientX - bounds.left) / bounds.width) * count());
      take(number, Math.max(0, Math.min(count() - 1, place)), true);
    };
    const element = makeElement("div", { class: "faces-row" },
      makeElement("div", { class: "faces-row-name" }, makeElement("b", {}, name), makeElement("span", {}, `${low} … ${high}`)),
      makeElement("div", { class: "faces-row-body" }, canvas, slider));
    return { canvas, slider, element, place: 0 };
  }

  const view = {
    unit: "step",
    update(data, sheets) {
      state.data = data;
      [state.sheet] = sheets;
      const shape = JSON.stringify(data.attributes.rows.map((row) => [row.name, row.low, row.high])) + count();
      if (shape !== state.shape) {
        state.shape = shape;
        state.rows = data.attributes.rows.map(makeRow);
        list.replaceChildren(...state.rows.map((row) => row.element));
      }
      state.moving = null;
      data.attributes.rows.forEach((row, number) => {
        state.rows[number].place = placeOf(row.at);
        state.rows[number].slider.value = state.rows[number].place;
      });
    },
    range: () => null,
    draw(theme) {
      state.rows.forEach(({ canvas, slider, place }, number) => {
        const size = Math.max(24, Math.min(canvas.parentElement.clientWidth / count(), box.clientHeight / state.rows.length - 30));
        canvas.style.width = `${size * count()}px`;
        canvas.style.height = `${size}px`;
        slider.style.width = `${size * (count() - 1) + 16}px`;
        slider.style.marginLeft = `${size / 2 - 8}px`;
        const context = sizeCanvas(canvas, size * count(), size);
        context.clearRect(0, 0, size * count(), size);
        for (let index = 0; index < count(); index += 1) {
          drawFace(context, state.sheet, count(), number * count() + index, index * size + 1, 1, size - 2, state.data.side);
        }
        context.lineWidth = 2.5;
        context.strokeStyle = theme.accent;
        context.strokeRect(place * size + 1.25, 1.25, size - 2.5, size - 2.5);
        const strength = strengthAt(place);
        slider.setAttribute("aria-valuetext", `${strength.toFixed(1)} standard deviations`.replace("-", "minus "));
      });
    },
    paintFace(context, size) {
      const number = state.moving ?? 0;
      drawMixture(context, state.sheet, count(), aroundPoint(state.rows[number].place, count(), number * count()), 0, 0, size, state.data.side);
    },
    title() {
      if (state.moving === null) return ["The face, changed so", `${state.data.attributes.rows.filter((row) => Math.abs(row.at) > 0.01).length} sliders off zero`];
      const strength = strengthAt(state.rows[state.moving].place);
      return [state.data.attributes.rows[state.moving].name, `${strength >= 0 ? "+" : "−"}${Math.abs(strength).toFixed(1)}`];
    },
    describe: () => "The chosen face with its attributes changed.",
    inspect: () => ({ places: state.rows.map((row) => row.place), moving: state.moving }),
  };
  return view;
}
