// Runs the figure's JavaScript on the cases of tests/test_twins.py, all in one process.

import { readFileSync } from "fs";
import { DECADE } from "./constants.js";
import { LossPanel, PathPanel } from "./draw.js";
import { general, power, tick } from "./format.js";
import { framed, ticks } from "./geometry.js";
import { log } from "./slider.js";
import { decode, dress, initial } from "./state.js";
import { ended, leaves, neighbour, pathsPart, stabilityLimit, verdict } from "./verdict.js";

/** As much of a document as a drawing needs. */
class Element {
  constructor(name) {
    Object.assign(this, { name, attributes: {}, children: [] });
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }
}
globalThis.document = { createElementNS: (_, name) => new Element(name) };

// What JSON has no number for is a text: "nan", "inf", "-inf", "-0".
const NUMBERS = { nan: NaN, inf: Infinity, "-inf": -Infinity };
const read = (_, value) => (typeof value === "string" && value in NUMBERS ? NUMBERS[value] : value);
const write = (_, value) => {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return general(value);
};

function drawn(panel, given) {
  const { steps, racers, objective, paths } = given;
  panel.draw({ state: { num_steps: steps, racers }, objective, paths: paths.map((each) => ended([...each])) }, steps);
  return {
    label: panel.svg.attributes["aria-label"],
    view: panel.svg.attributes.viewBox,
    frame: panel.edge.attributes,
    note: [panel.note.attributes.x, panel.note.attributes.y, panel.note.textContent ?? ""],
    back: panel.back.attributes.d,
    written: panel.written.innerHTML,
    points: panel.points.children.map(({ attributes }) => attributes),
    series: panel.series.map((each) => each.map(({ attributes }) => attributes)),
  };
}

const ASKED = {
  numbers: ([x, digits]) => general(x, digits),
  ticks: ([low, high, num]) => ticks(low, high, num).map((at) => [at, tick(at)]),
  powers: power,
  frames: (window) => framed(window),
  neighbours: neighbour,
  places: (low) => {
    const [{ at, value }, first] = [log(low), Math.floor(DECADE * Math.log10(low))];
    return [value(at(0)), ...Array.from({ length: DECADE - first + 1 }, (_, i) => value((first + i) / DECADE))];
  },
  looks: (wanted) => {
    const racers = wanted.map((look) => ({ look }));
    dress(racers);
    return racers.map(({ look }) => look);
  },
  pixels: ([xlim, ylim, x, y]) => {
    const panel = new PathPanel();
    panel.limits(xlim, ylim);
    return [panel.x(x), panel.y(y)];
  },
  limits: ([racer, eigenvalues]) => stabilityLimit(racer, { eigenvalues }),
  verdicts: ({ path, racer, objective, steps }) => {
    const walked = ended([...path]);
    return [verdict(walked, racer, objective, steps), leaves(walked, objective, steps)];
  },
  links: ([hash, index, shown, there]) => [initial(shown), decode(hash, index, there, [])],
  parts: ([path, other, objective]) => pathsPart(path, other, objective),
  paths: (given) => drawn(new PathPanel(), given),
  losses: (given) => drawn(new LossPanel(), given),
};

const given = JSON.parse(readFileSync(0, "utf8"), read);
const answers = Object.entries(given).map(([name, cases]) => [name, cases.map(ASKED[name])]);
console.log(JSON.stringify(Object.fromEntries(answers), write));
