// Spot the fake: one drawn face and one generated face side by side; the score stays for the session, hints say where
// to look.

import { makeElement, sizeCanvas } from "./base.js";
import { drawFace } from "./faces_data.js";

/** The probability of so many right guesses, or more, by tossing a coin. */
export function byLuck({ right, total }) {
  let [ways, sum] = [1, 0];
  for (let k = 0; k <= total; k += 1) {
    if (k >= right) sum += ways;
    ways = (ways * (total - k)) / (k + 1);
  }
  return sum / 2 ** total;
}

/** Build the quiz in `box`. `actions`: `score({right, total})`, `schedule()`. */
export function createQuiz(box, actions) {
  const cards = [0, 1].map((side) => {
    const canvas = makeElement("canvas", { class: "faces-card-canvas" });
    const ring = makeElement("div", { class: "faces-ring", hidden: true, "aria-hidden": "true" });
    const tag = makeElement("span", { class: "faces-tag" });
    const button = makeElement("button", {
      type: "button", class: "faces-card", "aria-label": `${side ? "Right" : "Left"} picture: this one is generated`, onclick: () => guess(side),
    }, makeElement("span", { class: "faces-card-picture" }, canvas, ring), tag);
    return { canvas, ring, tag, button };
  });
  const question = makeElement("p", { class: "faces-question", "aria-live": "polite" });
  const hints = makeElement("div", { class: "stage-chipset faces-hints", role: "group", "aria-label": "Where to look" });
  const next = makeElement("button", { type: "button", class: "faces-next", onclick: () => goOn() }, "Next pair");
  const score = makeElement("span", { class: "faces-score" });
  const foot = makeElement("div", { class: "faces-quiz-foot" }, makeElement("span", { class: "faces-hints-title" }, "Where to look:"), hints, next);
  const element = makeElement("div", { class: "faces-quiz", tabindex: "-1" },
    makeElement("div", { class: "faces-quiz-head" }, question, score), makeElement("div", { class: "faces-cards" }, ...cards.map((card) => card.button)), foot);
  box.replaceChildren(element);
  const state = { data: null, sheet: null, pair: 0, guess: null, hint: null, score: { right: 0, total: 0 }, revision: "" };

  const pairs = () => state.data.quiz.pairs;

  function guess(side) {
    if (state.guess !== null) return;
    state.guess = side;
    const right = side === state.data.quiz.fake[state.pair];
    state.score = { right: state.score.right + Number(right), total: state.score.total + 1 };
    actions.score(state.score);
    show();
    next.focus();
  }

  function goOn() {
    state.pair = (state.pair + 1) % pairs().length;
    state.guess = null;
    show();
  }

  function setHint(number) {
    state.hint = state.hint === number ? null : number;
    show();
  }

  element.onkeydown = (event) => {
    const side = { ArrowLeft: 0, ArrowRight: 1, 1: 0, 2: 1 }[event.key];
    if (side === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (state.guess === null) guess(side);
  };

  function show() {
    const { fake, hints: places } = state.data.quiz;
    const over = state.guess !== null;
    const right = state.guess === fake[state.pair];
    question.textContent = over
      ? `${right ? "Right" : "No"}: the ${fake[state.pair] ? "right" : "left"} one is generated. ${places[state.pair % places.length].text}`
      : "Which one is generated? Click it, or press ← or →.";
    score.textContent = state.score.total ? `${state.score.right} of ${state.score.total} right` : `${pairs().length} pairs`;
    next.style.visibility = over ? "visible" : "hidden";
    cards.forEach(({ ring, tag, button }, side) => {
      button.setAttribute("aria-pressed", String(state.guess === side));
      button.classList.toggle("is-fake", over && side === fake[state.pair]);
      tag.textContent = !over ? "" : side === fake[state.pair] ? "generated" : "drawn";
      const place = state.hint === null ? null : places[state.hint];
      ring.hidden = !place;
      if (place) {
        const [x, y, wide, high] = place.box;
        Object.assign(ring.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * wide}%`, height: `${100 * high}%` });
      }
    });
    [...hints.children].forEach((chip, number) => chip.setAttribute("aria-pressed", String(state.hint === number)));
    actions.schedule();
  }

  const view = {
    unit: "step",
    update(data, sheets) {
      const fresh = state.data?.quiz.sheet !== data.quiz.sheet;
      state.data = data;
      [state.sheet] = sheets;
      if (data.quiz.score.total > state.score.total) state.score = data.quiz.score;
      if (fresh) {
        Object.assign(state, { pair: 0, guess: null, hint: null });
        hints.replaceChildren(...data.quiz.hints.map((hint, number) => makeElement("button", {
          type: "button", class: "stage-chip", title: hint.text, onclick: () => setHint(number),
        }, hint.name)));
        show();
      }
    },
    range: () => null,
    draw() {
      const { columns } = state.data.quiz;
      const size = Math.max(120, Math.min((box.clientWidth - (box.clientWidth < 560 ? 24 : 48)) / 2, box.clientHeight - 150, 420));
      cards.forEach(({ canvas }, side) => {
        canvas.style.width = canvas.style.height = `${size}px`;
        drawFace(sizeCanvas(canvas, size, size), state.sheet, columns, pairs()[state.pair][side], 0, 0, size, state.data.side);
      });
    },
    // Beside it stands nothing that would give the answer away.
    paintFace: null,
    title: () => ["Your score", state.score.total ? `${state.score.right} of ${state.score.total}` : "no guess yet"],
    words() {
      const { right, total } = state.score;
      if (!total) return ["One of each pair is drawn, one is generated. The score stays for this session."];
      const luck = 100 * byLuck(state.score);
      return [
        `${right} of ${total} pairs told apart.`,
        `Tossing a coin does as well or better with a probability of ${luck >= 10 ? luck.toFixed(0) : luck.toFixed(1)} %. ${luck > 5 ? "So far that may be luck." : "You can tell them apart."}`,
      ];
    },
    describe: () => question.textContent,
    inspect: () => ({ pair: state.pair, guess: state.guess, fake: state.data.quiz.fake[state.pair], score: state.score, hint: state.hint }),
  };
  return view;
}
