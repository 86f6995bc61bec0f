// Play, pause and step: how much of the paths is shown.

import { make } from "./make.js";
import { say } from "./words.js";

const [SLOWEST, LONGEST] = [10, 5]; // steps a second, seconds

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The buttons and the clock. Who wants no motion steps, and has a button for the whole path instead. `draw()` is called when `shown` has changed, `told()` when it comes to rest.
 */
export class Player {
  constructor({ draw, told }) {
    Object.assign(this, { draw, told, numSteps: 1, at: null, frame: null });
    this.button = make("button", { type: "button", class: "descent-play", click: () => this.toggle() });
    this.next = make("button", { type: "button", click: () => this.step() }, say("Step"));
    CALM.addEventListener("change", () => this.label());
    this.label();
  }

  /** The step up to which the paths are shown; between two steps while it plays. */
  get shown() {
    return this.at === null ? this.numSteps : Math.min(this.at, this.numSteps);
  }

  /** Whether the whole path is shown. */
  get whole() {
    return this.shown >= this.numSteps;
  }

  get playing() {
    return this.frame !== null;
  }

  /** Show whole paths of so many steps. */
  reset(numSteps) {
    this.pause();
    this.numSteps = numSteps;
    this.at = null;
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.told();
    } else if (CALM.matches) {
      this.reset(this.numSteps);
      this.draw();
      this.told();
    } else this.play();
  }

  play() {
    if (this.whole) this.at = 0;
    let last = null;
    const tick = (now) => {
      const speed = Math.max(SLOWEST, this.numSteps / LONGEST);
      this.at += last === null ? 0 : (speed * Math.min(now - last, 100)) / 1000;
      last = now;
      this.frame = this.whole ? null : requestAnimationFrame(tick);
      if (!this.playing) this.end();
      this.draw();
    };
    this.frame = requestAnimationFrame(tick);
    this.label();
  }

  end() {
    this.at = null;
    this.label();
    this.told();
  }

  pause() {
    if (this.playing) cancelAnimationFrame(this.frame);
    this.frame = null;
    if (this.at !== null) this.at = Math.floor(this.at);
    this.label();
  }

  step() {
    this.pause();
    this.at = this.whole ? 1 : this.at + 1;
    if (this.at >= this.numSteps && this.numSteps > 1) this.at = this.numSteps;
    this.draw();
    this.told();
  }

  label() {
    if (this.playing) this.button.textContent = say("Pause");
    else this.button.textContent = CALM.matches ? say("All steps") : say("Play");
  }
}
