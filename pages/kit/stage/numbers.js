// How numbers are written on every stage: a real minus sign, few digits, the same width for the same kind.

const MINUS = "\u2212";

const signed = (text) => text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`).replace("e+", "e");

/**
 * A number for people: 3 decimals below 0.1, 2 below 10, 1 below 100, then none; exponents below 0.001
 * and above 10 000; "∞" and "not a number" are said in words where they occur.
 */
export function formatNumber(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : "∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 10000) return signed(value.toExponential(1));
  const decimals = size < 0.1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
  return signed(value.toFixed(decimals));
}

/** A tick's number: as many decimals as the tick distance needs and no more. */
export function formatTick(value, step) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || step < 1e-4)) return signed(value.toExponential(step < size / 10 ? 1 : 0));
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  return signed((Math.abs(value) < step * 1e-6 ? 0 : value).toFixed(decimals));
}

/** A decade's number: 1000, 100, 10, 1, 0.1, 0.01, then 1e−4. */
export function formatDecade(exponent) {
  return exponent >= -2 && exponent <= 3 ? String(Number(`1e${exponent}`)) : `1e${exponent < 0 ? MINUS : ""}${Math.abs(exponent)}`;
}

/** A contour's level or a factor: whole numbers as they are, others with 2 digits, no trailing zeros. */
export function formatLevel(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e5)) return signed(value.toExponential(0));
  return signed(String(Number.isInteger(value) ? value : Number(value.toPrecision(2))));
}

/** Round tick values in [low, high], about `count` of them: `{values, step}`. */
export function niceTicks(low, high, count = 6) {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999) ?? 10 * power;
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) values.push(k * step);
  return { values, step };
}

/** The factor 1, 2 or 5 × 10ⁿ nearest to `value` in ratio (for stating how arrows are scaled). */
export function niceFactor(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const choices = [1, 2, 5, 10].map((factor) => factor * power);
  const best = choices.reduce((a, b) => (Math.abs(Math.log(b / value)) < Math.abs(Math.log(a / value)) ? b : a));
  return Number(best.toPrecision(1));
}

/** "× 5", "× 0.02", or "" when nothing is scaled. */
export function formatFactor(factor) {
  return factor === 1 ? "" : ` × ${formatLevel(factor)}`;
}
