// Files that a page fetches when it needs them. One that does not come is asked for again the next time.

import { noted, say } from "./words.js";

const base = new URL(".", import.meta.url);
const loaded = new Map();

/** A file that did not come, in words for the reader. A status of 0 is no connection; without one nobody knows. */
export class LoadError extends Error {
  constructor(part, status) {
    const why = {
      undefined: noted("A part is missing: {part} did not load. Whatever you do next tries again."),
      0: noted("A part is missing: {part} did not load (no connection). Whatever you do next tries again."),
    };
    const told = noted("A part is missing: {part} did not load (the server says {status}). Whatever you do next tries again.");
    super(say(why[status] ?? told, { part, status }));
    this.name = "LoadError";
  }
}

async function read(name, as) {
  let answer;
  try {
    answer = await fetch(new URL(name, base));
    if (answer.ok) return await answer[as]();
  } catch {
    throw new LoadError(name, 0);
  }
  throw new LoadError(name, answer.status);
}

/** The content of a file beside this one, fetched once. @param {"text"|"json"} as */
export function load(name, as = "text") {
  if (!loaded.has(name)) {
    const content = read(name, as);
    loaded.set(name, content);
    content.catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}
