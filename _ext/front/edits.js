// Rules of the reader's own.

import { runtime } from "./runtime.js";

const names = new Map(); // a rule's text -> the name under which it is defined

/** Define the text as a rule, unless it is, and give the name under which it runs. @returns {Promise<string>} */
export async function defined(text) {
  if (!names.has(text)) {
    const name = `edited-${names.size}`;
    await runtime.call("define", name, text);
    names.set(text, name);
  }
  return names.get(text);
}
