// The two panels of the figure: paths on contours, and the loss against steps.

import * as c from "./constants.js";
import { listed, power, tick, worded } from "./format.js";
import { framed, FULL, ticks } from "./geometry.js";
import { leaves } from "./verdict.js";
import { say } from "./words.js";

const FEW_TICKS = 3; // where the picture is small
const SVG = "http://www.w3.org/2000/svg";

/** Make an element of a drawing. */
export function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  parent?.append(made);
  return made;
}

const set = (made, attributes) => Object.entries(attributes).forEach((each) => made.setAttribute(...each));
const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

/** A frame that maps data to pixels; lines are clipped to it. */
class Panel {
  constructor() {
    this.svg = element("svg", { role: "img" });
    this.inside = element("svg", {}, this.svg);
    this.edge = element("rect", { class: "frame" }, this.svg);
    this.written = element("g", {}, this.svg);
    this.note = element("text", { class: "note", x: c.WIDTH - c.RIGHT - c.NOTE_IN }, this.svg);
    this.back = element("path", {}, this.inside);
    this.points = element("g", {}, this.inside);
    this.series = [];
    this.limits([0, 1], [0, 1]);
    this.reshape(FULL);
  }

  limits(xlim, ylim) {
    Object.assign(this, { xlim, ylim });
  }

  /** Take another shape: pixels above, inside and below the frame, and whether axes have room for names. */
  reshape({ top, inner, bottom, named }) {
    const height = top + inner + bottom;
    if (height === this.height) return;
    Object.assign(this, { top, inner, height, named, key: null });
    const frame = { x: c.LEFT, y: top, width: c.INNER_WIDTH, height: inner };
    set(this.svg, { viewBox: `0 0 ${c.WIDTH} ${height}` });
    set(this.inside, { ...frame, viewBox: `${c.LEFT} ${top} ${c.INNER_WIDTH} ${inner}` });
    set(this.edge, frame);
    set(this.note, { y: top + c.NOTE_DOWN });
  }

  x(value) {
    return clamp(c.LEFT + ((value - this.xlim[0]) / (this.xlim[1] - this.xlim[0])) * c.INNER_WIDTH, -c.FAR, c.FAR);
  }

  y(value) {
    const up = (value - this.ylim[0]) / (this.ylim[1] - this.ylim[0]);
    return clamp(this.top + (1 - up) * this.inner, -c.FAR, c.FAR);
  }

  /** Data coordinates of a point of the drawing, kept within the frame. */
  data(px, py) {
    const across = clamp((px - c.LEFT) / c.INNER_WIDTH, 0, 1);
    const up = 1 - clamp((py - this.top) / this.inner, 0, 1);
    return [this.xlim, this.ylim].map(([low, high], i) => low + [across, up][i] * (high - low));
  }

  /** Tick marks and names; the same ones again cost nothing. */
  axes(xticks, yticks, names) {
    const key = JSON.stringify([xticks, yticks, names, this.xlim, this.ylim]);
    if (key === this.key) return;
    this.key = key;
    const bottom = this.top + this.inner;
    const text = xticks.map(
      ([at, words]) => `<text class="tick" x="${this.x(at).toFixed(1)}" y="${bottom + c.TICK_BELOW}">${words}</text>`,
    );
    for (const [at, words] of yticks) {
      const y = (this.y(at) + c.TICK_DOWN).toFixed(1);
      text.push(`<text class="tick left" x="${c.LEFT - c.TICK_BEFORE}" y="${y}">${words}</text>`);
    }
    const middle = c.LEFT + c.INNER_WIDTH / 2;
    if (this.named) text.push(`<text x="${middle}" y="${this.height - c.NAME_UP}">${names[0]}</text>`);
    if (names[1]) text.push(`<text class="name" x="${c.LEFT}" y="${this.top - c.NAME_ABOVE}">${names[1]}</text>`);
    this.written.innerHTML = text.join("");
  }

  /** Draw one line a series, with a dot where it now ends, and dots on its points if asked. */
  lines(all, looks, dotted) {
    while (this.series.length > all.length) this.series.pop().forEach((each) => each.remove());
    while (this.series.length < all.length) {
      const names = ["path", "path", "circle"];
      const size = { circle: { r: c.HEAD_RADIUS } };
      this.series.push(names.map((name) => element(name, size[name] ?? {}, this.inside)));
    }
    all.forEach((points, i) => {
      const pixels = points.map(([x, y]) => `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`);
      const [line, dots, head] = this.series[i];
      const [x, y] = (pixels[pixels.length - 1] ?? "-99 -99").split(" ");
      const each = dotted ? pixels.slice(1, -1).map((pixel) => `M${pixel}h0`).join("") : "";
      set(line, { d: pixels.length ? `M${pixels.join("L")}` : "" });
      set(dots, { d: each });
      set(head, { cx: x, cy: y });
      const kinds = ["line", "line dots", "mark"];
      this.series[i].forEach((part, k) => {
        const css = `${kinds[k]} look-${looks[i]}`;
        if (part.getAttribute("class") !== css) part.setAttribute("class", css);
      });
    });
  }
}

const number = (values) => values.map((at) => [at, tick(at)]);

/** The points of a path up to a step, which may lie between two; `y` picks what is drawn of point i. */
function upTo(path, step, pick) {
  const points = [];
  const last = Math.min(Math.floor(step), path.length / 3 - 1);
  for (let i = 0; i <= last; i++) points.push(pick(i));
  if (last + 1 < path.length / 3 && step > last) {
    const [from, to] = [pick(last), pick(last + 1)];
    points.push(from.map((each, k) => each + (step - last) * (to[k] - each)));
  }
  return points.filter((point) => point.every(Number.isFinite));
}

const named = (racers) => racers.map(({ label }) => label).join(", ");

/** Contours, minima and the paths. */
export class PathPanel extends Panel {
  /** @param {number} step up to which the paths are drawn */
  draw({ state, objective, paths }, step) {
    if (objective !== this.objective || !this.key) {
      this.objective = objective;
      this.limits(...framed(objective.window, this.inner));
      const down = this.top + this.inner / 2 - FULL.top - FULL.inner / 2;
      set(this.back, { class: "contour", d: objective.contours, transform: `translate(0 ${down})` });
      this.points.replaceChildren();
      for (const [x, y] of objective.minima) {
        element("circle", { class: "minimum", cx: this.x(x), cy: this.y(y), r: c.MINIMUM_RADIUS }, this.points);
      }
      const names = this.named ? ["x", "y"] : [];
      this.axes(number(ticks(...this.xlim)), number(ticks(...this.ylim)), names);
    }
    const all = paths.map((path) => upTo(path, step, (i) => [path[3 * i], path[3 * i + 1]]));
    this.lines(all, state.racers.map(({ look }) => look), state.num_steps < c.MOST_DOTTED);
    const words = worded("paths", { objective: say(objective.name), labels: named(state.racers) });
    this.svg.setAttribute("aria-label", words);
  }
}

/** Say whose line runs out of a frame from low to high. */
function outside(labels, heights, low, high) {
  const said = [];
  const above = labels.filter((_, i) => heights[i].some((each) => each > high));
  const below = labels.filter((_, i) => heights[i].some((each) => each < low));
  for (const [out, side] of [[above, "above"], [below, "below"]]) {
    if (out.length) said.push(worded(side, { count: out.length, labels: listed(out) }));
  }
  return said.length > 1 ? worded("both", { above: said[0], below: said[1] }) : said.join("");
}

/** Height above the minimum after each step, on a log axis; where no minimum is known, the value itself. */
export class LossPanel extends Panel {
  draw({ state, objective, paths }, step) {
    const { racers, num_steps: numSteps } = state;
    const log = objective.lowest !== null;
    const above = (value) => Math.log10(clamp(value - objective.lowest, c.FLOOR, c.CEILING));
    const height = log ? above : (value) => clamp(value, -c.LARGEST, c.LARGEST);
    const heights = paths.map((path) =>
      Array.from({ length: path.length / 3 }, (_, i) => path[3 * i + 2])
        .filter(Number.isFinite)
        .map(height),
    );
    // Who leaves the picture does not stretch the axis of the others.
    const stay = heights.filter((_, i) => !leaves(paths[i], objective, numSteps));
    const shown = (stay.length ? stay : heights).flat();
    let [low, high] = [Math.min(...shown), Math.max(...shown)];
    let yticks;
    if (log) {
      low = Math.floor(low);
      high = Math.max(Math.ceil(high), low + 1);
      const every = Math.max(1, Math.ceil((high - low) / (this.named ? c.NUM_TICKS : FEW_TICKS)));
      yticks = [];
      for (let k = low; k <= high; k += every) yticks.push([k, power(k)]);
    } else {
      const pad = c.PAD * (high - low) || 1;
      [low, high] = [low - pad, high + pad];
      yticks = number(ticks(low, high, this.named ? c.NUM_TICKS : FEW_TICKS));
    }
    const name = worded(log ? "height" : "value");
    this.limits([0, numSteps], [low, high]);
    this.axes(number(ticks(0, numSteps)), yticks, [worded("step"), this.named ? name : say("{name}, by step", { name })]);
    const across = yticks.map(([at]) => `M${this.x(0)} ${this.y(at).toFixed(1)}H${this.x(numSteps)}`);
    set(this.back, { class: "grid", d: across.join("") });
    const all = paths.map((path, i) => upTo(path, step, (k) => [k, heights[i][k] ?? NaN]));
    this.lines(all, racers.map(({ look }) => look), false);
    const out = outside(racers.map(({ label }) => label), heights, low, high);
    this.note.textContent = out;
    const words = worded("losses", { name, labels: named(racers) });
    this.svg.setAttribute("aria-label", out ? worded("noted", { words, note: out }) : words);
  }
}
