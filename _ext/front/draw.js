// The two panels of the figure, with the geometry of d2l_utils/svg.py: what is drawn first stays in place.

import { general, power } from "./format.js";

export const WIDTH = 360;
export const HEIGHT = 270;
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 8, 8, 38];
const INNER_WIDTH = WIDTH - LEFT - RIGHT;
const INNER_HEIGHT = HEIGHT - TOP - BOTTOM;
const FAR = 9999; // pixels; beyond it a coordinate means nothing to an eye and much to a browser
const [FLOOR, CEILING] = [1e-16, 1e16]; // what the log axis shows of a loss
const DOTTED = 61; // points; a longer path is a line without dots
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  parent?.append(made);
  return made;
}

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

/** Round numbers between low and high, about num of them. */
export function ticks(low, high, num = 5) {
  const rough = (high - low) / num;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((each) => each >= rough);
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
  return Array.from({ length: count }, (_, i) => (Math.ceil(low / step) + i) * step);
}

/** A frame that maps data to pixels; lines are clipped to it. */
class Panel {
  constructor() {
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    const frame = { x: LEFT, y: TOP, width: INNER_WIDTH, height: INNER_HEIGHT };
    const view = `${LEFT} ${TOP} ${INNER_WIDTH} ${INNER_HEIGHT}`;
    this.inside = element("svg", { ...frame, viewBox: view }, this.svg);
    element("rect", { class: "frame", ...frame }, this.svg);
    this.written = element("g", {}, this.svg);
    this.back = element("path", {}, this.inside);
    this.points = element("g", {}, this.inside);
    this.series = [];
    this.limits([0, 1], [0, 1]);
  }

  limits(xlim, ylim) {
    Object.assign(this, { xlim, ylim });
  }

  x(value) {
    return clamp(LEFT + ((value - this.xlim[0]) / (this.xlim[1] - this.xlim[0])) * INNER_WIDTH, -FAR, FAR);
  }

  y(value) {
    const up = (value - this.ylim[0]) / (this.ylim[1] - this.ylim[0]);
    return clamp(TOP + (1 - up) * INNER_HEIGHT, -FAR, FAR);
  }

  /** Data coordinates of a point of the drawing, kept within the frame. */
  data(px, py) {
    const across = clamp((px - LEFT) / INNER_WIDTH, 0, 1);
    const up = 1 - clamp((py - TOP) / INNER_HEIGHT, 0, 1);
    return [this.xlim, this.ylim].map(([low, high], i) => low + [across, up][i] * (high - low));
  }

  /** Tick marks and names; the same ones again cost nothing. */
  axes(xticks, yticks, names) {
    const key = JSON.stringify([xticks, yticks, names, this.xlim, this.ylim]);
    if (key === this.key) return;
    this.key = key;
    const bottom = TOP + INNER_HEIGHT;
    const text = xticks.map(
      ([at, words]) => `<text class="tick" x="${this.x(at).toFixed(1)}" y="${bottom + 15}">${words}</text>`,
    );
    for (const [at, words] of yticks) {
      const y = (this.y(at) + 4).toFixed(1);
      text.push(`<text class="tick left" x="${LEFT - 5}" y="${y}">${words}</text>`);
    }
    const middle = `translate(12 ${TOP + INNER_HEIGHT / 2}) rotate(-90)`;
    text.push(`<text x="${LEFT + INNER_WIDTH / 2}" y="${HEIGHT - 5}">${names[0]}</text>`);
    text.push(`<text transform="${middle}">${names[1]}</text>`);
    this.written.innerHTML = text.join("");
  }

  /** Draw one line a series, with a dot where it now ends, and dots on its points if asked. */
  lines(all, dotted) {
    while (this.series.length > all.length) this.series.pop().forEach((each) => each.remove());
    while (this.series.length < all.length) {
      const css = `series-${this.series.length}`;
      this.series.push([
        element("path", { class: css }, this.inside),
        element("path", { class: `${css} dots` }, this.inside),
        element("circle", { class: `${css} mark`, r: 4 }, this.inside),
      ]);
    }
    all.forEach((points, i) => {
      const pixels = points.map(([x, y]) => `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`);
      const [line, dots, head] = this.series[i];
      line.setAttribute("d", pixels.length ? `M${pixels.join("L")}` : "");
      dots.setAttribute("d", dotted ? pixels.slice(1, -1).map((pixel) => `M${pixel}h0`).join("") : "");
      const [x, y] = (pixels[pixels.length - 1] ?? "-99 -99").split(" ");
      head.setAttribute("cx", x);
      head.setAttribute("cy", y);
    });
  }
}

const number = (values) => values.map((at) => [at, general(at).replace("-", "−")]);

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

/** Contours, minima and the paths. */
export class PathPanel extends Panel {
  /** @param {number} step up to which the paths are drawn */
  draw(objective, labels, paths, step) {
    if (objective !== this.objective) {
      this.objective = objective;
      this.limits(...objective.window);
      this.back.setAttribute("class", "contour");
      this.back.setAttribute("d", objective.contours);
      this.points.replaceChildren();
      for (const [x, y] of objective.minima) {
        element("circle", { class: "minimum", cx: this.x(x), cy: this.y(y), r: 5 }, this.points);
      }
      this.axes(number(ticks(...this.xlim)), number(ticks(...this.ylim)), ["x", "y"]);
    }
    const all = paths.map((path) => upTo(path, step, (i) => [path[3 * i], path[3 * i + 1]]));
    this.lines(all, Math.max(...paths.map((path) => path.length / 3)) <= DOTTED);
    const words = `Contours of the ${objective.name} with the path of ${labels.join(", ")}`;
    this.svg.setAttribute("aria-label", words);
  }
}

/** Height above the minimum after each step, on a log axis; where no minimum is known, the value itself. */
export class LossPanel extends Panel {
  draw(objective, labels, paths, step, numSteps) {
    const log = objective.lowest !== null;
    const height = (value) => (log ? Math.log10(clamp(value - objective.lowest, FLOOR, CEILING)) : value);
    const heights = paths.map((path) =>
      Array.from({ length: path.length / 3 }, (_, i) => path[3 * i + 2])
        .filter(Number.isFinite)
        .map(height),
    );
    let low = Math.min(...heights.flat());
    let high = Math.max(...heights.flat());
    let yticks;
    if (log) {
      low = Math.floor(low);
      high = Math.max(Math.ceil(high), low + 1);
      const every = Math.max(1, Math.ceil((high - low) / 5));
      yticks = [];
      for (let k = low; k <= high; k += every) yticks.push([k, power(k)]);
    } else {
      const pad = 0.05 * (high - low) || 1;
      [low, high] = [low - pad, high + pad];
      yticks = number(ticks(low, high));
    }
    const name = log ? "loss above the minimum" : "loss";
    this.limits([0, numSteps], [low, high]);
    this.axes(number(ticks(0, numSteps)), yticks, ["step", name]);
    this.back.setAttribute("class", "grid");
    const across = yticks.map(([at]) => `M${this.x(0)} ${this.y(at).toFixed(1)}H${this.x(numSteps)}`);
    this.back.setAttribute("d", across.join(""));
    const all = paths.map((path, i) => upTo(path, step, (k) => [k, heights[i][k] ?? NaN]));
    this.lines(all, false);
    this.svg.setAttribute("aria-label", `The ${name} after each step of ${labels.join(", ")}`);
  }
}
