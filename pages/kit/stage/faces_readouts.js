// Beside the faces: the one under the hand, large; what there is to know about it; and small curves over the training
// with the moment that is shown.

import { fontOf, makeElement, seriesColor, sizeCanvas, withAlpha } from "./base.js";

const MARGIN = { left: 40, right: 70, top: 8, bottom: 20 };

function tickText(value) {
  if (value >= 1000) return `${Math.round(value / 100) / 10}k`;
  return String(Math.round(value * 1000) / 1000).replace("-", "−");
}

/** Round ticks between two ends: two or three of them. */
function ticksOf(low, high) {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span));
  const step = [0.5, 1, 2, 5].map((factor) => factor * power).find((one) => span / one <= 3) ?? 5 * power;
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) ticks.push(Math.round(tick / step) * step);
  return ticks;
}

/** Powers of ten between two logarithms, at most four of them. */
function decadesOf(low, high) {
  const every = Math.max(1, Math.ceil((high - low) / 4));
  const ticks = [];
  for (let power = Math.ceil(low - 1e-9); power <= high + 1e-9; power += every) ticks.push(10 ** power);
  return ticks;
}

/** Draw one small chart: lines with an optional band, and a rule at the place shown. */
export function drawChart(canvas, chart, theme, mark) {
  const [width, height] = [canvas.parentElement.clientWidth, canvas.parentElement.clientHeight];
  if (height < 50 || width < 120) return;
  const context = sizeCanvas(canvas, width, height);
  context.clearRect(0, 0, width, height);
  const frame = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const { x } = chart;
  const all = chart.series.flatMap((one) => [...one.y, ...(one.low ?? []), ...(one.high ?? [])]).filter(Number.isFinite);
  // Where a value falls a thousandfold, only decades show the end; what is below the floor lies on it.
  const levelOf = (value) => (chart.floor ? Math.log10(Math.max(value, chart.floor)) : value);
  const low = chart.floor ? levelOf(0) : chart.low ?? Math.min(...all);
  const high = chart.floor ? Math.max(levelOf(Math.max(...all)), low + 1) : chart.high ?? Math.max(...all, low + 1e-6);
  // Moments lie ever further apart: on an axis of steps each doubling takes the same room.
  const along = (value) => (chart.log ? Math.log2(value + chart.log) : value);
  const toX = (value) => frame.left + ((along(value) - along(x[0])) / (along(x.at(-1)) - along(x[0]) || 1)) * (frame.right - frame.left);
  const toY = (value) => frame.bottom - ((Math.max(low, Math.min(high, levelOf(value))) - low) / (high - low || 1)) * (frame.bottom - frame.top);
  context.font = fontOf(theme, 13, 400);
  context.fillStyle = withAlpha(theme.ink, 0.66);
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of chart.floor ? decadesOf(low, high) : ticksOf(low, high)) {
    context.fillText(tickText(tick), frame.left - 6, toY(tick));
    context.fillRect(frame.left, toY(tick) - 0.5, frame.right - frame.left, 0.5);
  }
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(tickText(x[0]), frame.left, height - 4);
  context.textAlign = "center";
  for (const tick of chart.log ? [100, 1000, 10000].filter((one) => one > x[0] + chart.log && toX(one) < frame.right - 74) : []) {
    context.fillText(tickText(tick), toX(tick), height - 4);
  }
  context.textAlign = "right";
  context.fillText(`${chart.x_label} ${tickText(x.at(-1))}`, frame.right, height - 4);
  const path = (values) => {
    context.beginPath();
    let on = false;
    values.forEach((value, place) => {
      if (value !== null) context[on ? "lineTo" : "moveTo"](toX(x[place]), toY(value));
      on = value !== null;
    });
  };
  const labels = [];
  for (const one of chart.series) {
    const color = seriesColor(one.style, theme);
    if (one.low) {
      path(one.high);
      for (let place = x.length - 1; place >= 0; place -= 1) context.lineTo(toX(x[place]), toY(one.low[place]));
      context.closePath();
      context.fillStyle = withAlpha(color, 0.18);
      context.fill();
    }
    path(one.y);
    context.strokeStyle = color;
    context.lineWidth = 2.2;
    context.lineJoin = "round";
    context.setLineDash(one.style.dash ?? []);
    context.stroke();
    context.setLineDash([]);
    if (one.y.at(-1) !== null) labels.push({ text: one.name, color, y: toY(one.y.at(-1)) });
  }
  context.font = fontOf(theme, 13, 500);
  context.textAlign = "left";
  context.textBaseline = "middle";
  labels.sort((a, b) => a.y - b.y);
  for (let place = 1; place < labels.length; place += 1) labels[place].y = Math.max(labels[place].y, labels[place - 1].y + 14);
  const over = (labels.at(-1)?.y ?? 0) - (height - 8);
  for (const label of labels) {
    context.fillStyle = label.color;
    context.fillText(label.text, frame.right + 6, label.y - Math.max(0, over));
  }
  if (mark !== null) {
    context.fillStyle = theme.accent;
    context.fillRect(toX(mark) - 0.75, frame.top - 4, 1.5, frame.bottom - frame.top + 4);
  }
  canvas.setAttribute("aria-label", chart.alt);
}

/** Build the read-outs in `box`. */
export function createFacesReadouts(box) {
  const title = makeElement("span", { class: "chart-title" });
  const note = makeElement("span", { class: "chart-note" });
  const face = makeElement("canvas", { class: "faces-large", role: "img" });
  const words = makeElement("div", { class: "faces-words", "aria-live": "polite" });
  const charts = makeElement("div", { class: "faces-charts" });
  const action = makeElement("div", { class: "faces-action" });
  box.replaceChildren(makeElement("div", { class: "panel-caption" }, title, note), face, action, words, charts);
  const state = { key: "", canvases: [] };

  return {
    action,
    draw(scene) {
      const { data, theme, view } = scene;
      [title.textContent, note.textContent] = view.title();
      face.hidden = !view.paintFace;
      if (view.paintFace) {
        const size = Math.max(120, Math.min(box.clientWidth, data.view === "grid" ? 236 : 300, box.clientHeight > 80 ? box.clientHeight * 0.46 : 236));
        face.style.width = face.style.height = `${size}px`;
        view.paintFace(sizeCanvas(face, size, size), size);
        face.setAttribute("aria-label", `${title.textContent}, ${note.textContent}`);
      }
      const sentences = view.words?.() ?? data.reads.words;
      const key = JSON.stringify([sentences, data.reads.charts.map((chart) => [chart.title, chart.note])]);
      if (key !== state.key) {
        state.key = key;
        words.replaceChildren(...sentences.map((sentence) => makeElement("p", {}, sentence)));
        state.canvases = data.reads.charts.map(() => makeElement("canvas", { class: "chart-canvas", role: "img" }));
        charts.replaceChildren(...data.reads.charts.map((chart, place) => makeElement("div", { class: "faces-chart" },
          makeElement("div", { class: "panel-caption" }, makeElement("span", { class: "chart-title" }, chart.title), makeElement("span", { class: "chart-note" }, chart.note)),
          makeElement("div", { class: "chart-body" }, state.canvases[place]))));
      }
      data.reads.charts.forEach((chart, place) => drawChart(state.canvases[place], chart, theme, scene.mark(chart)));
    },
  };
}
