// What a figure shows, as plain data, and the same in the hash of a link.

import { LOOKS, MOST_NOISE, MOST_RACERS, MOST_SEED, MOST_START, MOST_STEPS } from "./constants.js";

/** @typedef {{name: string, symbol: string, value: number, low: number, high: number, scale: string}} Setting */
/** @typedef {{origin: string, label: string, look: number, rule: string, kind: string, clock: string, slots: any[], settings: Setting[], edit?: string}} Racer */
/** @typedef {{objective: string, start: number[], num_steps: number, noise: number, seed: number, racers: Racer[]}} State */

export const MOST_EDIT = 3000; // characters of a rule that a link may bring
export const COPY = (data) => JSON.parse(JSON.stringify(data));

/** The state that the first frame shows. @returns {State} */
export function initial(config) {
  const { objective, start, num_steps, noise, seed } = config;
  const racers = config.optimizers.map((racer, i) => ({ origin: String(i), ...COPY(racer) }));
  return { objective, start: [...start], num_steps, noise, seed, racers };
}

/** A racer by its origin: a number counts the figure's own, a word names one of the book's. */
export function racer(origin, config, book) {
  const own = /^\d+$/.test(origin) ? config.optimizers[Number(origin)] : null;
  const found = own ?? book.find((each) => each.label === origin);
  return found ? { origin, ...COPY(found) } : null;
}

/** A label that no other racer bears. */
export function freshLabel(label, racers) {
  const taken = new Set(racers.map((each) => each.label));
  let name = label;
  for (let i = 2; taken.has(name); i++) name = `${label} ${i}`;
  return name;
}

/**
 * Give every racer a look, which is a colour and a dash: the one that belongs to its kind, or, where another
 * has that, a free one; as `looks` of d2l_utils/live/svg.py does. Who has a look keeps it.
 */
export function dress(racers) {
  const wanted = racers.map(({ look }) => look);
  const free = Array.from({ length: LOOKS.length }, (_, i) => i).filter((look) => !wanted.includes(look));
  racers.forEach((each, i) => {
    if (each.look === null || wanted.indexOf(each.look) < i) each.look = free.shift();
  });
}

const written = (text) => encodeURIComponent(text).replace(/'/g, "%27").replace(/%20/g, "+");

/** The hash of a link to a figure of the page. */
export function encode(index, state) {
  const race = state.racers.map(
    ({ origin, settings }) => `${encodeURIComponent(origin)}:${settings.map(({ value }) => value).join(",")}`,
  );
  const edits = state.racers.flatMap(({ edit }, i) => (edit ? [`rule${i}=${written(edit)}`] : []));
  return [
    `figure=${index}`,
    `objective=${written(state.objective)}`,
    `start=${state.start.join(",")}`,
    `steps=${state.num_steps}`,
    `noise=${state.noise}`,
    `seed=${state.seed}`,
    `race=${race.join("~")}`,
    `looks=${state.racers.map(({ look }) => look).join(",")}`,
    ...edits,
  ].join("&");
}

/** Whether a hash speaks of this figure; of one that the page does not have the first figure speaks. */
export function concerns(hash, index, count) {
  const named = new URLSearchParams(hash).get("figure");
  if (named === null) return false;
  const known = /^\d+$/.test(named) && Number(named) < count;
  return known ? Number(named) === index : index === 0;
}

/** A number in a range, or an error that names the part of the link which is none. */
function within(part, text, low, high, whole = false) {
  const number = Number(text);
  const good = text !== null && text !== "" && number >= low && number <= high;
  if (!good || (whole && !Number.isInteger(number))) throw new Error(part);
  return number;
}

/**
 * The state in a hash.
 * @returns {State}
 * @throws {Error} whose message is the name of the part that makes no sense
 */
export function decode(hash, index, config, book) {
  const given = new URLSearchParams(hash);
  const check = (good, part) => {
    if (!good) throw new Error(part);
  };
  check(given.get("figure") === String(index), "figure");
  const get = (part, ...range) => within(part, given.get(part), ...range);
  const start = (given.get("start") ?? "").split(",").map((text) => within("start", text, -MOST_START, MOST_START));
  check(start.length === 2, "start");
  const state = {
    objective: given.get("objective"),
    start,
    num_steps: get("steps", 1, MOST_STEPS, true),
    noise: get("noise", 0, MOST_NOISE),
    seed: get("seed", 0, MOST_SEED, true),
    racers: [],
  };
  check(config.objectives.includes(state.objective), "objective");
  for (const text of (given.get("race") ?? "").split("~").slice(0, MOST_RACERS)) {
    const [origin, values = ""] = text.split(":");
    const found = racer(origin, config, book);
    const numbers = values.split(",");
    check(found && numbers.length === found.settings.length, "race");
    for (const [i, each] of found.settings.entries()) each.value = within("race", numbers[i], 0, allowed(each));
    const rule = `rule${state.racers.length}`;
    const edit = given.get(rule);
    check(edit === null || (edit !== "" && edit.length <= MOST_EDIT), rule);
    if (edit !== null) found.edit = edit;
    found.label = freshLabel(found.label, state.racers);
    state.racers.push(found);
  }
  const looks = given.get("looks")?.split(",");
  check(!looks || looks.every((_, i) => i < state.racers.length && looks.indexOf(looks[i]) === i), "looks");
  looks?.forEach((look, i) => (state.racers[i].look = within("looks", look, 0, LOOKS.length - 1, true)));
  dress(state.racers);
  return state;
}

/** The largest value that may be typed for a setting: a share stays below 1. */
export const allowed = (setting) => (setting.scale === "linear" ? 1 - 2 ** -53 : 1e6);
