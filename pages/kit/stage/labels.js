// Direct labels instead of a legend: each name stands beside its point, off the lines and off other names,
// and stays where it was as long as that place is good.

const CELL = 6;
const NEAR_GAP = 5;
const STAY_BONUS = 6;
const DROP_COST = 60;
const ROUNDS = 4;

// 18 places round a point: two columns of seven rows (row 0 is level with the point) and four above and below it.
const PLACES = [];
for (const side of [1, -1]) {
  for (const row of [0, -1, 1, -2, 2, -3, 3]) PLACES.push({ side, row });
}
for (const row of [-1, 1, -2, 2]) PLACES.push({ side: 0, row });

/** True when two rectangles `{x, y, width, height}` share area (`slack` px of overlap forgiven). */
export function rectanglesOverlap(a, b, slack = 0) {
  return a.x + slack < b.x + b.width && b.x + slack < a.x + a.width && a.y + slack < b.y + b.height && b.y + slack < a.y + a.height;
}

/** A coarse map of where lines run: `addLine(x0, y0, x1, y1, weight)`, then `cost(rectangle)`. */
export function createInkMap(width, height) {
  const columns = Math.ceil(width / CELL) + 1;
  const rows = Math.ceil(height / CELL) + 1;
  const cells = new Float32Array(columns * rows);
  return {
    addLine(x0, y0, x1, y1, weight = 1) {
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (!(length < 1e5)) return;
      const steps = Math.max(1, Math.ceil(length / CELL));
      for (let k = 0; k <= steps; k += 1) {
        const column = Math.floor((x0 + ((x1 - x0) * k) / steps) / CELL);
        const row = Math.floor((y0 + ((y1 - y0) * k) / steps) / CELL);
        if (column >= 0 && row >= 0 && column < columns && row < rows) {
          const index = row * columns + column;
          cells[index] = Math.max(cells[index], weight);
        }
      }
    },
    cost(box) {
      const left = Math.max(0, Math.floor(box.x / CELL));
      const right = Math.min(columns - 1, Math.floor((box.x + box.width) / CELL));
      const top = Math.max(0, Math.floor(box.y / CELL));
      const bottom = Math.min(rows - 1, Math.floor((box.y + box.height) / CELL));
      let sum = 0;
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) sum += cells[row * columns + column];
      }
      return sum;
    },
  };
}

/** The rectangle of a label at one of the 18 places, with how far out it is (0 near … 3 far). */
export function placeAt(label, index) {
  const { side, row } = PLACES[index];
  const radius = label.radius ?? 6;
  const distance = Math.abs(row);
  if (side === 0) {
    const gap = radius + NEAR_GAP - 2 + (distance - 1) * label.height;
    return {
      x: label.x - label.width / 2,
      y: row < 0 ? label.y - gap - label.height : label.y + gap,
      width: label.width, height: label.height, far: distance - 1,
    };
  }
  const gap = [radius + NEAR_GAP, radius + NEAR_GAP - 1, radius + 14, radius + 26][distance];
  return {
    x: side > 0 ? label.x + gap : label.x - gap - label.width,
    y: label.y - label.height / 2 + row * (label.height - 1),
    width: label.width, height: label.height, far: Math.max(0, distance - 1),
  };
}

const outsideBy = (box, bounds) =>
  Math.max(0, bounds.x - box.x) + Math.max(0, box.x + box.width - bounds.x - bounds.width) +
  Math.max(0, bounds.y - box.y) + Math.max(0, box.y + box.height - bounds.y - bounds.height);

/** Every place a label may take, with its cost apart from the other labels: `[{index, box, cost}]`, cheapest first. */
function candidatesOf(label, { bounds, blocked, points, ink, previous }) {
  const found = [];
  for (let index = 0; index < PLACES.length; index += 1) {
    const box = placeAt(label, index);
    if (outsideBy(box, bounds) > 0.5 || blocked.some((other) => rectanglesOverlap(box, other))) continue;
    let cost = box.far * 5 + (PLACES[index].side < 0 ? 0.6 : 0) + (PLACES[index].side === 0 ? 1.2 : 0);
    if (ink) cost += ink.cost(box) * 0.9;
    const own = distanceTo(box, label);
    for (const point of points) {
      if (point.id === label.id) continue;
      const distance = distanceTo(box, point);
      if (distance < point.radius) cost += 14;
      // A name nearer to another head than to its own would be read as the other's.
      else if (distance < own - 1) cost += 4;
    }
    if (previous.get(label.id) === index) cost -= STAY_BONUS;
    found.push({ index, box, cost });
  }
  return found.sort((a, b) => a.cost - b.cost);
}

/** Give each label in turn its cheapest free place. */
function placeInOrder(order, candidates) {
  const chosen = new Map();
  let total = 0;
  for (const label of order) {
    const free = candidates.get(label.id).find((one) => ![...chosen.values()].some((other) => rectanglesOverlap(one.box, other.box, 1)));
    if (free && !(label.optional && free.cost > (label.maxCost ?? 8))) {
      chosen.set(label.id, free);
      total += free.cost;
    } else total += label.optional ? 0 : DROP_COST;
  }
  return { chosen, total };
}

/**
 * Place labels. A label is `{id, x, y, width, height, radius, priority, optional, maxCost}`: its point and its text's size.
 *
 * `bounds` rectangle to stay in; `blocked` rectangles nothing may cover; `points` `[{x, y, radius, id}]` markers;
 * `ink` a map from createInkMap; `previous` Map id → place of the last frame (kept up to date here).
 * Labels choose in order of priority; then the one that lost most by its turn chooses first, a few times, and the
 * best outcome counts. A label that would cover another or a blocked rectangle everywhere is dropped, an optional one
 * also when it would cover much of a path. Returns `[{...label, box, leader: [x0, y0, x1, y1] | null}]`.
 */
export function placeLabels(labels, { bounds, blocked = [], points = [], ink = null, previous = new Map() }) {
  const candidates = new Map(labels.map((label) => [label.id, candidatesOf(label, { bounds, blocked, points, ink, previous })]));
  let order = [...labels].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  let best = placeInOrder(order, candidates);
  for (let round = 0; round < ROUNDS; round += 1) {
    const regret = (label) => {
      if (label.optional || !candidates.get(label.id).length) return 0;
      const got = best.chosen.get(label.id);
      return (got ? got.cost : DROP_COST) - candidates.get(label.id)[0].cost;
    };
    const worst = order.reduce((a, b) => (regret(b) > regret(a) ? b : a), order[0]);
    if (!worst || regret(worst) < 3) break;
    order = [worst, ...order.filter((label) => label !== worst)];
    const trial = placeInOrder(order, candidates);
    if (trial.total < best.total - 0.5) best = trial;
  }
  for (const label of labels) previous.delete(label.id);
  return labels.filter((label) => best.chosen.has(label.id)).map((label) => {
    const { box, index } = best.chosen.get(label.id);
    previous.set(label.id, index);
    return { ...label, box, leader: box.far > 0 ? leaderLine(label, box) : null };
  });
}

/** How far a rectangle is from a point; 0 when it covers it. */
function distanceTo(box, point) {
  return Math.hypot(Math.max(box.x - point.x, 0, point.x - box.x - box.width), Math.max(box.y - point.y, 0, point.y - box.y - box.height));
}

/** From the marker's edge to the nearest point of the label's box. */
function leaderLine(label, box) {
  const x = Math.max(box.x - 2, Math.min(label.x, box.x + box.width + 2));
  const y = Math.max(box.y + 3, Math.min(label.y, box.y + box.height - 3));
  const length = Math.hypot(x - label.x, y - label.y) || 1;
  const radius = (label.radius ?? 6) + 1;
  return [label.x + ((x - label.x) / length) * radius, label.y + ((y - label.y) / length) * radius, x, y];
}

/** Write a label with a halo of the background colour. */
export function drawLabel(context, text, x, y, color, halo, haloWidth = 4.5) {
  context.lineJoin = "round";
  context.lineWidth = haloWidth;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}
