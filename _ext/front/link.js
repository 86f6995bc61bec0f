// The address of a page, which may carry what a figure shows.

import { load } from "./load.js";
import { concerns, decode, encode } from "./state.js";
import { say } from "./words.js";

/** The optimizers that one may add to a race. */
export const optimizers = () => load("optimizers.json", "json");

const damaged = (part) =>
  say("This link is damaged: its part “{part}” makes no sense here. The figure stays as it was.", { part });

/** The link of one figure. `flaw` is what is wrong with it, until the figure has said so. */
export class Link {
  constructor(figure) {
    this.figure = figure;
    this.flaw = "";
    this.missed = false; // it could not be followed, for want of a connection
    addEventListener("popstate", () => this.follow()); // hashchange is silent when a link is followed again
  }

  get concerned() {
    return concerns(location.hash.slice(1), this.figure.index, this.figure.count);
  }

  /** Take over the state that the address carries. A rule that it brings is offered, not run. */
  async follow() {
    if (!this.concerned) return;
    const { figure } = this;
    const hash = location.hash.slice(1);
    let state;
    this.missed = false;
    figure.awake = true;
    figure.scrollIntoView({ block: "center" });
    try {
      state = decode(hash, figure.index, figure.config, await optimizers());
    } catch (error) {
      this.missed = error.name === "LoadError";
      if (this.missed) return void figure.fail(error.message);
      this.flaw = damaged(error.message);
      return void figure.request();
    }
    figure.offered = state.racers.map(({ edit }) => edit);
    state.racers.forEach((each) => delete each.edit);
    figure.restore(state);
    figure.dispatchEvent(new CustomEvent("descent-offered", { detail: figure.offered }));
  }

  /** Put the state into the address, and the address into the clipboard; return what to say. */
  async copy() {
    history.replaceState(null, "", `#${encode(this.figure.index, this.figure.state)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      return say("Copied");
    } catch {
      return say("See the address bar");
    }
  }

  /** Take the state out of the address. */
  forget() {
    this.missed = false;
    if (this.concerned) history.replaceState(null, "", location.pathname + location.search);
  }
}
