// Sliders, menus and buttons, as plain form elements with labels.

import { general } from "./format.js";
import { allowed, MOST } from "./state.js";

/** Make an element: attributes, listeners (as functions), children. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Text for the eye: what stands in backticks becomes code. */
export const marked = (words) => words.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));

const LINEAR = { at: (value) => value, value: (at) => at };
const LOG = { at: (value) => Math.log10(value), value: (at) => Number((10 ** at).toPrecision(3)) };

/**
 * A slider with a field for the exact number.
 * @param {object} given label (for a screen reader), symbol (for the eye), value, low, high, step, scale
 *   ("linear" or "log"), most: what may be typed at most
 * @param {(value: number, event: Event) => void} changed
 */
export function slider({ label, symbol, value, low, high, step, scale, most = high }, changed) {
  const map = scale === "log" ? LOG : LINEAR;
  const range = make("input", {
    type: "range",
    min: map.at(low),
    max: map.at(high),
    step: step ?? (scale === "log" ? 0.01 : 0.001),
    "aria-label": label,
    input: (event) => {
      const chosen = map.value(Number(range.value));
      show(chosen, field);
      changed(chosen, event);
    },
  });
  const field = make("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `${label}, as a number`,
    change: (event) => {
      const typed = Number(field.value.replace(",", ".").replace("−", "-"));
      const floor = scale === "log" ? 0 : low;
      const good = field.value.trim() !== "" && typed >= floor && typed <= most;
      field.setAttribute("aria-invalid", String(!good));
      if (!good) return;
      const chosen = step === 1 ? Math.round(typed) : typed;
      show(chosen, range);
      changed(chosen, event);
    },
  });
  function show(number, ...which) {
    const words = general(number, 5);
    range.setAttribute("aria-valuetext", words);
    if (which.includes(range)) range.value = map.at(Math.max(number, scale === "log" ? low : -Infinity));
    field.value = words;
    field.setAttribute("aria-invalid", "false");
  }
  show(value, range);
  const name = make("span", { class: "descent-symbol", "aria-hidden": "true" }, symbol);
  return make("div", { class: "descent-slider" }, name, range, field);
}

/** A menu of names. */
export function menu(label, symbol, names, chosen, changed) {
  const select = make(
    "select",
    { "aria-label": label, change: (event) => changed(select.value, event) },
    ...names.map((name) => make("option", { value: name, selected: name === chosen }, name)),
  );
  const name = make("span", { class: "descent-symbol", "aria-hidden": "true" }, symbol);
  return make("div", { class: "descent-menu" }, name, select);
}

/** The sliders of one racer, and below them a sentence on what it does. */
export function racerBox(racer, i, removable, verdict, { changed, removed }) {
  const sliders = racer.settings
    .filter((setting) => !setting.hidden)
    .map((setting) =>
      slider(
        { ...setting, label: `${racer.label} ${setting.symbol}`, most: allowed(setting) },
        (value, event) => {
          setting.value = value;
          changed(event);
        },
      ),
    );
  const swatch = make("span", { class: `descent-swatch racer-${i}`, "aria-hidden": "true" });
  const remove = make(
    "button",
    { type: "button", class: "descent-remove", "aria-label": `Remove ${racer.label}`, click: removed },
    "×",
  );
  const legend = make("legend", {}, swatch, racer.label, ...(removable ? [remove] : []));
  return make("fieldset", { class: `descent-racer racer-${i}` }, legend, ...sliders, verdict);
}

/** The menu of the book's optimizers with the button that adds one. */
export function adder(labels, add) {
  const select = make(
    "select",
    { "aria-label": "Optimizer to add to the race" },
    ...labels.map((label) => make("option", { value: label }, label)),
  );
  const button = make("button", { type: "button", click: () => add(select.value) }, "Add to the race");
  return make("div", { class: "descent-adder" }, select, button);
}

/** The menu of the objectives. */
export const surfaces = (state, names, changed) =>
  menu("Objective", "on the", names, state.objective, changed);

/** What all racers share: the number of steps, and the noise. */
export function shared(state, { changed, reseed }) {
  const noise = slider(
    { label: "Noise of the gradient σ", symbol: "noise σ", value: state.noise, low: 0, high: MOST.noise, step: 0.05 },
    (value, event) => {
      state.noise = value;
      again.disabled = !value;
      changed(event);
    },
  );
  const words = "Draw other noise";
  const again = make(
    "button",
    { type: "button", "aria-label": words, title: words, click: reseed, disabled: !state.noise },
    "↻",
  );
  noise.append(again);
  noise.classList.add("descent-noise");
  const steps = slider(
    { label: "Number of steps", symbol: "steps", value: state.num_steps, low: 1, high: MOST.steps, step: 1 },
    (value, event) => {
      state.num_steps = value;
      changed(event, true);
    },
  );
  return make("div", { class: "descent-shared" }, steps, noise);
}
