// <descent-figure>: the explorable figure. The first frame stands in the page; this gives it controls, and
// runs the book's rules when somebody touches it.

import { adder, make, racerBox, shared, surfaces } from "./controls.js";
import { LossPanel, PathPanel } from "./draw.js";
import { defined } from "./edits.js";
import { general } from "./format.js";
import { Handle } from "./handle.js";
import { Player } from "./player.js";
import { runtime } from "./runtime.js";
import { concerns, COPY, decode, encode, freshLabel, initial, MOST, racer } from "./state.js";
import { neighbour, parts, verdict } from "./verdict.js";

const base = new URL(".", import.meta.url);
const loaded = {};
const data = (name) => (loaded[name] ??= fetch(new URL(`${name}.json`, base)).then((answer) => answer.json()));
const [QUIET, REST] = [700, 250]; // milliseconds before the state is announced, and before chaos is looked for
const CHAOS = "these settings are chaotic: the last digits of the start decide";

/**
 * The live figure. `state` is what it shows as plain data, `paths` the paths as they were computed: for each
 * racer x, y, value, x, y, value, ... After each frame it sends `descent-drawn` with the times of the event
 * that asked for it, of the request and of the drawing; `descent-failed` when a rule fails;
 * `descent-raced` when racers come or go; and `descent-offered` when a link brings rules that somebody edited.
 */
export class DescentFigure extends HTMLElement {
  connectedCallback() {
    const script = this.querySelector('script[type="application/json"]');
    if (!script || this.config) return;
    this.config = JSON.parse(script.textContent);
    this.index = [...document.querySelectorAll("descent-figure")].indexOf(this);
    this.paths = [];
    this.chaotic = [];
    this.cache = new Map();
    this.state = initial(this.config);
    this.build();
    for (const touch of ["pointerenter", "focusin", "touchstart"]) {
      this.addEventListener(touch, () => this.wake(), { once: true, passive: true });
    }
    addEventListener("hashchange", () => this.follow());
    this.follow();
  }

  /** Start what computes, before it is needed. */
  wake() {
    if (this.awake) return;
    this.awake = true;
    this.request();
  }

  build() {
    const panels = this.querySelector(".descent-panels");
    const stages = [...panels.children].map((svg) => {
      const stage = make("div", { class: "descent-stage" });
      svg.replaceWith(stage);
      stage.append(svg);
      return stage;
    });
    this.panels = [new PathPanel(), new LossPanel()];
    this.stages = stages;
    this.handle = new Handle((start, event) => {
      this.state.start = start;
      this.request(event);
    });
    this.panels[0].limits(...this.config.window);
    this.handle.attach(stages[0], this.panels[0]);
    stages[0].addEventListener("click", (event) => {
      if (event.target !== this.handle.element) this.handle.moveTo(event.clientX, event.clientY, event);
    });
    this.player = new Player({ draw: () => this.draw(), told: () => this.announce(0) });
    this.surface = make("span");
    const { num_steps: n } = this.state;
    this.position = make("span", { class: "descent-position" }, `step ${n} of ${n}`);
    const button = (words, click) => make("button", { type: "button", click }, words);
    this.link = button("Copy link", () => this.copy());
    const transport = make(
      "div",
      { class: "descent-transport" },
      this.player.button,
      this.player.next,
      button("Reset", () => this.restore(initial(this.config))),
      this.link,
      this.surface,
      this.position,
    );
    this.box = make("div", { class: "descent-controls", role: "group", "aria-label": "Controls of the figure" });
    this.status = make("p", { class: "descent-status", role: "status", "aria-live": "polite" });
    this.error = make("p", { class: "descent-error", role: "alert", hidden: true });
    const hint = make("p", { class: "descent-hint" }, "Drag the ring: the path starts there.");
    this.sentences = [...this.querySelectorAll("ul .verdict")].map((each) => each.textContent);
    this.querySelector("ul").replaceWith(hint, transport, this.box, this.error, this.status);
    this.rebuild();
  }

  /** Make the controls anew, for another state or another set of racers. */
  rebuild() {
    const { state } = this;
    const sentence = (words = "") => make("p", { class: "descent-verdict" }, words);
    this.verdicts = state.racers.map((each, i) => sentence(this.sentences[i]));
    const boxes = state.racers.map((each, i) =>
      racerBox(each, i, state.racers.length > 1, this.verdicts[i], {
        changed: (event) => this.request(event),
        removed: () => this.remove(i),
      }),
    );
    const choose = (name, event) => this.choose(name, event);
    this.surface.replaceChildren(surfaces(state, this.config.objectives, choose));
    const common = shared(state, {
      changed: (event, steps) => {
        if (steps) this.player.reset(state.num_steps);
        this.request(event);
      },
      reseed: (event) => {
        state.seed += 1;
        this.request(event);
      },
    });
    const full = state.racers.length >= MOST.racers;
    const more = full ? [] : [adder(this.config.book, (label) => this.add(label))];
    this.box.replaceChildren(common, make("div", { class: "descent-racers" }, ...boxes), ...more);
    this.player.reset(state.num_steps);
    this.handle.place(state.start);
  }

  /** Show another state. */
  restore(state) {
    this.state = state;
    this.rebuild();
    this.request();
    this.dispatchEvent(new CustomEvent("descent-raced"));
  }

  async choose(name, event) {
    const found = (await data("objectives")).find((each) => each.name === name);
    this.state.objective = name;
    this.state.start = [...found.start];
    this.request(event);
  }

  async add(label) {
    const found = racer(label, this.config, await data("optimizers"));
    found.label = freshLabel(label, this.state.racers);
    this.state.racers.push(found);
    this.restore(this.state);
    this.box.querySelector(`.racer-${this.state.racers.length - 1} input`).focus();
  }

  remove(i) {
    this.state.racers.splice(i, 1);
    this.restore(this.state);
    this.box.querySelector(".racer-0 input").focus();
  }

  /** Run a racer with a rule of the reader's own, given as its text, or with the book's again. */
  setEdit(i, text) {
    this.state.racers[i].edit = text;
    this.request();
  }

  /** Ask for a new frame. Only one request is under way; of those that wait the latest wins. */
  request(event) {
    this.wanted = { since: event?.timeStamp ?? performance.now() };
    if (!this.busy) this.compute();
  }

  async compute() {
    this.busy = true;
    clearTimeout(this.resting);
    while (this.wanted) {
      const { since } = this.wanted;
      this.wanted = null;
      const state = COPY(this.state);
      const sent = performance.now();
      try {
        const objective = (await data("objectives")).find((each) => each.name === state.objective);
        const paths = await Promise.all(state.racers.map((each) => this.walk(each, state)));
        this.frame = { state, objective };
        this.paths = paths;
        this.chaotic = [];
        this.error.hidden = true;
        this.player.numSteps = state.num_steps;
        this.draw({ since, sent, computed: performance.now() });
        this.announce(QUIET);
        this.resting = setTimeout(() => this.lookForChaos(), REST);
      } catch (error) {
        this.error.textContent = error.line ? `Line ${error.line}: ${error.message}` : error.message;
        this.error.hidden = false;
        this.dispatchEvent(new CustomEvent("descent-failed", { detail: error }));
      }
    }
    this.busy = false;
  }

  /** The path of a racer; one that ran before with the same settings is not run again. */
  walk(racer, state, start = state.start) {
    const values = racer.settings.map(({ value }) => value);
    const { objective, num_steps, noise, seed } = state;
    const given = [racer.step, racer.slots, values, objective, start, num_steps, noise, seed];
    const key = JSON.stringify([racer.rule, racer.edit, ...given]);
    if (!this.cache.has(key)) {
      if (this.cache.size > 3 * MOST.racers) this.cache.clear();
      const run = (rule) => runtime.call("path", rule, ...given);
      const path = racer.edit ? defined(racer.edit).then(run) : run(racer.rule);
      this.cache.set(key, path);
      path.catch(() => this.cache.delete(key));
    }
    return this.cache.get(key);
  }

  /** Put the frame that was computed last on the page. */
  draw(times = {}) {
    if (!this.frame) return;
    const { state, objective } = this.frame;
    const { shown } = this.player;
    const labels = state.racers.map(({ label }) => label);
    this.panels.forEach((panel, i) => {
      panel.draw(objective, labels, this.paths, shown, state.num_steps);
      if (!panel.svg.isConnected) this.stages[i].querySelector("svg").replaceWith(panel.svg);
    });
    if (!this.handle.held) this.handle.place(this.state.start);
    const step = this.player.whole ? state.num_steps : Math.floor(shown);
    this.position.textContent = `step ${step} of ${state.num_steps}`;
    if (times.since !== undefined) this.write();
    const detail = { ...times, drawn: performance.now() };
    this.dispatchEvent(new CustomEvent("descent-drawn", { detail }));
  }

  /** Say under each racer's sliders what it does. */
  write() {
    const { state, objective } = this.frame;
    this.sentences = state.racers.map((each, i) => {
      const words = verdict(this.paths[i], each, objective, state.num_steps);
      return this.chaotic[i] ? `${words}; ${CHAOS}.` : `${words}.`;
    });
    this.verdicts.forEach((each, i) => {
      each.textContent = this.sentences[i] ?? "";
      each.classList.toggle("lost", /^(diverges|leaves)/.test(this.sentences[i]));
    });
  }

  /** Tell a screen reader what is shown, once the reader's hand rests. */
  announce(after) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      if (!this.frame || this.player.playing) return;
      const step = Math.floor(this.player.shown);
      const words = this.player.whole
        ? this.sentences
        : this.paths.map((path) => `step ${step}, loss ${general(path[3 * step + 2] ?? NaN, 3)}.`);
      this.status.textContent = this.frame.state.racers.map(({ label }, i) => `${label}: ${words[i]}`).join(" ");
    }, after);
  }

  /** Run each racer again from the neighbouring float, and say so where that is another path. */
  async lookForChaos() {
    if (this.busy || this.player.playing) return;
    const { state } = this.frame;
    const { paths } = this;
    try {
      const start = state.start.map(neighbour);
      const others = await Promise.all(state.racers.map((each) => this.walk(each, state, start)));
      if (paths !== this.paths) return;
      this.chaotic = others.map((other, i) => parts(paths[i], other));
      this.write();
      if (this.chaotic.includes(true)) this.announce(QUIET);
    } catch {
      // The frame that is shown stands; the next request will say what is wrong.
    }
  }

  /** Take over the state that the address carries for this figure. A rule that it brings is offered, not run. */
  async follow() {
    const hash = location.hash.slice(1);
    if (!concerns(hash, this.index)) return;
    const state = decode(hash, this.config, await data("optimizers"));
    if (!state) return;
    this.offered = state.racers.map(({ edit }) => edit);
    state.racers.forEach((each) => delete each.edit);
    this.awake = true;
    this.restore(state);
    this.dispatchEvent(new CustomEvent("descent-offered", { detail: this.offered }));
    this.scrollIntoView({ block: "center" });
  }

  /** Put the state into the address, and the address into the clipboard. */
  async copy() {
    history.replaceState(null, "", `#${encode(this.index, this.state)}`);
    let words = "Copied";
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      words = "See the address bar";
    }
    this.link.textContent = words;
    this.status.textContent = words;
    setTimeout(() => (this.link.textContent = "Copy link"), 2000);
  }
}

customElements.define("descent-figure", DescentFigure);
