// The hand on the picture: the lens follows it, and so does the dividing line when it is taken by its handle.

const STEP = 8; // pixels of the picture a press of an arrow key
const LEAP = 40;

/** Listen. `actions`: lens, moveLens, divider, moveDivider, divided, step, home. */
export function createLensTouch(canvas, handle, picture, actions) {
  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  let held = null; // from the hand to the middle of the lens

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    const at = picture.toPicture(placeOf(event));
    const [x, y] = actions.lens();
    const near = 46 / picture.scale();
    held = Math.hypot(at[0] - x, at[1] - y) < near ? [x - at[0], y - at[1]] : [0, 0];
    canvas.setPointerCapture(event.pointerId);
    actions.moveLens([at[0] + held[0], at[1] + held[1]]);
  };
  canvas.onpointermove = (event) => {
    if (!held) return;
    const at = picture.toPicture(placeOf(event));
    actions.moveLens([at[0] + held[0], at[1] + held[1]]);
  };
  canvas.onpointerup = canvas.onpointercancel = () => { held = null; };
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    actions.step(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? LEAP : STEP;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    const [x, y] = actions.lens();
    if (moves[event.key]) actions.moveLens([x + moves[event.key][0], y + moves[event.key][1]]);
    else if (event.key === "+" || event.key === "=") actions.step(1);
    else if (event.key === "-") actions.step(-1);
    else if (event.key === "Home") actions.home();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  let sliding = false;
  handle.onpointerdown = (event) => {
    if (event.button) return;
    sliding = true;
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus();
  };
  handle.onpointermove = (event) => {
    if (sliding) actions.moveDivider(picture.toShare(placeOf(event)[0]));
  };
  handle.onpointerup = handle.onpointercancel = () => { sliding = false; };
  handle.onkeydown = (event) => {
    const far = event.shiftKey ? 0.1 : 0.02;
    const moves = { ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far, Home: -1, End: 1 };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    actions.moveDivider(actions.divider() + moves[event.key]);
    event.preventDefault();
    event.stopPropagation();
  };
}
