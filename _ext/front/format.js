// Numbers as Python writes them, so that the page and the notebook say the same words.

import { DIGITS, POWER_UP, WORDS } from "./constants.js";
import { plural, say } from "./words.js";

/** What Python's f"{x:.{digits}g}" gives. */
export function general(x, digits = 6) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const [mantissa, power] = rounded(x, digits).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${bare(mantissa)}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  return bare(Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent)));
}

const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** Round to digits in exponential form; Python rounds an exact tie to the even digit, JavaScript up. */
function rounded(x, digits) {
  const up = x.toExponential(digits - 1);
  const exact = Math.abs(x).toExponential(60).split("e")[0].replace(".", "");
  const tie = /^50*$/.test(exact.slice(digits));
  if (!tie || Number(exact[digits - 1]) % 2) return up;
  const sign = x < 0 ? "-" : "";
  const kept = exact.slice(0, digits);
  const power = x.toExponential(60).split("e")[1];
  return `${sign}${kept[0]}${digits > 1 ? "." + kept.slice(1) : ""}e${power}`;
}

/** As `general`, with a true minus sign. */
export const shown = (x, digits = 4) => general(x, digits).replace(/^-/, "−");

/** Ten to a whole power, as SVG text that sets the exponent high. */
export const power = (exponent) =>
  `10<tspan class="power" dy="-${POWER_UP}">${String(exponent).replace("-", "−")}</tspan>`;

/** A tick's number. */
export const tick = (x) => general(x).replaceAll("-", "−");

/** The words of a key with the values in their places, as `worded` of d2l_utils.live.constants writes them. */
export function worded(key, values = {}) {
  const written = ([name, value]) => [name, name in DIGITS ? general(value, DIGITS[name]) : value];
  const shown = Object.fromEntries(Object.entries(values).map(written));
  return Array.isArray(WORDS[key]) ? plural(...WORDS[key], values.count, shown) : say(WORDS[key], shown);
}

/** Names as one reads them: "a and b and c". */
export const listed = (names) => names.reduce((left, right) => worded("and", { left, right }));
