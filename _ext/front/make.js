// Elements, from a line each.

/** Make an element: attributes, listeners (as functions), children. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Text for the eye: what stands in backticks becomes code. */
export const marked = (words) => words.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
