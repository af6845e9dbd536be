// What the learner should see: how the errors fell, on the data the network learned from (ink, solid) and on data it
// never saw (amber, dashed), and the three numbers of the epoch under the playhead.

import { makeElement } from "./base.js";
import { createChart } from "./curves.js";
import { indexAtEpoch } from "./network_model.js";
import { formatNumber } from "./numbers.js";

/** Training is ink and solid, validation amber and dashed, everywhere in the app. */
export const CURVE_STYLES = {
  training: { light: "#12161C", dark: "#E8ECF1", dash: [] },
  validation: { light: "#B07000", dark: "#F0B02E", dash: [6, 3] },
  versusTraining: { light: "#4B5BC4", dark: "#9AA5F5", dash: [2, 3] },
  versusValidation: { light: "#AD4F87", dark: "#DE93BF", dash: [10, 3, 2, 3] },
};

const anyFinite = (values) => values.some(Number.isFinite);

/**
 * Upper end of the loss axis: the largest value, but at most 3 times what 90 % of the epochs stay below (and not less
 * than 0.1 of the largest): a steep start or a spike leaves the chart at the top and the rest stays readable.
 */
export function lossTop(lists) {
  const values = lists.flatMap((list) => Array.from(list)).filter(Number.isFinite).sort((a, b) => a - b);
  if (!values.length) return 1;
  const high = values[values.length - 1];
  const usual = values[Math.floor((values.length - 1) * 0.9)];
  return Math.max(1e-6, Math.min(high * 1.02, Math.max(3 * usual, 0.1 * high)));
}

/** The curve without the stretches above the chart's top, so that it enters from the edge and does not run along it. */
function belowTop(values, top) {
  return Float32Array.from(values, (value, k) => (value > top && !(values[k - 1] <= top) && !(values[k + 1] <= top) ? NaN : value));
}

/** The curves of one choice ("loss" or "metric") of network A and, beside it, B: series for curves.js. */
function listSeries(choice, curves, versus) {
  const parts = choice === "loss" ? ["loss", "validation_loss"] : ["metric", "validation_metric"];
  const series = [];
  const add = (source, name, id, label, style, band) => {
    if (source && anyFinite(source[name])) series.push({ id, label, style, x: source.epoch, y: source[name], strong: false, band });
  };
  const band = choice === "loss" && curves.band;
  add(curves, parts[0], "training", versus ? "A train" : "training", CURVE_STYLES.training, band && band.low ? { low: band.low, high: band.high } : null);
  const validationBand = band && band.validation_low ? { low: band.validation_low, high: band.validation_high } : null;
  add(curves, parts[1], "validation", versus ? "A val." : "validation", CURVE_STYLES.validation, validationBand);
  add(versus, parts[0], "versus-training", "B train", CURVE_STYLES.versusTraining, null);
  add(versus, parts[1], "versus-validation", "B val.", CURVE_STYLES.versusValidation, null);
  return series;
}

/**
 * Chart and number tiles. `setData({curves, versus, lossName, task, lastEpoch})`, `draw(theme, epoch)`.
 * `onScrub(epoch)` is called when the person drags on the chart.
 */
export function createNetworkReadouts(container, onScrub) {
  const chartBox = makeElement("div", { class: "nn-chart" });
  const tiles = makeElement("div", { class: "nn-numbers" });
  container.append(chartBox, tiles);
  const chart = createChart(chartBox, { onScrub, margins: { left: 34, right: 76 } });
  const state = { data: null, choice: "loss" };

  const toggle = (choice) => makeElement("button", {
    type: "button", class: "nn-choice", onclick: () => {
      state.choice = choice;
      showData();
      state.redraw?.();
    },
  });
  const buttons = { loss: toggle("loss"), metric: toggle("metric") };
  const caption = chart.element.querySelector(".panel-caption");
  caption.prepend(makeElement("div", { class: "nn-choices", role: "group", "aria-label": "Curve shown" }, buttons.loss, buttons.metric));

  const numbers = ["training loss", "val. loss", "val. correct"].map((label) => {
    const name = makeElement("span", { class: "nn-number-name" }, label);
    const value = makeElement("b", { class: "nn-number-value" });
    const other = makeElement("span", { class: "nn-number-other" });
    tiles.append(makeElement("div", { class: "nn-number" }, name, makeElement("span", {}, value, other)));
    return { name, value, other };
  });

  function showData() {
    const { curves, versus, lossName, task, lastEpoch } = state.data;
    const isLoss = state.choice === "loss";
    const metric = task === "regression" ? "MSE" : "Accuracy";
    const useMetric = anyFinite(curves.metric) || anyFinite(curves.validation_metric);
    buttons.loss.textContent = "Loss";
    buttons.metric.textContent = metric;
    buttons.metric.hidden = !useMetric;
    for (const [choice, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(choice === state.choice));
    const series = listSeries(state.choice, curves, versus);
    const lists = series.flatMap((one) => (one.band ? [one.y, one.band.high] : [one.y]));
    const lowest = Math.min(1, ...lists.map((list) => list.reduce((a, b) => (b < a ? b : a), 1)));
    const accuracy = !isLoss && task !== "regression";
    const band = isLoss && curves.band ? ` · band: ${curves.band.count} seeds` : "";
    const names = { loss: lossName, metric: task === "regression" ? "mean squared error" : "share correct" };
    const last = Math.max(1, lastEpoch);
    const narrow = chartBox.clientWidth < 330;
    const range = accuracy ? [Math.max(0, Math.floor(lowest * 5 - 0.1) / 5), 1] : [0, lossTop(lists)];
    chart.setData({
      caption: "", note: narrow && band ? band.slice(3) : `${names[state.choice]}${band || ", by epoch"}`, x: [0, last], y: range, log: false,
      series: series.map((one) => ({ ...one, y: belowTop(one.y, range[1]) })),
      description: `${isLoss ? "Loss" : metric} by epoch: ${series.map((one) => `${one.label} ends at ${formatNumber(one.y[one.y.length - 1])}`).join(", ")}${band}.`,
    });
  }

  return {
    chart,
    set onRedraw(redraw) { state.redraw = redraw; },
    get choice() { return state.choice; },
    setData(data) {
      state.data = data;
      showData();
    },
    /** Playhead and numbers at this epoch. */
    draw(theme, epoch) {
      if (!state.data) return;
      chart.draw(theme, epoch);
      const { curves, versus, task } = state.data;
      const regression = task === "regression";
      const percent = (value) => (Number.isFinite(value) ? `${Math.round(value * 100)} %` : "–");
      const [third, writeThird] = regression ? ["val. MSE", formatNumber] : ["val. correct", percent];
      const write = (source, name, format) => {
        const value = source[name][indexAtEpoch(source.epoch, epoch)];
        return format(value);
      };
      const rows = [["training loss", "loss", formatNumber], ["val. loss", "validation_loss", formatNumber], [third, "validation_metric", writeThird]];
      rows.forEach(([label, name, format], k) => {
        numbers[k].name.textContent = label;
        numbers[k].value.textContent = write(curves, name, format);
        numbers[k].other.textContent = versus ? `B ${write(versus, name, format)}` : "";
      });
    },
  };
}
