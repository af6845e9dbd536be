// The door of the stage: Streamlit calls it with every new payload; it keeps one stage per place on the page and hands
// the data on, so that nothing is mounted anew and nothing flickers.

import { dropStage, makeElement, stageOf } from "./base.js";

// A page fetches the scripts and styles of the one kind it shows: all of them would be sixty files on a first visit.
const KINDS = {
  board: { styles: ["board.css"], load: () => import("./board.js").then((module) => module.createBoard) },
  detection: { styles: ["detection.css"], load: () => import("./detection.js").then((module) => module.createDetection) },
  faces: { styles: ["faces.css"], load: () => import("./faces.js").then((module) => module.createFaces) },
  draw: { styles: ["draw.css"], load: () => import("./draw.js").then((module) => module.createDraw) },
  lens: { styles: ["lens.css"], load: () => import("./lens.js").then((module) => module.createLens) },
  network: { styles: ["network.css"], load: () => import("./network.js").then((module) => module.createNetwork) },
  race: { styles: [], load: () => import("./race.js").then((module) => module.createRace) },
};
const MOUNTED = new WeakMap();

/** Add style sheets to the component's root; resolves when they are there (or failed: then without). */
function loadStyles(parentElement, names) {
  return Promise.all(names.map((name) => new Promise((resolve) => {
    const link = makeElement("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href, onload: resolve, onerror: resolve });
    parentElement.append(link);
  })));
}

/** Fetch what a kind of stage needs, once a place; resolves to what makes it. */
function loadKind(place, parentElement, kind) {
  place.loaded[kind] ??= Promise.all([
    KINDS[kind].load(),
    place.styled ??= loadStyles(parentElement, ["stage.css"]),
    loadStyles(parentElement, KINDS[kind].styles),
  ]).then(([make]) => make);
  return place.loaded[kind];
}

/** The `.stage` element of this place, made if the page has none. */
function rootOf(parentElement) {
  const known = parentElement.querySelector(".stage");
  if (known) return known;
  const root = makeElement("div", { class: "stage" });
  parentElement.append(root);
  return root;
}

/** Show the newest data of a place; the kind's scripts may have to come first, and newer data may come meanwhile. */
async function show(place, parentElement) {
  const { kind } = place.component.data ?? {};
  if (!Object.hasOwn(KINDS, kind ?? "")) return;
  try {
    place.makers[kind] ??= await loadKind(place, parentElement, kind);
  } catch (error) {
    console.error(error);
    rootOf(parentElement).textContent = "The picture’s scripts could not be loaded. Reload the page.";
    return;
  }
  const { data, emit } = place.component;
  if (MOUNTED.get(parentElement) !== place || data?.kind !== kind) return;
  const stage = stageOf(parentElement, kind, () => place.makers[kind](rootOf(parentElement), emit));
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
  } else {
    place = { component: latest, loaded: {}, makers: {}, styled: null };
    MOUNTED.set(parentElement, place);
  }
  show(place, parentElement);
  return () => unmount(parentElement);
}

/** Called once when the component leaves the page. */
export function unmount(parentElement) {
  MOUNTED.delete(parentElement);
  dropStage(parentElement);
}
