// Sheets of faces: many pictures in one image, loaded and decoded once, so that a change of face is one drawing command.

const SHEETS = new Map();
const MOST_KEPT = 80;

/** Load a sheet; resolves to an image that can be drawn at once. The same address is loaded once. */
export function loadSheet(address) {
  const known = SHEETS.get(address);
  if (known) return known;
  const loading = new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => (image.decode ? image.decode().then(() => resolve(image), () => resolve(image)) : resolve(image));
    image.onerror = () => reject(new Error("a sheet of faces cannot be read"));
    image.src = address;
  });
  SHEETS.set(address, loading);
  if (SHEETS.size > MOST_KEPT) SHEETS.delete(SHEETS.keys().next().value);
  return loading;
}

/** All addresses of sheets in a payload, by their place in it. */
export function sheetsOf(data) {
  return data.view === "grid" ? data.grid.sheets : [data[data.view].sheet];
}

/** Draw face `index` of a sheet with `columns` faces a row into a square of the context. */
export function drawFace(context, sheet, columns, index, x, y, size, side) {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const column = index % columns;
  const row = Math.floor(index / columns);
  // Half a pixel off each side: the neighbour on the sheet must not shine in.
  context.drawImage(sheet, column * side + 0.5, row * side + 0.5, side - 1, side - 1, x, y, size, size);
}

/** Draw a mixture of faces: `parts` are `[index, share]`, whose shares add up to 1. */
export function drawMixture(context, sheet, columns, parts, x, y, size, side) {
  let before = 0;
  for (const [index, share] of parts) {
    if (share <= 0) continue;
    // Over what is there already, this opacity makes each face count with its share.
    context.globalAlpha = share / (before + share);
    drawFace(context, sheet, columns, index, x, y, size, side);
    before += share;
  }
  context.globalAlpha = 1;
}

/** The four faces around a place on a square sheet of `count` × `count`, with their bilinear shares. */
export function aroundPlace(across, down, count) {
  const column = Math.max(0, Math.min(count - 1, across));
  const row = Math.max(0, Math.min(count - 1, down));
  const [left, top] = [Math.min(count - 2, Math.floor(column)), Math.min(count - 2, Math.floor(row))];
  const [right, low] = [column - left, row - top];
  return [
    [top * count + left, (1 - right) * (1 - low)], [top * count + left + 1, right * (1 - low)],
    [(top + 1) * count + left, (1 - right) * low], [(top + 1) * count + left + 1, right * low],
  ];
}

/** The two faces around a place in a row that starts at `first`, with their shares. */
export function aroundPoint(place, count, first = 0) {
  const at = Math.max(0, Math.min(count - 1, place));
  const left = Math.min(count - 2, Math.floor(at));
  return [[first + left, 1 - (at - left)], [first + left + 1, at - left]];
}
