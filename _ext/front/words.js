// The sentences of the page in its reader's language: the build adds the translations to this file. English is
// the source, and stands in the code. `say` and `plural` are those of d2l_utils.words.

export const TABLE = {}; // a sentence -> what is said for it, or a list of its forms
export const FORMS = []; // a number -> which form; from 100 on the last two digits tell

const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

/** A sentence as it is, that `say` gets later; so it is found for the catalogues. */
export const noted = (sentence) => sentence;

/** A sentence with the values in its places. */
export const say = (sentence, values = {}) => fill(TABLE[sentence] ?? sentence, values);

/** The form of a sentence that belongs to a number. */
export function plural(one, many, number, values = {}) {
  const form = FORMS[number < 100 ? number : 100 + (number % 100)] ?? Number(number !== 1);
  return fill((TABLE[one] ?? [one, many])[form], values);
}
