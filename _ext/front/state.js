// What a figure shows, as plain data, and the same in the hash of a link.

/** @typedef {{name: string, symbol: string, value: number, low: number, high: number, scale: string}} Setting */
/** @typedef {{origin: string, label: string, rule: string, step: string, slots: number[], settings: Setting[], edit?: string}} Racer */
/** @typedef {{objective: string, start: number[], num_steps: number, noise: number, seed: number, racers: Racer[]}} State */

export const MOST = { racers: 4, steps: 200, noise: 2, edit: 3000 }; // an edit: characters that a link may bring
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
    ...edits,
  ].join("&");
}

/** Whether a hash speaks of this figure. */
export const concerns = (hash, index) => new URLSearchParams(hash).get("figure") === String(index);

const within = (text, low, high) => {
  const number = Number(text);
  return text !== null && text !== "" && number >= low && number <= high ? number : null;
};

/** The state in a hash, or null where the hash makes no sense. @returns {State|null} */
export function decode(hash, config, book) {
  const given = new URLSearchParams(hash);
  const start = (given.get("start") ?? "").split(",").map((text) => within(text, -1e6, 1e6));
  const state = {
    objective: given.get("objective"),
    start,
    num_steps: within(given.get("steps"), 1, MOST.steps),
    noise: within(given.get("noise"), 0, MOST.noise),
    seed: within(given.get("seed"), 0, 2 ** 31 - 1),
    racers: [],
  };
  const whole = Number.isInteger(state.num_steps) && Number.isInteger(state.seed);
  const known = config.objectives.includes(state.objective);
  if (!known || start.length !== 2 || start.includes(null) || state.noise === null || !whole) return null;
  const race = (given.get("race") ?? "").split("~").slice(0, MOST.racers);
  for (const text of race) {
    const [origin, values = ""] = text.split(":");
    const found = racer(origin, config, book);
    const numbers = values.split(",");
    if (!found || numbers.length !== found.settings.length) return null;
    for (const [i, each] of found.settings.entries()) {
      const number = within(numbers[i], 0, allowed(each));
      if (number === null) return null;
      each.value = number;
    }
    const edit = given.get(`rule${state.racers.length}`);
    if (edit !== null && (edit === "" || edit.length > MOST.edit)) return null;
    if (edit !== null) found.edit = edit;
    found.label = freshLabel(found.label, state.racers);
    state.racers.push(found);
  }
  return state;
}

/** The largest value that may be typed for a setting: a share stays below 1. */
export const allowed = (setting) => (setting.scale === "linear" ? 1 - 2 ** -53 : 1e6);
