// What a small chart needs to know before it draws: the range of its values, and where its end labels fit.

/** Push end labels apart: `wanted` centres (sorted or not) → centres at least `gap` apart inside [low, high]. */
export function spreadLabels(wanted, gap, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const space = Math.min(gap, order.length > 1 ? (high - low) / (order.length - 1) : gap);
  const placed = [];
  order.forEach((index, rank) => {
    placed[rank] = Math.max(wanted[index], rank ? placed[rank - 1] + space : low);
  });
  let limit = high;
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    placed[rank] = Math.min(placed[rank], limit);
    limit = placed[rank] - space;
  }
  const result = [];
  order.forEach((index, rank) => { result[index] = placed[rank]; });
  return result;
}

/** The value range a chart shows. Log: whole decades, at most 8 below the start; values off the range lie on its edge. */
export function valueRange(series, log) {
  let low = Infinity;
  let high = -Infinity;
  let first = 0;
  for (const one of series) {
    let seen = false;
    for (const value of one.y) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (!seen) first = Math.max(first, value);
      seen = true;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    for (const value of one.band ? [...one.band.low, ...one.band.high] : []) {
      if (Number.isFinite(value)) high = Math.max(high, value);
    }
  }
  if (!Number.isFinite(low)) return log ? [0.1, 10] : [0, 1];
  if (!log) return [Math.min(0, low), high > low ? high : low + 1];
  const top = Math.ceil(Math.log10(Math.min(high, first * 100)) - 1e-6);
  const bottom = Math.max(Math.floor(Math.log10(low) + 1e-6), Math.floor(Math.log10(first)) - 8);
  return [10 ** Math.min(bottom, top - 1), 10 ** top];
}
