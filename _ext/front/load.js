// Files that a page fetches when it needs them. One that does not come is asked for again the next time.

const base = new URL(".", import.meta.url);
const loaded = new Map();

/** A file that did not come, in words for the reader. */
export class LoadError extends Error {
  constructor(name, why) {
    super(`A part is missing: ${name} did not load (${why}). Whatever you do next tries again.`);
    this.name = "LoadError";
  }
}

async function read(name, as) {
  let answer;
  try {
    answer = await fetch(new URL(name, base));
    if (answer.ok) return await answer[as]();
  } catch {
    throw new LoadError(name, "no connection");
  }
  throw new LoadError(name, `the server says ${answer.status}`);
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
