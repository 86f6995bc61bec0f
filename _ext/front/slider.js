// A slider with a field for the exact number. It shows and keeps the number that it is given.

import { DECADE, SHARES } from "./constants.js";
import { general } from "./format.js";
import { make } from "./make.js";
import { say } from "./words.js";

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

/** What is wrong with a number that was typed, or "", and the number that stays, which `kept` names. */
function flaw(text, number, low, most, kept) {
  if (text === "") return say("a number is missing here; {symbol} stays {number}", kept);
  if (Number.isNaN(number)) return say("“{text}” is not a number; {symbol} stays {number}", { text, ...kept });
  if (number < low) return say("the least is {low}; {symbol} stays {number}", { low, ...kept });
  if (number <= most) return "";
  if (most < 1) return say("it must be below 1; {symbol} stays {number}", kept);
  return say("the most is {most}; {symbol} stays {number}", { most, ...kept });
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
    "aria-label": say("{label}, as a number", { label }),
    "aria-describedby": whyId,
    change: (event) => {
      const text = field.value.trim();
      const typed = Number(text.replace(",", ".").replace("−", "-"));
      const wrong = flaw(text, typed, scale === "log" ? 0 : low, most, { symbol, number: exact(kept) });
      complain(wrong);
      if (wrong) return;
      show(step === 1 ? Math.round(typed) : typed);
      range.value = map.at(kept);
      changed(kept, event);
    },
  });
  const why = make("p", { class: "descent-why", id: whyId, role: "alert", hidden: true });
  function complain(words) {
    field.setAttribute("aria-invalid", String(words !== ""));
    why.textContent = words;
    why.hidden = words === "";
  }
  function show(number) {
    kept = number;
    field.value = exact(number);
    range.setAttribute("aria-valuetext", exact(number));
    complain("");
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
