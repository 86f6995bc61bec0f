// <descent-exercise>: a rule with gaps or with a bug, an editor for it, and a judge.

import { CodeEditor } from "./code.js";
import { make, marked } from "./controls.js";
import { explain, verdict } from "./judge.js";
import { runtime } from "./runtime.js";

/** An exercise. After each run it sends `descent-judged` with `{ right, words }`. */
export class DescentExercise extends HTMLElement {
  connectedCallback() {
    const start = this.querySelector("pre.start");
    if (!start || this.editor) return;
    this.start = start.textContent;
    const title = this.querySelector("b").textContent;
    this.editor = new CodeEditor({
      text: this.start,
      label: `${title} The code`,
      changed: () => this.say("", ""),
      run: () => this.run(),
    });
    this.editor.area.addEventListener("focus", () => runtime.warm().catch(() => {}), { once: true });
    this.button = make("button", { type: "button", class: "descent-run", click: () => this.run() }, "Run");
    const again = make("button", { type: "button", click: () => this.restart() }, "Start again");
    this.verdict = make("p", { class: "descent-feedback", role: "status", "aria-live": "polite" });
    start.replaceWith(this.editor.element, make("div", { class: "descent-buttons" }, this.button, again), this.verdict);
    this.querySelector(".in-notebook")?.remove();
  }

  /** Compare the reader's text with the book's rule and say how it went. */
  async run() {
    const { text } = this.editor;
    this.running = text;
    this.say("", "Running …");
    let kind = "wrong";
    let words;
    let line = 0;
    try {
      [kind, words] = await verdict(this.dataset.rule, text, this.start);
    } catch (error) {
      line = error.line ?? 0;
      words = await explain(error, text).catch(() => error.message);
      words = words[0].toUpperCase() + words.slice(1);
    }
    if (this.running !== text || this.editor.text !== text) return;
    this.editor.mark(line);
    this.say(kind, words);
    this.dispatchEvent(new CustomEvent("descent-judged", { detail: { right: kind === "right", words } }));
  }

  restart() {
    this.running = null;
    this.editor.text = this.start;
    this.say("", "");
  }

  say(kind, words) {
    this.verdict.dataset.kind = kind;
    this.verdict.replaceChildren(...marked(words));
  }
}

customElements.define("descent-exercise", DescentExercise);
