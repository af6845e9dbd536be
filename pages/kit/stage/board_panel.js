// One picture of the board: caption, canvas, and a second canvas above it for what the pointer does.

import { makeElement, sizeCanvas } from "./base.js";
import { drawAxes } from "./board_axes.js";
import { rectanglePlace } from "./board_boxes.js";
import { each, markAt } from "./board_data.js";
import { createKey } from "./board_key.js";
import { drawLabels } from "./board_labels.js";
import { drawMarks, drawRing, pointPlace } from "./board_marks.js";
import { frameOf, marginsOf } from "./board_scale.js";
import { createPanelTouch } from "./board_touch.js";

/** Let single sizes of texts and points grow and shrink with the drawing they were designed for. */
function scaleSizes(marks, [width, height], shownWidth, shownHeight) {
  const share = Math.min(width ? shownWidth / width : Infinity, height ? shownHeight / height : Infinity);
  if (!Number.isFinite(share)) return;
  for (const mark of marks) if (typeof mark.size === "number") mark.size *= Math.max(0.55, Math.min(1.7, share));
}

/** A panel of the board. `owner`: see board.js. */
export function createPanelView(owner) {
  const title = makeElement("span", { class: "chart-title" });
  const note = makeElement("span", { class: "chart-note" });
  const key = createKey();
  const caption = makeElement("div", { class: "panel-caption" }, title, key.element, note);
  const canvas = makeElement("canvas", { class: "board-canvas", role: "img" });
  const over = makeElement("canvas", { class: "board-over", "aria-hidden": "true" });
  const tip = makeElement("div", { class: "board-tip", hidden: true });
  const body = makeElement("div", { class: "board-body" }, canvas, over, tip);
  const element = makeElement("section", { class: "board-panel" }, caption, body);
  const view = {
    element, caption, canvas, over, tip, body, panel: null, marks: [], frame: null, margins: null, theme: null,
    boxes: { ends: [], rules: [], points: [] }, previous: new Map(), guide: null, hit: null, picked: null,
    width: 0, height: 0,
  };
  const touch = createPanelTouch(view, owner);
  view.touch = touch;

  /** Rings of the selected, and of what was picked and not yet answered. */
  function drawSelected(context) {
    const { frame, theme, picked } = view;
    view.marks.forEach((mark, k) => {
      const index = picked?.mark === k ? picked.index : picked?.mark >= 0 && view.marks[picked.mark].kind === mark.kind ? -1 : mark.selected;
      if (index === undefined || index < 0) return;
      if (mark.kind === "points" && index < mark.x.length) {
        const place = pointPlace(mark, frame, index);
        if (place) drawRing(context, place.x, place.y, each(mark.size, index) + 4.5, theme.accent, theme);
      }
      if (mark.kind === "rectangles" && index < mark.x0.length) {
        const box = rectanglePlace(mark, frame, index);
        if (!box) return;
        context.strokeStyle = theme.accent;
        context.lineWidth = 2.2;
        context.setLineDash([]);
        context.strokeRect(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
      }
    });
    if (picked && picked.mark < 0) drawRing(context, frame.toX(picked.x), frame.toY(picked.y), 7, theme.accent, theme);
  }

  Object.assign(view, {
    setPanel(panel) {
      view.panel = panel;
      view.picked = null;
      title.textContent = panel.title;
      note.textContent = panel.note;
      canvas.setAttribute("aria-label", panel.alt || panel.title);
    },
    /** Measure the body and the margins its axes want. `panel`: the one handed over, or with ticks of its own. */
    measure(theme, panel) {
      view.panel = panel;
      view.theme = theme;
      view.width = body.clientWidth;
      view.height = body.clientHeight;
      view.margins = marginsOf(view.panel, view.width, view.height, canvas.getContext("2d"), theme);
    },
    /** Draw the panel at a frame, after `measure`. */
    draw(theme, step) {
      if (view.width < 30 || view.height < 20) return;
      view.theme = theme;
      view.frame = frameOf(view.panel, view.width, view.height, view.margins);
      view.marks = view.panel.marks.map((mark) => markAt(mark, step));
      scaleSizes(view.marks, view.panel.designed ?? [0, 0], view.width, view.height);
      const context = sizeCanvas(canvas, view.width, view.height);
      context.clearRect(0, 0, view.width, view.height);
      const ratio = canvas.width / view.width;
      key.draw(view.panel, theme);
      drawAxes(context, view.frame, theme);
      drawMarks(context, view.marks, view.frame, theme, ratio);
      view.boxes = drawLabels(context, view.panel, view.marks, view.frame, theme, view.previous);
      drawSelected(context);
      touch.refresh();
    },
    destroy() {
      touch.destroy();
      element.remove();
    },
  });
  return view;
}
