// Beside the photograph: the boxes as a list for mouse and keyboard, what is marked, how the boxes compare with the true
// ones, and how all scores are spread about the threshold.

import { fontOf, makeElement, sizeCanvas, withAlpha } from "./base.js";
import { KEPT, overlapOf, stepWords } from "./detection_data.js";
import { formatTick } from "./numbers.js";

const BINS = 25;

/** Build the read-outs in `box`. `actions`: hover(number), select(number), removeTruth(index). */
export function createDetectionReadouts(box, actions) {
  const title = makeElement("span", { class: "chart-title" });
  const note = makeElement("span", { class: "chart-note" });
  const list = makeElement("div", { class: "det-list", role: "listbox", "aria-label": "Boxes that stay" });
  const words = makeElement("div", { class: "det-words", "aria-live": "polite" });
  const metrics = makeElement("div", { class: "det-metrics" });
  const canvas = makeElement("canvas", { class: "chart-canvas", role: "img" });
  const chartNote = makeElement("span", { class: "chart-note" }, "log scale");
  const chart = makeElement("div", { class: "det-chart" },
    makeElement("div", { class: "panel-caption" }, makeElement("span", { class: "chart-title" }, "Scores of all candidates"), chartNote),
    makeElement("div", { class: "chart-body" }, canvas));
  box.replaceChildren(makeElement("div", { class: "panel-caption" }, title, note), list, words, metrics, chart);
  let rows = [];
  let shape = "";

  function rowOf(one) {
    const mark = one.right === null ? "" : one.right ? "✓" : "✗";
    const label = `${one.name}, score ${one.score.toFixed(2)}${one.right === null ? "" : one.right ? ", right" : ", wrong"}`;
    return makeElement("button", {
      type: "button", class: "det-row", role: "option", "data-number": one.number, "aria-label": label,
      onclick: () => actions.select(one.number), onpointerenter: () => actions.hover(one.number), onpointerleave: () => actions.hover(null),
      onfocus: () => actions.hover(one.number), onblur: () => actions.hover(null),
    }, makeElement("i", { style: `background:${one.color}` }), makeElement("span", { class: "det-name" }, one.name),
    makeElement("span", { class: "det-mark" }, mark), makeElement("b", {}, one.score.toFixed(2)));
  }

  list.onkeydown = (event) => {
    const place = rows.indexOf(event.target);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (place < 0 || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
  };

  /** A sentence about the marked box, or about the step that is shown. */
  function tell(scene) {
    const { data, step, marked } = scene;
    const one = data.all[marked];
    if (one) {
      const [left, top, right, bottom] = one.box.map((side) => side.toFixed(0));
      const truth = data.truth.map((true_) => (true_.name === one.name ? overlapOf(one.box, true_.box) : 0));
      const parts = [
        makeElement("b", {}, `${one.name} ${one.score.toFixed(3)}`),
        ` at ${left}, ${top} to ${right}, ${bottom}; from the grid of ${one.stride} pixels${one.dropped ? `; dropped ${one.dropped} ${one.dropped === 1 ? "box" : "boxes"}` : ""}.`,
      ];
      if (data.truth.length) parts.push(` Best IoU with a true box of its class: ${Math.max(...truth).toFixed(2)}.`);
      return parts;
    }
    if (step > 0 && step < data.steps.length) {
      const said = stepWords(data, step - 1);
      return [makeElement("b", {}, `${said.what}: ${said.outcome}`), ` ${said.why}.`];
    }
    if (!data.steps.length) return [`None of ${data.all.length} candidates passes the score ${data.threshold.toFixed(2)}.`];
    if (step === 0) return ["Every candidate that passes the score, before any is dropped. Play: best first."];
    const dropped = data.passed - data.kept.length;
    return [`${dropped} ${dropped === 1 ? "box was" : "boxes were"} dropped because a better one covers ${dropped === 1 ? "it" : "them"}. Point at a box to see its own.`];
  }

  function drawChart(theme, data) {
    const body = canvas.parentElement;
    if (body.clientHeight < 40) return;
    const context = sizeCanvas(canvas, body.clientWidth, body.clientHeight);
    context.clearRect(0, 0, body.clientWidth, body.clientHeight);
    const counts = new Array(BINS).fill(0);
    for (const one of data.all) counts[Math.min(BINS - 1, Math.floor(one.score * BINS))] += 1;
    const frame = { left: 4, right: body.clientWidth - 6, top: 18, bottom: body.clientHeight - 20 };
    const most = Math.log10(1 + Math.max(1, ...counts));
    const toX = (score) => frame.left + score * (frame.right - frame.left);
    counts.forEach((count, bin) => {
      if (!count) return;
      const high = (Math.log10(1 + count) / most) * (frame.bottom - frame.top);
      const middle = (bin + 0.5) / BINS;
      context.fillStyle = withAlpha(theme.ink, middle >= data.threshold ? 0.85 : 0.28);
      context.fillRect(toX(bin / BINS) + 0.5, frame.bottom - high, (frame.right - frame.left) / BINS - 1.5, high);
    });
    context.fillStyle = theme.border;
    context.fillRect(frame.left, frame.bottom, frame.right - frame.left, 1);
    context.fillStyle = theme.accent;
    context.fillRect(toX(data.threshold) - 0.75, frame.top - 4, 1.5, frame.bottom - frame.top + 4);
    context.font = fontOf(theme, 13, 500);
    context.textBaseline = "alphabetic";
    const text = `${data.passed} from ${data.threshold.toFixed(2)} on`;
    const fits = toX(data.threshold) + 6 + context.measureText(text).width < frame.right;
    context.textAlign = fits ? "left" : "right";
    context.fillText(text, toX(data.threshold) + (fits ? 6 : -6), frame.top + 6);
    context.font = fontOf(theme, 13, 400);
    context.fillStyle = withAlpha(theme.ink, 0.66);
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      context.textAlign = tick === 0 ? "left" : tick === 1 ? "right" : "center";
      context.fillText(formatTick(tick, tick % 0.5 ? 0.05 : 0.5), toX(tick), body.clientHeight - 5);
    }
    context.textAlign = "left";
    canvas.setAttribute("aria-label", `Histogram of ${data.all.length} scores; ${data.passed} are ${data.threshold.toFixed(2)} or more.`);
  }

  return {
    /** Draw a scene; the list is made anew only when other boxes stay. */
    draw(scene) {
      const { data, theme, step, marked } = scene;
      const atEnd = step >= data.steps.length;
      const kept = atEnd ? data.kept : data.steps.slice(0, step).filter((one) => one.fate === KEPT);
      title.textContent = atEnd ? "Boxes that stay" : "Kept so far";
      note.textContent = `${kept.length} of ${data.passed} that pass the score`;
      const wanted = `${data.revision}|${data.given.join()}|${kept.map((one) => one.number).join()}`;
      if (wanted !== shape) {
        const focused = Number(list.getRootNode().activeElement?.dataset?.number ?? -1);
        shape = wanted;
        rows = kept.map(rowOf);
        list.replaceChildren(...(rows.length ? rows : [makeElement("p", { class: "det-none" }, data.steps.length ? "Nothing yet." : "No box. Lower the score.")]));
        rows.find((row) => Number(row.dataset.number) === focused)?.focus();
      }
      rows.forEach((row, place) => {
        row.setAttribute("aria-selected", String(Number(row.dataset.number) === marked));
        row.tabIndex = place === 0 ? 0 : -1;
      });
      words.replaceChildren(...tell(scene));
      const key = JSON.stringify([data.metrics, data.truth]);
      if (metrics.dataset.key !== key) {
        metrics.dataset.key = key;
        metrics.replaceChildren(...(data.metrics.length ? [makeElement("div", { class: "panel-caption" },
          makeElement("span", { class: "chart-title" }, "Against the true boxes"), makeElement("span", { class: "chart-note" }, `right from IoU ${data.right_from.toFixed(2)}`))] : []),
        ...data.metrics.map(([name, value, why], place) => makeElement("div", { class: place < 3 ? "det-metric" : "det-metric det-wide", title: why }, makeElement("span", {}, name), makeElement("b", {}, value))),
        ...(data.metrics.length ? [makeElement("div", { class: "det-why" }, data.metrics_note)] : []),
        ...(data.truth.length ? [makeElement("div", { class: "det-true" }, ...data.truth.map((one, index) => makeElement("button", {
          type: "button", title: `Remove the true ${one.name}`, "aria-label": `Remove the true box of ${one.name}, best overlap ${one.overlap.toFixed(2)}`, onclick: () => actions.removeTruth(index),
        }, `${one.name}, best IoU ${one.overlap.toFixed(2)} ✕`)))] : []));
      }
      drawChart(theme, data);
    },
    rows: () => rows,
  };
}
