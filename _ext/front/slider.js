// A slider with a field for the exact number. It shows and keeps the number that it is given.

import { DECADE, SHARES } from "./constants.js";
import { general } from "./format.js";
import { make } from "./make.js";

const LINEAR = { at: (value) => value, value: (at) => at };
const NOTCH = 1 / DECADE;
const GAP = 10 * NOTCH; // below the least size stands 0, so far off that a finger finds it
const SLIP = 6; // pixels; a finger that has gone further sideways slides

let count = 0;

/** A number as it stands in the field: short where that is exact. */
const exact = (number) => (Number(general(number, 5)) === number ? general(number, 5) : String(number));

/** The places of sizes from `low` on, and of 0. */
export const log = (low) => ({
  at: (value) => (value > 0 ? Math.max(Math.log10(value), Math.log10(low)) : Math.log10(low) - GAP),
  value: (at) => (at < Math.log10(low) - GAP / 2 ? 0 : Number((10 ** at).toPrecision(3))),
});

/** What is wrong with a number that was typed, or "". */
function flaw(text, number, low, most) {
  if (text === "") return "a number is missing here";
  if (Number.isNaN(number)) return `“${text}” is not a number`;
  if (number < low) return `the least is ${low}`;
  if (number > most) return most < 1 ? "it must be below 1" : `the most is ${most}`;
  return "";
}

/**
 * Let a finger that only scrolls past leave a slider as it is. Browsers move the knob as soon as it is
 * touched; what a finger chose counts when it slides or taps, and is forgotten when it scrolls.
 */
function heedFinger(range, take) {
  let finger = null;
  const settle = (counts, event) => {
    const { chosen } = finger ?? {};
    finger = null;
    if (!counts || chosen === undefined) return;
    range.value = chosen;
    take(event);
  };
  range.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") finger = { x: event.clientX, y: event.clientY, kept: range.value };
  });
  range.addEventListener("pointermove", (event) => {
    if (!finger) return;
    const [dx, dy] = [Math.abs(event.clientX - finger.x), Math.abs(event.clientY - finger.y)];
    if (dx > SLIP && dx > dy) settle(true, event);
  });
  range.addEventListener("pointerup", (event) => settle(true, event));
  range.addEventListener("pointercancel", (event) => settle(false, event));
  range.addEventListener("input", (event) => {
    if (!finger) return take(event);
    finger.chosen = range.value;
    range.value = finger.kept;
    return undefined;
  });
}

/**
 * Make the slider.
 * @param {object} given label (for a screen reader), symbol (for the eye), value, low, high, step, scale
 *   ("linear" or "log"), most: what may be typed at most
 * @param {(value: number, event: Event) => void} changed
 */
export function slider({ label, symbol, value, low, high, step, scale, most = high }, changed) {
  const map = scale === "log" ? log(low) : LINEAR;
  const whyId = `descent-why-${count++}`;
  let kept = value;
  const range = make("input", {
    type: "range",
    min: map.at(scale === "log" ? 0 : low),
    max: map.at(high),
    step: step ?? (scale === "log" ? NOTCH : 1 / SHARES),
    "aria-label": label,
  });
  const field = make("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `${label}, as a number`,
    "aria-describedby": whyId,
    change: (event) => {
      const text = field.value.trim();
      const typed = Number(text.replace(",", ".").replace("−", "-"));
      const wrong = flaw(text, typed, scale === "log" ? 0 : low, most);
      say(wrong && `${wrong}; ${symbol} stays ${exact(kept)}`);
      if (wrong) return;
      show(step === 1 ? Math.round(typed) : typed);
      range.value = map.at(kept);
      changed(kept, event);
    },
  });
  const why = make("p", { class: "descent-why", id: whyId, role: "alert", hidden: true });
  function say(words) {
    field.setAttribute("aria-invalid", String(words !== ""));
    why.textContent = words;
    why.hidden = words === "";
  }
  function show(number) {
    kept = number;
    field.value = exact(number);
    range.setAttribute("aria-valuetext", exact(number));
    say("");
  }
  heedFinger(range, (event) => {
    show(map.value(Number(range.value)));
    changed(kept, event);
  });
  show(value);
  range.value = map.at(value);
  const name = make("span", { class: "descent-symbol", "aria-hidden": "true" }, symbol);
  return make("div", { class: "descent-slider" }, name, range, field, why);
}
