// A small code editor: a textarea, and its text once more behind it in colours and with line numbers. A line
// that is too long for the screen goes on below, in both at the same place.

import { make } from "./make.js";
import { MOST_EDIT } from "./state.js";
import { say } from "./words.js";

const INDENT = "    ";
const TOKENS = [
  ["comment", /#[^\n]*/y],
  ["string", /"""[^]*?(?:"""|$)|"[^"\n]*"?|'[^'\n]*'?/y],
  ["keyword", /\b(?:def|return|if|else|elif|for|in|while|and|or|not|import|from|pass|True|False|None)\b/y],
  ["number", /\b\d+(?:\.\d*)?(?:e[+-]?\d+)?/y],
  ["", /[^\W\d]\w*|\s+|[^]/uy],
];

let styled = false;
let count = 0;

/** Load the style sheet of the editor, the exercises and the questions, once a page; again if it failed. */
export function style() {
  if (styled) return;
  styled = true;
  const failed = () => {
    styled = false;
    sheet.remove();
  };
  const href = new URL("practice.css", import.meta.url).href;
  const sheet = make("link", { rel: "stylesheet", href, error: failed });
  document.head.append(sheet);
}

/** Split Python into lines of coloured pieces. */
export function highlighted(text) {
  const lines = [[]];
  for (let at = 0; at < text.length; ) {
    for (const [kind, pattern] of TOKENS) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (!found) continue;
      for (const [i, part] of found[0].split("\n").entries()) {
        if (i) lines.push([]);
        if (part) lines.at(-1).push(kind ? make("span", { class: `code-${kind}` }, part) : part);
      }
      at = pattern.lastIndex;
      break;
    }
  }
  return lines;
}

/** An editor for a few lines of Python. Put `element` into the page. */
export class CodeEditor {
  /**
   * @param {object} given text: what it begins with; label: its name for a screen reader;
   *   changed: called after each change; run: called on Ctrl+Enter
   */
  constructor({ text, label, changed = () => {}, run = () => {} }) {
    style();
    const help = `descent-code-help-${count++}`;
    this.changed = changed;
    this.run = run;
    this.leaving = false;
    // Not a pre: the theme makes those reachable by Tab.
    this.colours = make("div", { class: "descent-code-colours", "aria-hidden": "true" });
    this.area = make("textarea", {
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "soft",
      maxlength: MOST_EDIT,
      "aria-label": label,
      "aria-describedby": help,
      input: () => this.edited(),
      keydown: (event) => this.key(event),
      blur: () => (this.leaving = false),
    });
    this.element = make(
      "div",
      { class: "descent-code" },
      make("div", { class: "descent-code-box" }, this.colours, this.area),
      make("p", { class: "descent-code-help", id: help }, say("Tab indents. To leave the editor with Tab, press Escape first.")),
    );
    this.text = text;
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    this.area.value = text.trimEnd();
    this.bad = 0;
    this.draw();
  }

  /** Mark a line as the one with the error; 0 marks none. */
  mark(line) {
    this.bad = line;
    this.area.setAttribute("aria-invalid", String(line > 0));
    this.draw();
  }

  draw() {
    const lines = highlighted(this.text).map((pieces, i) => {
      const bad = i + 1 === this.bad ? " descent-code-bad" : "";
      const number = make("span", { class: `descent-code-number${bad}` }, String(i + 1));
      return make("div", {}, number, ...pieces, "\n");
    });
    this.colours.replaceChildren(...lines);
  }

  edited() {
    this.bad = 0;
    this.area.removeAttribute("aria-invalid");
    this.draw();
    this.changed(this.text);
  }

  key(event) {
    const plain = !event.altKey && !event.metaKey && !event.isComposing;
    if (event.key === "Escape") {
      this.leaving = true;
    } else if (event.key === "Tab" && plain && !event.ctrlKey && !this.leaving) {
      event.preventDefault();
      if (event.shiftKey) this.outdent();
      else this.insert(INDENT);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.run();
    } else if (event.key === "Enter" && plain && !event.shiftKey) {
      event.preventDefault();
      const line = this.text.slice(0, this.area.selectionStart).split("\n").pop();
      this.insert(`\n${line.match(/^ */)[0]}${/:\s*$/.test(line) ? INDENT : ""}`);
    }
    if (!["Escape", "Tab", "Shift"].includes(event.key)) this.leaving = false;
  }

  /** Type text at the cursor, so that the browser's own undo takes it back. */
  insert(text) {
    if (!document.execCommand("insertText", false, text)) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.edited();
    }
  }

  outdent() {
    const { selectionStart: at } = this.area;
    const start = this.text.lastIndexOf("\n", at - 1) + 1;
    const spaces = Math.min(this.text.slice(start).match(/^ */)[0].length, INDENT.length);
    if (!spaces) return;
    this.area.setRangeText("", start, start + spaces, "preserve");
    this.edited();
  }
}
