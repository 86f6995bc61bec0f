// What the page asks of check.py: the verdict on a rule, the slips on offer, and an error in words.

import { load } from "./load.js";
import { runtime } from "./runtime.js";

const NEEDED = ["lessons.py", "slips.py", "trials.py", "feedback.py", "check.py"];

async function ask(name, ...args) {
  await Promise.all(NEEDED.map((each) => load(each))); // fetching them does not count as running time
  await runtime.warm();
  return runtime.call(`check.${name}`, ...args);
}

/**
 * Compare a rule with the book's; `start` is the text that the reader was given.
 * @returns {Promise<[string, string]>} "right" or "wrong", and what to say
 */
export const judged = (rule, text, start) => ask("judged", rule, text, start);

/** The edits on offer for a rule. @returns {Promise<{words: string, text: string}[]>} */
export async function suggestions(rule) {
  const flat = await ask("suggestions", rule);
  return flat.flatMap((words, i) => (i % 2 ? [] : [{ words, text: flat[i + 1] }]));
}

/** Say in words what went wrong with the rule in `text`. */
export async function explain(error, text) {
  if (error.name !== "RuleError") return error.message;
  return ask("explain", error.type, error.message, error.line ?? 0, text);
}
