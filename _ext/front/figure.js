// <descent-figure>: the explorable figure. The first frame stands in the page; this gives it controls, and
// runs the book's rules when somebody touches it.

import { MOST_RACERS, WIDTH } from "./constants.js";
import { adder, named, racerBox, shared, surfaces } from "./controls.js";
import { LossPanel, PathPanel } from "./draw.js";
import { defined } from "./edits.js";
import { framed, shapes } from "./geometry.js";
import { Handle } from "./handle.js";
import { Link, optimizers } from "./link.js";
import { load } from "./load.js";
import { make } from "./make.js";
import { Player } from "./player.js";
import { runtime } from "./runtime.js";
import { COPY, dress, freshLabel, initial, racer } from "./state.js";
import { Teller } from "./telling.js";
import { ended } from "./verdict.js";
import { say } from "./words.js";

const objectives = () => load("objectives.json", "json");
const SMALL = matchMedia("(max-width: 640px), (max-height: 599px)"); // as in descent.css

/**
 * The live figure. `state` is what it shows as plain data; `frame` what it drew last: that state, its
 * objective, and `paths` as they were computed: for each racer x, y, value, x, y, value, ... After each frame
 * it sends `descent-drawn` with the times of the event that asked for it, of the request and of the drawing;
 * `descent-failed` when a rule fails; `descent-raced` when racers come or go; and `descent-offered` when a
 * link brings rules that somebody edited.
 */
export class DescentFigure extends HTMLElement {
  connectedCallback() {
    const script = this.querySelector('script[type="application/json"]');
    if (!script || this.config) return;
    this.config = JSON.parse(script.textContent);
    const all = [...document.querySelectorAll("descent-figure")];
    [this.index, this.count] = [all.indexOf(this), all.length];
    this.cache = new Map();
    this.state = initial(this.config);
    this.build();
    for (const touch of ["pointerenter", "focusin", "touchstart"]) {
      this.addEventListener(touch, () => this.wake(), { once: true, passive: true });
    }
    this.link = new Link(this);
    this.link.follow();
  }

  /** Start what computes, before it is needed. */
  wake() {
    if (this.awake) return;
    this.awake = true;
    this.request();
  }

  get paths() {
    return this.frame?.paths ?? [];
  }

  build() {
    const panels = this.querySelector(".descent-panels");
    this.stages = [...panels.children].map((svg) => {
      const stage = make("div", { class: "descent-stage" });
      svg.replaceWith(stage);
      stage.append(svg);
      return stage;
    });
    this.panels = [new PathPanel(), new LossPanel()];
    this.handle = new Handle((start, event) => {
      this.state.start = start;
      this.request(event);
    });
    this.panels[0].limits(...framed(this.config.window));
    this.handle.attach(this.stages[0], this.panels[0]);
    this.stages[0].addEventListener("click", (event) => {
      if (event.target !== this.handle.element) this.handle.moveTo(event.clientX, event.clientY, event);
    });
    this.player = new Player({ draw: () => this.draw(), told: () => this.teller.announce(0) });
    this.surface = make("span");
    this.position = make("span", { class: "descent-position" });
    this.tellPosition(this.state.num_steps, this.state.num_steps);
    const button = (words, click) => make("button", { type: "button", click }, words);
    this.copied = button(say("Copy link"), () => this.copy());
    const { player } = this;
    const reset = button(say("Reset"), () => this.reset());
    const controls = [player.button, player.next, reset, this.copied, this.surface, this.position];
    this.box = make("div", { class: "descent-controls", role: "group", "aria-label": say("Controls of the figure") });
    const status = make("p", { class: "descent-status", role: "status", "aria-live": "polite" });
    this.error = make("p", { class: "descent-error", role: "alert", hidden: true });
    this.legend = make("span", { class: "descent-legend", "aria-hidden": "true" }); // the boxes below say it too
    const list = this.querySelector("ul");
    const sentences = [...list.querySelectorAll(".verdict")].map((each) => each.textContent);
    this.teller = new Teller(this, status, sentences);
    this.side = make(
      "div",
      { class: "descent-side" },
      make("p", { class: "descent-hint" }, `${say("Drag the ring: the path starts there.")} `, this.legend),
      make("div", { class: "descent-transport" }, ...controls),
      this.box,
      status,
    );
    list.replaceWith(this.side);
    panels.append(this.error); // over the picture, which stays in sight
    this.rebuild();
    // What the keyboard comes to must not lie under the picture.
    const tall = () => this.style.setProperty("--picture", `${panels.offsetHeight}px`);
    new ResizeObserver(tall).observe(panels);
    // On a small screen the picture is another one; it is drawn before somebody comes to it.
    const near = new IntersectionObserver(([{ isIntersecting }]) => {
      if (isIntersecting && SMALL.matches) this.wake();
    }, { rootMargin: "100%" });
    near.observe(this);
    SMALL.addEventListener("change", () => (this.frame ? this.draw() : this.request()));
  }

  /** Make the controls anew, for another state or another set of racers. */
  rebuild() {
    const { state } = this;
    const verdicts = this.teller.paragraphs(state.racers);
    const boxes = state.racers.map((each, i) =>
      racerBox(each, state.racers.length > 1, verdicts[i], {
        changed: (event) => this.request(event),
        removed: () => this.remove(i),
      }),
    );
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
    this.showSurface();
    this.legend.replaceChildren(...state.racers.map(named));
    const full = state.racers.length >= MOST_RACERS;
    const more = full ? [] : [adder(this.config.book, (label) => this.add(label))];
    this.box.replaceChildren(common, make("div", { class: "descent-racers" }, ...boxes), ...more);
    this.player.reset(state.num_steps);
    this.handle.place(state.start);
  }

  showSurface() {
    const choose = (name, event) => this.choose(name, event);
    this.surface.replaceChildren(surfaces(this.state, this.config.objectives, choose));
  }

  /** Show another state. */
  restore(state) {
    this.state = state;
    this.rebuild();
    this.request();
    this.dispatchEvent(new CustomEvent("descent-raced"));
  }

  /** Begin anew, and forget the link that led here. */
  reset() {
    this.link.forget();
    this.restore(initial(this.config));
  }

  /** Say over the picture what went wrong, or with "" that nothing did. */
  fail(words) {
    this.error.textContent = words;
    this.error.hidden = words === "";
  }

  async choose(name, event) {
    try {
      const found = (await objectives()).find((each) => each.name === name);
      this.state.objective = name;
      this.state.start = [...found.start];
      this.request(event);
    } catch (error) {
      this.fail(error.message);
      this.showSurface();
    }
  }

  async add(label) {
    try {
      const found = racer(label, this.config, await optimizers());
      found.label = freshLabel(label, this.state.racers);
      this.state.racers.push(found);
      dress(this.state.racers);
      this.restore(this.state);
      [...this.box.querySelectorAll(".descent-racer")].pop().querySelector("input").focus();
    } catch (error) {
      this.fail(error.message);
    }
  }

  remove(i) {
    this.state.racers.splice(i, 1);
    this.restore(this.state);
    const boxes = this.box.querySelectorAll(".descent-racer");
    boxes[Math.min(i, boxes.length - 1)].querySelector("input").focus();
  }

  /** Run a racer with a rule of the reader's own, given as its text, or with the book's again. */
  setEdit(i, text) {
    this.state.racers[i].edit = text;
    this.request();
  }

  /** Ask for a new frame. Only one request is under way; of those that wait the latest wins. */
  request(event) {
    if (this.link.missed) return void this.link.follow(); // the link comes first, now that there may be a connection
    this.wanted = { since: event?.timeStamp ?? performance.now() };
    if (!this.busy) this.compute();
  }

  async compute() {
    this.busy = true;
    while (this.wanted) {
      const { since } = this.wanted;
      this.wanted = null;
      const state = COPY(this.state);
      const sent = performance.now();
      try {
        const objective = (await objectives()).find((each) => each.name === state.objective);
        const paths = await Promise.all(state.racers.map((each) => this.walk(each, state)));
        this.frame = { state, objective, paths };
        this.fail(this.link.flaw); // it is said until the next action
        this.link.flaw = "";
        this.player.numSteps = state.num_steps;
        this.draw({ since, sent, computed: performance.now() });
        this.teller.frame();
      } catch (error) {
        const { line, message } = error;
        this.fail(line ? say("Line {line}: {message}", { line, message }) : message);
        this.dispatchEvent(new CustomEvent("descent-failed", { detail: error }));
      }
    }
    this.busy = false;
  }

  /** The path of a racer; one that ran before with the same settings is not run again. */
  walk(racer, state, start = state.start) {
    const values = racer.settings.map(({ value }) => value);
    const { objective, num_steps, noise, seed } = state;
    const given = [racer.kind, racer.clock, racer.slots, values, objective, start, num_steps, noise, seed];
    const key = JSON.stringify([racer.rule, racer.edit, ...given]);
    if (!this.cache.has(key)) {
      if (this.cache.size > 3 * MOST_RACERS) this.cache.clear();
      const run = (rule) => runtime.call("path", rule, ...given).then(ended);
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
    const both = shapes(objective.window, SMALL.matches);
    this.panels.forEach((panel, i) => {
      panel.reshape(both[i]);
      panel.draw(this.frame, shown);
      if (!panel.svg.isConnected) this.stages[i].querySelector("svg").replaceWith(panel.svg);
    });
    this.measure();
    if (!this.handle.held) this.handle.place(this.state.start);
    const step = this.player.whole ? state.num_steps : Math.floor(shown);
    this.tellPosition(step, state.num_steps);
    const detail = { ...times, drawn: performance.now() };
    this.dispatchEvent(new CustomEvent("descent-drawn", { detail }));
  }

  tellPosition(step, steps) {
    const words = (at) => say("step {step} of {steps}", { step: at, steps });
    this.position.textContent = words(step);
    this.position.style.setProperty("--position", `${words(steps).length}ch`);
  }

  /** Tell the style sheet how tall the picture is, for its width. */
  measure() {
    const tall = ((this.panels[0].height + this.panels[1].height) / WIDTH).toFixed(3);
    if (tall !== this.tall) this.style.setProperty("--tall", tall);
    this.tall = tall;
  }

  /** Offer the state as a link. */
  async copy() {
    const words = await this.link.copy();
    this.copied.textContent = words;
    this.teller.status.textContent = words;
    setTimeout(() => (this.copied.textContent = say("Copy link")), 2000);
  }
}

customElements.define("descent-figure", DescentFigure);
