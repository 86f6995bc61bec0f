// Menus, buttons and the boxes of the racers, as plain form elements with labels.

import { MOST_NOISE, MOST_STEPS, NOISE_STEP, SWATCH, SWATCH_HEIGHT, SWATCH_WIDTH } from "./constants.js";
import { make } from "./make.js";
import { slider } from "./slider.js";
import { allowed } from "./state.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** A menu of names, each shown as the reader's language has it. */
export function menu(label, symbol, names, chosen, changed) {
  const select = make(
    "select",
    { "aria-label": label, change: (event) => changed(select.value, event) },
    ...names.map((name) => make("option", { value: name, selected: name === chosen }, say(name))),
  );
  const name = make("span", { class: "descent-symbol", "aria-hidden": "true" }, symbol);
  return make("div", { class: "descent-menu" }, name, select);
}

/** A short line in a look, for a legend. It is drawn and no border, so that forced colours leave it alone. */
function swatch(look) {
  const drawn = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", `line look-${look}`);
  line.setAttribute("d", SWATCH);
  drawn.setAttribute("class", "descent-swatch");
  drawn.setAttribute("viewBox", `0 0 ${SWATCH_WIDTH} ${SWATCH_HEIGHT}`);
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(line);
  return drawn;
}

/** A racer's name with its line, for a legend. */
export const named = ({ look, label }) => make("span", {}, swatch(look), label);

/** The sliders of one racer, and below them a sentence on what it does. */
export function racerBox(racer, removable, verdict, { changed, removed }) {
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
  const remove = make(
    "button",
    { type: "button", class: "descent-remove", "aria-label": say("Remove {label}", { label: racer.label }), click: removed },
    "×",
  );
  const head = make("div", { class: "descent-name" }, swatch(racer.look), make("b", {}, racer.label));
  if (removable) head.append(remove);
  const box = { class: `descent-racer look-${racer.look}`, role: "group", "aria-label": racer.label };
  return make("div", box, head, ...sliders, verdict);
}

/** The menu of the book's optimizers with the button that adds one. */
export function adder(labels, add) {
  const select = make(
    "select",
    { "aria-label": say("Optimizer to add to the race") },
    ...labels.map((label) => make("option", { value: label }, label)),
  );
  const button = make("button", { type: "button", click: () => add(select.value) }, say("Add to the race"));
  return make("div", { class: "descent-adder" }, select, button);
}

/** The menu of the objectives. */
export const surfaces = (state, names, changed) =>
  menu(say("Objective"), say("Objective"), names, state.objective, changed);

/** What all racers share: the number of steps, and the noise. */
export function shared(state, { changed, reseed }) {
  const noise = slider(
    { label: say("Noise σ of the gradient"), symbol: say("noise σ"), value: state.noise, low: 0, high: MOST_NOISE, step: NOISE_STEP },
    (value, event) => {
      state.noise = value;
      again.disabled = !value;
      changed(event);
    },
  );
  const words = say("Draw other noise");
  const again = make(
    "button",
    { type: "button", "aria-label": words, title: words, click: reseed, disabled: !state.noise },
    "↻",
  );
  noise.querySelector('input[type="text"]').after(again);
  noise.classList.add("descent-noise");
  const steps = slider(
    { label: say("Number of steps"), symbol: say("steps"), value: state.num_steps, low: 1, high: MOST_STEPS, step: 1 },
    (value, event) => {
      state.num_steps = value;
      changed(event, true);
    },
  );
  return make("div", { class: "descent-shared" }, steps, noise);
}
