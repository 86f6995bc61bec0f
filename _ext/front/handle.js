// The start of the path as something to take hold of: with a pointer, or with the arrow keys.

import { make } from "./make.js";
import { shown } from "./format.js";
import { WIDTH } from "./constants.js";
import { say } from "./words.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const FINE = 0.01; // of the window, a key press; with Shift ten times that

/** A ring over the path panel. `moved(start, event)` is told where it goes. */
export class Handle {
  constructor(moved) {
    this.moved = moved;
    this.element = make("div", {
      class: "descent-handle",
      role: "slider",
      tabindex: "0",
      "aria-label": say("Start of the path; the arrow keys move it"),
      "aria-orientation": "horizontal",
      pointerdown: (event) => this.grab(event),
      pointermove: (event) => this.held === event.pointerId && this.follow(event),
      pointerup: () => this.release(),
      pointercancel: () => this.release(),
      keydown: (event) => this.key(event),
    });
  }

  /** Lie over a panel's drawing. */
  attach(stage, panel) {
    this.panel = panel;
    this.stage = stage;
    stage.append(this.element);
  }

  /** Stand at a point of the objective's window. */
  place([x, y]) {
    this.at = [x, y];
    this.element.style.left = `${(100 * this.panel.x(x)) / WIDTH}%`;
    this.element.style.top = `${(100 * this.panel.y(y)) / this.panel.height}%`;
    const [low, high] = this.panel.xlim;
    const values = { valuemin: low, valuemax: high, valuenow: Math.min(Math.max(x, low), high) };
    for (const key in values) this.element.setAttribute(`aria-${key}`, values[key]);
    this.element.setAttribute("aria-valuetext", `x = ${shown(x)}, y = ${shown(y)}`);
  }

  grab(event) {
    if (event.button) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.held = event.pointerId;
    this.element.classList.add("held");
    // Where the finger took hold of the ring, so that it does not jump under it.
    const box = this.element.getBoundingClientRect();
    this.offset = [box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY];
  }

  follow(event) {
    const [dx, dy] = this.offset;
    this.moveTo(event.clientX + dx, event.clientY + dy, event);
  }

  /** Move to a point of the screen. */
  moveTo(clientX, clientY, event) {
    const box = this.stage.getBoundingClientRect();
    const px = ((clientX - box.x) / box.width) * WIDTH;
    const py = ((clientY - box.y) / box.height) * this.panel.height;
    this.go(this.panel.data(px, py), event);
  }

  release() {
    this.held = null;
    this.element.classList.remove("held");
  }

  key(event) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    const size = event.shiftKey ? 10 * FINE : FINE;
    const limits = [this.panel.xlim, this.panel.ylim];
    const to = this.at.map((each, i) => {
      const [low, high] = limits[i];
      return Math.min(Math.max(each + direction[i] * size * (high - low), low), high);
    });
    this.go(to, event);
  }

  go(to, event) {
    const limits = [this.panel.xlim, this.panel.ylim];
    // A thousandth of the window is as fine as a finger; rounder numbers read better and make short links.
    const start = to.map((each, i) => {
      const digits = Math.max(0, 3 - Math.floor(Math.log10(limits[i][1] - limits[i][0])));
      return Number(each.toFixed(digits));
    });
    this.place(start);
    this.moved(start, event);
  }
}
