// The door of the stage: Streamlit calls it with every new payload; it keeps one stage per place on the page and hands
// the data on, so that nothing is mounted anew and nothing flickers.

import { dropStage, makeElement, stageOf } from "./base.js";
import { createBoard } from "./board.js";
import { createDetection } from "./detection.js";
import { createNetwork } from "./network.js";
import { createRace } from "./race.js";

const STYLE_SHEETS = ["stage.css", "network.css", "board.css", "detection.css"];
const MAKERS = { board: createBoard, detection: createDetection, network: createNetwork, race: createRace };
const MOUNTED = new WeakMap();

/** Add the style sheets to the component's root once; resolves when they are there (or failed: then without). */
function loadStyles(parentElement) {
  return Promise.all(STYLE_SHEETS.map((name) => new Promise((resolve) => {
    const link = makeElement("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href, onload: resolve, onerror: resolve });
    parentElement.append(link);
  })));
}

/** The `.stage` element of this place, made if the page has none. */
function rootOf(parentElement) {
  const known = parentElement.querySelector(".stage");
  if (known) return known;
  const root = makeElement("div", { class: "stage" });
  parentElement.append(root);
  return root;
}

function show(place, parentElement) {
  const { data, emit } = place.component;
  const make = MAKERS[data?.kind];
  if (!make) return;
  const stage = stageOf(parentElement, data.kind, () => make(rootOf(parentElement), emit));
  stage.setEmit?.(emit);
  stage.update(data);
}

/** Streamlit's entry: called at the first mount and again with every change of data. Returns the clean-up. */
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  let place = MOUNTED.get(parentElement);
  const latest = { data, emit: { state: setStateValue, trigger: setTriggerValue } };
  if (place) {
    place.component = latest;
    if (place.ready) show(place, parentElement);
  } else {
    place = { component: latest, ready: false };
    MOUNTED.set(parentElement, place);
    loadStyles(parentElement).then(() => {
      if (MOUNTED.get(parentElement) !== place) return;
      place.ready = true;
      show(place, parentElement);
    });
  }
  return () => unmount(parentElement);
}

/** Called once when the component leaves the page. */
export function unmount(parentElement) {
  MOUNTED.delete(parentElement);
  dropStage(parentElement);
}
