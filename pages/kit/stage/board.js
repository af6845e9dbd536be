// The board: several panels of one experiment in a grid, above one transport bar. See engine/figures/board.py for what
// a payload may say. Scrubbing, playing and pointing are answered here; only a click asks the server.

import { iconMarkup, makeElement, makeScheduler, readTheme, seriesColor, watchAppearance } from "./base.js";
import { decodeBoard } from "./board_data.js";
import { loadPictures } from "./board_image.js";
import { createPanelView } from "./board_panel.js";
import { createReadoutView } from "./board_readout.js";
import { joinBoard, saveCanvas } from "./board_save.js";
import { shareMargins, withOwnTicks } from "./board_scale.js";
import { createTransport } from "./transport.js";

const PHONE = 640;
const SAVE_ICON = '<path d="M9.200 3h1.600v7l2.600-2.600 1.100 1.100L10 13 5.500 8.500l1.100-1.100L9.200 10zM4 14.400h1.600V16h8.800v-1.600H16v3.200H4z"/>';

/** Seconds the whole run takes at normal speed: few frames are shown longer each, but nobody waits for them. */
const secondsFor = (frames) => (frames <= 4 ? 4 : frames <= 12 ? 7 : 10);

/** Mount a board in `root` (an empty `.stage` element). `emit`: `{state(name, value), trigger(name, value)}`. */
export function createBoard(root, emit) {
  const state = { emit, board: null, theme: null, views: new Map(), shape: "", transport: null, bar: "", frames: 0, moved: false, setting: false, step: -1 };
  const grid = makeElement("div", { class: "board-panels" });
  const bar = makeElement("div", { class: "board-bar" });
  const voice = makeElement("div", { class: "board-voice", "aria-live": "polite" });
  const save = makeElement("button", {
    type: "button", class: "board-save", title: "Save the picture as PNG", "aria-label": "Save the picture as PNG",
    innerHTML: iconMarkup(SAVE_ICON, 18), onclick: () => saveCanvas(picture(), `board${state.transport ? `-${state.board.unit}-${shownNumber()}` : ""}.png`),
  });
  const element = makeElement("div", { class: "board" }, grid, bar, voice);
  root.replaceChildren(element);

  const schedule = makeScheduler(() => drawNow());
  const owner = {
    emit: () => state.emit,
    say(text) { voice.textContent = text; },
    drawPanel(view) { view.draw(state.theme, stepNow()); },
    /** Show the pointer's x in every panel of the same link. */
    guide(view, x) {
      for (const other of panels()) {
        const guide = view.panel.link && other.panel.link === view.panel.link ? x : null;
        if (other.guide === guide) continue;
        other.guide = guide;
        if (other !== view) other.touch.drawOver();
      }
    },
    /** A tap on one panel ends what another shows. */
    only(view) { for (const other of panels()) if (other !== view) other.touch.clear(); },
  };
  const panels = () => [...state.views.values()].filter((view) => !view.readout);
  const stepNow = () => (state.transport ? state.transport.step : 0);
  const shownNumber = () => stepNow() + state.board.first_frame;
  const isPhone = () => element.clientWidth > 0 && element.clientWidth <= PHONE;
  const picture = () => joinBoard(grid, state.theme, state.transport ? `${state.board.unit} ${shownNumber()} of ${state.frames - 1 + state.board.first_frame}` : "");

  /** Make the panels anew when their names changed; else only hand them the new content. */
  function placePanels() {
    const { board } = state;
    const shape = JSON.stringify(board.panels.map((panel) => [panel.kind, panel.name]));
    if (shape !== state.shape) {
      for (const view of state.views.values()) view.destroy();
      state.views = new Map(board.panels.map((panel) => [panel.name, panel.kind === "readout" ? createReadoutView() : createPanelView(owner)]));
      grid.replaceChildren(...[...state.views.values()].map((view) => view.element));
      state.shape = shape;
    }
    const tracks = (parts) => parts.map((part) => `minmax(0, ${part}fr)`).join(" ");
    grid.style.gridTemplateColumns = tracks(board.columns);
    grid.style.gridTemplateRows = tracks(board.rows);
    for (const panel of board.panels) {
      const view = state.views.get(panel.name);
      view.setPanel(panel);
      view.element.dataset.panel = panel.name;
      view.element.style.gridArea = `${panel.row + 1} / ${panel.column + 1} / span ${panel.rows} / span ${panel.columns}`;
      if (panel.high) view.element.style.setProperty("--high", `${panel.high}px`);
    }
  }

  /** The saving button stands in the caption of the panel in the top right corner, on a phone of the first one. */
  function placeSave() {
    const all = state.board.panels;
    const corner = isPhone() ? all[0] : all.reduce((best, panel) => {
      const right = panel.column + panel.columns;
      const other = best.column + best.columns;
      return panel.row < best.row || (panel.row === best.row && right > other) ? panel : best;
    }, all[0]);
    for (const panel of all) {
      const { caption } = state.views.get(panel.name);
      const holds = panel === corner;
      caption.hidden = !holds && !panel.title && !panel.note;
      if (holds && save.parentElement !== caption) caption.append(save);
    }
  }

  function placeTransport() {
    const { frames, unit, running } = state.board;
    bar.hidden = frames <= 1;
    if (frames <= 1) {
      state.transport?.destroy();
      state.transport = null;
      state.bar = "";
      return;
    }
    const wanted = `${unit} ${secondsFor(frames)}`;
    const busy = state.transport && (running || state.transport.playing || bar.contains(root.getRootNode().activeElement));
    if (state.bar !== wanted && !(busy && state.bar.startsWith(`${unit} `))) {
      const position = state.transport?.position ?? 0;
      state.transport?.destroy();
      state.bar = wanted;
      state.transport = createTransport(bar, {
        unit, keyTarget: root, seconds: secondsFor(frames), onPlaying: () => schedule(),
        onPosition() {
          if (!state.setting) state.moved = true;
          if (stepNow() !== state.step) schedule();
        },
      });
      setRange();
      setPosition(position);
    } else setRange();
    showEvents();
  }

  function setRange() {
    const { frames, first_frame: first } = state.board;
    state.transport.setRange(frames - 1, Array.from({ length: frames }, (_, frame) => frame + first));
  }

  /** Move the playhead without taking it for the person's own choice. */
  function setPosition(position) {
    state.setting = true;
    if (state.transport.playing) state.transport.pause();
    state.transport.setPosition(position);
    state.setting = false;
  }

  function showEvents() {
    state.transport?.setEvents(state.board.events.map(([frame, style]) => ({ position: frame, color: seriesColor(style, state.theme) })));
  }

  function placePlayhead(previous, wasAtEnd) {
    const { board, transport } = state;
    if (!transport) return;
    const fresh = previous?.revision !== board.revision;
    // While a run streams in, a person who went back to look at something is left there.
    const held = board.running && previous?.running && state.moved && !wasAtEnd;
    if (!fresh && !board.running) return;
    if (held || (transport.playing && board.running && previous?.running)) return;
    setPosition(board.frames - 1);
    state.moved = false;
  }

  function layout() {
    placeSave();
    const phone = isPhone();
    const all = state.board.panels.filter((panel) => panel.kind === "panel");
    for (const panel of state.board.panels) {
      const view = state.views.get(panel.name);
      if (view.readout) view.fit();
      else view.measure(state.theme, phone ? withOwnTicks(panel, all) : panel);
    }
    shareMargins(panels(), phone);
  }

  function drawNow() {
    schedule.cancel();
    if (!state.board || element.clientWidth < 80) return;
    state.theme ??= readTheme(root);
    state.step = stepNow();
    for (const view of state.views.values()) view.draw(state.theme, state.step);
    root.dataset.frame = state.step;
  }

  function redraw(reason) {
    if (!state.board) return;
    if (reason === "theme") state.theme = null;
    state.theme ??= readTheme(root);
    showEvents();
    layout();
    drawNow();
  }

  const stopWatching = watchAppearance(root, redraw);
  return {
    /** Take a payload: the same panels keep their canvases. */
    update(data) {
      const previous = state.board;
      const wasAtEnd = !state.transport || state.transport.step >= state.frames - 1;
      state.board = decodeBoard(data);
      state.frames = data.frames;
      state.theme = readTheme(root);
      placePanels();
      placeTransport();
      placePlayhead(previous, wasAtEnd);
      layout();
      // Until new pictures are decoded (a few milliseconds) the old ones stay on the canvas.
      const pictures = loadPictures(state.board);
      if (pictures) pictures.then(() => state.views.size && drawNow());
      else drawNow();
    },
    setEmit(next) { state.emit = next; },
    /** What is shown, for tests. */
    inspect: () => ({ step: stepNow(), theme: state.theme, views: Object.fromEntries(state.views), boxes: Object.fromEntries(panels().map((view) => [view.panel.name, view.boxes])) }),
    get transport() { return state.transport; },
    picture,
    drawNow,
    destroy() {
      schedule.cancel();
      stopWatching();
      for (const view of state.views.values()) view.destroy();
      state.transport?.destroy();
      root.replaceChildren();
    },
  };
}
