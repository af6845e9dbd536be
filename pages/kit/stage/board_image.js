// Coloured pictures on the board: decoded once each, kept while they are in use, drawn where the algebra says.

const MOST_KEPT = 160;
const KEPT = new Map(); // address → {image, ready}, the least recently wanted first

function wanted(address) {
  const known = KEPT.get(address) ?? { image: new Image(), ready: null };
  KEPT.delete(address);
  KEPT.set(address, known);
  if (!known.ready) {
    known.image.src = address;
    // A picture that cannot be decoded leaves its place empty.
    known.ready = known.image.decode().catch(() => undefined);
  }
  return known;
}

/** Start decoding every picture of a board. Returns null if all are there already, else a promise of that. */
export function loadPictures(board) {
  const addresses = board.panels.flatMap((panel) => (panel.marks ?? []).flatMap((mark) => mark.pictures ?? []));
  const pending = addresses.map(wanted).filter(({ image }) => !image.complete).map(({ ready }) => ready);
  const most = Math.max(MOST_KEPT, addresses.length);
  for (const address of KEPT.keys()) {
    if (KEPT.size <= most) break;
    KEPT.delete(address);
  }
  return pending.length ? Promise.all(pending) : null;
}

/** Draw a mark's picture of this frame; one not decoded yet draws nothing. */
export function drawImage(context, mark, frame) {
  const image = KEPT.get(mark.picture)?.image;
  if (!image?.complete || !image.naturalWidth) return;
  const [x0, x1, y0, y1] = [frame.toX(mark.x0), frame.toX(mark.x1), frame.toY(mark.y0), frame.toY(mark.y1)];
  context.save();
  context.globalAlpha = mark.opacity;
  context.imageSmoothingEnabled = mark.smooth;
  context.imageSmoothingQuality = "high";
  context.translate(x0, y0);
  context.scale((x1 - x0) / image.naturalWidth, (y1 - y0) / image.naturalHeight);
  context.drawImage(image, 0, 0);
  context.restore();
}
