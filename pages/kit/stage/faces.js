// Faces: a generator's pictures as a grid through its training, as a plane to drag across, as a walk, along directions of
// attributes, beside their nearest training faces, and as a quiz. One sheet of pictures a moment; the browser does the rest.

import { iconMarkup, makeElement, makeScheduler, readTheme, watchAppearance } from "./base.js";
import { createAttributes } from "./faces_attributes.js";
import { loadSheet, sheetsOf } from "./faces_data.js";
import { createGrid } from "./faces_grid.js";
import { createNeighbours } from "./faces_neighbours.js";
import { createPlane } from "./faces_plane.js";
import { createQuiz } from "./faces_quiz.js";
import { createFacesReadouts } from "./faces_readouts.js";
import { createWalk } from "./faces_walk.js";
import { createTransport } from "./transport.js";

const VIEWS = { grid: createGrid, plane: createPlane, walk: createWalk, attributes: createAttributes, neighbours: createNeighbours, quiz: createQuiz };
const SECONDS = 9;
const ON_ICON = '<path d="M5 4.500v11L11 10zM12 4.500h2v11h-2z"/>';

/** Mount the stage in `root` (an empty `.stage` element). `emit`: `{state(name, value), trigger(name, value)}`. */
export function createFaces(root, emit) {
  const state = { emit, data: null, theme: null, views: {}, view: null, waiting: 0 };
  const box = makeElement("div", { class: "picture-box faces-box" });
  const reads = makeElement("div", { class: "stage-reads" });
  const bar = makeElement("div", { class: "stage-bar" });
  root.replaceChildren(makeElement("div", { class: "stage-grid faces-grid" }, makeElement("div", { class: "stage-picture" }, box), bar, reads));
  const schedule = makeScheduler(() => drawNow());
  const readouts = createFacesReadouts(reads);
  const on = makeElement("button", {
    type: "button", class: "faces-on", title: "Train the network on from the moment shown", onclick: () => state.emit.trigger("on", stepShown()),
    innerHTML: `${iconMarkup(ON_ICON, 18)}<span>Train on from here</span>`,
  });
  readouts.action.append(on);
  let transport = null;

  const actions = {
    schedule,
    position: () => transport?.position ?? 0,
    playing: () => transport?.playing ?? false,
    seek: (position) => transport?.seek(position),
    choose: (index) => state.emit.trigger("pick", { index, moment: stepShown() }),
    strengths: (list) => state.emit.trigger("strengths", list),
    score: (score) => state.emit.state("score", score),
  };
  const stepShown = () => Math.floor((transport?.position ?? 0) + 1e-6);

  function makeTransport(unit) {
    transport?.destroy();
    transport = createTransport(bar, { unit, keyTarget: root, seconds: SECONDS, onPosition: schedule, onPlaying: schedule });
  }

  /** Show the view of the data, with its sheets there already: nothing is ever drawn half. */
  function show(data, sheets) {
    const changed = state.data?.view !== data.view;
    const before = state.data;
    const last = transport?.last ?? 0;
    const place = transport?.position ?? 0;
    const playing = !changed && (transport?.playing ?? false);
    state.data = data;
    state.theme = readTheme(root);
    const holder = state.views[data.view]?.holder ?? makeElement("div", { class: "faces-view" });
    if (changed) box.replaceChildren(holder);
    state.views[data.view] ??= { holder, view: VIEWS[data.view](holder, actions) };
    state.view = state.views[data.view].view;
    state.view.update(data, sheets);
    if (changed || !transport) makeTransport(state.view.unit);
    const range = state.view.range();
    bar.classList.toggle("faces-idle", !range);
    on.hidden = data.view !== "grid" || !data.can_train;
    if (range) {
      transport.setRange(range.last, range.values);
      const start = data.view === "walk" ? 0 : Math.min(range.last, data.at ?? range.last);
      // A running training is followed, unless somebody looks back; another look of the same run stays where it is.
      if (changed) transport.setPosition(start);
      else if (before.running && place >= last) transport.setPosition(range.last);
      else if (data.running ? !before.running : !before.running && (before.series !== data.series || before.at !== data.at)) {
        if (playing) transport.pause();
        transport.setPosition(data.running ? range.last : start);
      }
    }
    root.dataset.view = data.view;
    root.dataset.revision = data.revision;
    drawNow();
  }

  function drawNow() {
    schedule.cancel();
    if (!state.data || !state.view || box.clientWidth < 80) return;
    state.theme ??= readTheme(root);
    state.view.draw(state.theme);
    readouts.draw({
      data: state.data, theme: state.theme, view: state.view,
      mark: (chart) => (chart.follows ? chart.x[Math.min(chart.x.length - 1, stepShown())] : chart.at ?? null),
    });
    root.dataset.step = stepShown();
    root.dataset.frame = String(Number(root.dataset.frame ?? 0) + 1);
  }

  const stopWatching = watchAppearance(root, (reason) => {
    if (reason === "theme") state.theme = null;
    drawNow();
  });
  return {
    /** Take a payload; the old picture stays until the new sheets are decoded. */
    update(data) {
      state.waiting += 1;
      const ticket = state.waiting;
      Promise.all(sheetsOf(data).map(loadSheet)).then((sheets) => {
        if (ticket === state.waiting) show(data, sheets);
      }).catch((error) => {
        console.error(error);
        if (!state.data) box.textContent = "The faces could not be read. Reload the page.";
      });
    },
    setEmit(next) { state.emit = next; },
    /** What is shown, for tests. */
    inspect: () => ({ view: state.data?.view, revision: state.data?.revision, step: stepShown(), last: transport?.last, ...state.view?.inspect() }),
    get transport() { return transport; },
    drawNow,
    destroy() {
      state.waiting += 1;
      schedule.cancel();
      stopWatching();
      transport?.destroy();
      root.replaceChildren();
    },
  };
}
