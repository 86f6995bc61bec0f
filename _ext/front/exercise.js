// <descent-exercise>: a rule with gaps or with a bug, an editor for it, and a judge.

import { CodeEditor } from "./code.js";
import { make, marked } from "./make.js";
import { explain, judged } from "./judge.js";
import { runtime } from "./runtime.js";
import { keep, kept } from "./store.js";
import { say } from "./words.js";

/** An exercise. After each run it sends `descent-judged` with `{ right, words }`. */
export class DescentExercise extends HTMLElement {
  connectedCallback() {
    const start = this.querySelector("pre.start");
    if (!start || this.editor) return;
    this.start = start.textContent;
    const title = this.querySelector("b").textContent;
    this.editor = new CodeEditor({
      text: this.start,
      label: say("{title} The code", { title }),
      changed: (text) => this.changed(text),
      run: () => this.run(),
    });
    this.editor.area.addEventListener("focus", () => runtime.warm().catch(() => {}), { once: true });
    this.button = make("button", { type: "button", class: "descent-run", click: () => this.run() }, say("Run"));
    const again = make("button", { type: "button", click: () => this.restart() }, say("Start again"));
    this.verdict = make("p", { class: "descent-feedback", role: "status", "aria-live": "polite" });
    start.replaceWith(this.editor.element, make("div", { class: "descent-buttons" }, this.button, again), this.verdict);
    this.querySelector(".in-notebook")?.remove();
    document.addEventListener("descent-forgotten", () => this.restart());
    this.remember(kept(this.dataset.key));
  }

  /** Take up a text that was written before, with what was said to it. */
  remember(answer) {
    if (typeof answer?.text !== "string") return;
    this.editor.text = answer.text;
    this.remark(answer.kind ?? "", answer.words ?? "");
  }

  /** Keep a text, unless it is the one to begin with. */
  keep(text, more = {}) {
    keep(this.dataset.key, text.trim() === this.start.trim() ? null : { text, ...more });
  }

  changed(text) {
    this.remark("", "");
    this.keep(text);
  }

  /** Compare the reader's text with the book's rule and say how it went. */
  async run() {
    const { text } = this.editor;
    this.running = text;
    this.remark("", say("Running …"));
    let kind = "wrong";
    let words;
    let line = 0;
    try {
      [kind, words] = await judged(this.dataset.rule, text, this.start);
    } catch (error) {
      line = error.line ?? 0;
      words = await explain(error, text).catch(() => error.message);
      words = words[0].toUpperCase() + words.slice(1);
    }
    if (this.running !== text || this.editor.text !== text) return;
    this.editor.mark(line);
    this.remark(kind, words);
    this.keep(text, { kind, words });
    this.dispatchEvent(new CustomEvent("descent-judged", { detail: { right: kind === "right", words } }));
  }

  restart() {
    this.running = null;
    this.editor.text = this.start;
    this.remark("", "");
    keep(this.dataset.key, null);
  }

  remark(kind, words) {
    this.verdict.dataset.kind = kind;
    this.verdict.replaceChildren(...marked(words));
  }
}

customElements.define("descent-exercise", DescentExercise);
