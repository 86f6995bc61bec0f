// What a figure says in words: below each racer's sliders, and to a screen reader once the hand rests.

import { LOST } from "./constants.js";
import { general, worded } from "./format.js";
import { make } from "./make.js";
import { neighbour, outcome, pathsPart } from "./verdict.js";
import { say } from "./words.js";

const [QUIET, REST] = [700, 250]; // milliseconds before the state is announced, and before chaos is looked for

/** A sentence for the eye, in which no line ends within a number such as 1e-05. */
const whole = (sentence) =>
  sentence.split(/(\S*e-\d+)/).map((part, i) => (i % 2 ? make("span", { class: "descent-number" }, part) : part));

/** Speaks for one figure. */
export class Teller {
  /** @param {string[]} sentences what the first frame says */
  constructor(figure, status, sentences) {
    Object.assign(this, { figure, status, sentences, chaotic: [], verdicts: [] });
  }

  /** Make the paragraphs in which it writes, one a racer. */
  paragraphs(racers) {
    this.verdicts = racers.map((_, i) => make("p", { class: "descent-verdict" }, ...whole(this.sentences[i] ?? "")));
    return this.verdicts;
  }

  /** Take note of a new frame. */
  frame() {
    this.chaotic = [];
    this.write();
    this.announce(QUIET);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.lookForChaos(), REST);
  }

  /** Say under each racer's sliders what it does. */
  write() {
    const { state, objective, paths } = this.figure.frame;
    const lost = [];
    this.sentences = state.racers.map((each, i) => {
      const [key, values] = outcome(paths[i], each, objective, state.num_steps);
      lost[i] = LOST.includes(key);
      const words = worded(key, values);
      return worded("sentence", { words: this.chaotic[i] && !lost[i] ? worded("chaos", { words }) : words });
    });
    this.verdicts.forEach((each, i) => {
      each.replaceChildren(...whole(this.sentences[i] ?? ""));
      each.classList.toggle("lost", Boolean(lost[i]));
    });
  }

  /** Tell a screen reader what is shown, once the reader's hand rests. */
  announce(after) {
    const { figure } = this;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      if (!figure.frame || figure.player.playing) return;
      const { state, paths } = figure.frame;
      const step = Math.floor(figure.player.shown);
      const words = figure.player.whole
        ? this.sentences
        : paths.map((path) => say("step {step}, loss {loss}.", { step, loss: general(path[3 * step + 2] ?? NaN, 3) }));
      const said = state.racers.map(({ label }, i) => worded("of", { label, words: words[i] }));
      this.status.textContent = said.join(" ");
    }, after);
  }

  /** Run each racer again from the neighbouring float, and say so where that is seen to lead elsewhere. */
  async lookForChaos() {
    const { figure } = this;
    if (figure.busy || figure.player.playing) return;
    const { state, objective, paths } = figure.frame;
    try {
      const start = state.start.map(neighbour);
      const others = await Promise.all(state.racers.map((each) => figure.walk(each, state, start)));
      if (paths !== figure.frame.paths) return;
      this.chaotic = others.map((other, i) => pathsPart(paths[i], other, objective));
      this.write();
      if (this.chaotic.includes(true)) this.announce(QUIET);
    } catch {
      // The frame that is shown stands; the next request will say what is wrong.
    }
  }
}
