// What a path did, in the words of d2l_utils.live.verdict.

import { SEEN, TOLERANCE, WINDOWS } from "./constants.js";
import { worded } from "./format.js";
import { framed } from "./geometry.js";

// The largest stable ηλ on a quadratic, where it is known, and how it is written: as in d2l_utils.theory.
const sgd = [() => 2, "2/λmax"];
const momentum = [(beta) => 2 * (1 + beta), "2(1 + β)/λmax"];
const nesterov = [(beta) => (2 * (1 + beta)) / (1 + 2 * beta), "2(1 + β)/((1 + 2β) λmax)"];
const STABLE = {
  sgd,
  momentum,
  momentum_lr_outside: momentum,
  nesterov,
  nesterov_lr_outside: nesterov,
};

const setting = (racer, name) => racer.settings.find((each) => each.name === name)?.value;

/** The rate above which a racer diverges on an objective, or infinity, and how the limit is written. */
export function stabilityLimit(racer, objective) {
  const curvatures = objective.eigenvalues;
  if (racer.edit || !curvatures || Math.min(...curvatures) < 0 || !(racer.rule in STABLE)) return [Infinity, ""];
  const [largest, formula] = STABLE[racer.rule];
  return [largest(setting(racer, "momentum") ?? 0) / Math.max(...curvatures), formula];
}

/**
 * A path as it came from the page's Python, with `divides`, the step that divides by zero, or null. One more
 * number at its end says so.
 */
export function ended(path) {
  const divides = path.length % 3 ? Math.floor(path.length / 3) : null;
  if (divides !== null) path.pop();
  return Object.assign(path, { divides });
}

/** Whether a path goes many windows far, or ends because its numbers have become too large. */
export function leaves(path, objective, numSteps) {
  const far = WINDOWS * Math.max(...objective.window.map(([low, high]) => high - low));
  if (path.length < 3 * (numSteps + 1) && !path.divides) return true;
  return path.some((number, i) => i % 3 < 2 && !(Math.abs(number) < far));
}

/** The first step from which on all values stay within the tolerance of the minimum, or null. */
export function stepsTo(path, lowest, tolerance = TOLERANCE) {
  let step = path.length / 3;
  while (step > 0 && path[3 * step - 1] - lowest <= tolerance) step -= 1;
  return step === path.length / 3 ? null : step;
}

/**
 * What a path did, as the key of a sentence and what is filled in.
 * @param {number[]} path x, y, value, x, y, value, ...
 * @returns {[string, object]}
 */
export function outcome(path, racer, objective, numSteps) {
  const [limit, formula] = stabilityLimit(racer, objective);
  const lr = setting(racer, "lr");
  if (lr > limit) return ["diverges", { lr, formula, limit }];
  if (leaves(path, objective, numSteps)) return ["leaves", {}];
  if (path.divides) return ["divides", { step: path.divides }];
  const after = { count: numSteps, loss: path[path.length - 1] + 0 }; // 0 has no sign
  if (objective.lowest === null) return ["after", after];
  const step = stepsTo(path, objective.lowest);
  const more = { ...after, near: TOLERANCE, step };
  return [step === null ? "not_near" : "near", more];
}

/** Say in words what a path did: how far it came, or that it diverges, and why where that is known. */
export const verdict = (...given) => worded(...outcome(...given));

/** The next float above x. */
export function neighbour(x) {
  const view = new DataView(new ArrayBuffer(8));
  if (x === 0) return Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** Whether two paths, from a start and from the float next to it, part in sight of a reader. */
export function pathsPart(path, other, objective) {
  const frame = framed(objective.window);
  const far = SEEN * (frame[0][1] - frame[0][0]);
  const seen = (walked, i) => frame.every(([low, high], k) => low <= walked[i + k] && walked[i + k] <= high);
  for (let i = 0; i < Math.min(path.length, other.length); i += 3) {
    const apart = Math.max(Math.abs(path[i] - other[i]), Math.abs(path[i + 1] - other[i + 1]));
    if (apart > far && (seen(path, i) || seen(other, i))) return true;
  }
  return false;
}
