// The editable rule below a live figure: its source as it stands in rules.py, to change and see what breaks.

import { CodeEditor, cut, style } from "./code.js";
import { make } from "./controls.js";
import { explain, suggestions } from "./judge.js";
import { runtime } from "./runtime.js";

const PAUSE = 350; // milliseconds without a key after which the edited rule runs
const base = new URL(".", import.meta.url);
let rulesText = null;
let count = 0;

/** The source of a rule of the book. */
async function source(rule) {
  rulesText ??= fetch(new URL("rules.py", base)).then((answer) => answer.text());
  return cut(await rulesText, rule);
}

/** The editor of one figure. It sends `descent-edited` from the figure when an edit has run or failed. */
export class RuleEditor {
  constructor(figure) {
    style();
    this.figure = figure;
    this.edits = new Map(); // name under which an edited rule is defined -> the book's rule and the text
    const subject = figure.state.racers.findIndex(({ rule }) => location.pathname.includes(`-${rule}.`));
    this.chosen = Math.max(0, subject); // in the chapter on Adam the editor opens with Adam
    this.notice = make("p", { class: "descent-edited", role: "status", hidden: true });
    this.body = make("div");
    this.element = make(
      "details",
      { class: "descent-rule", toggle: () => this.element.open && this.show() },
      make("summary", {}, "Change the rule itself and see what breaks"),
      this.body,
    );
    figure.append(this.element);
    figure.querySelector(".descent-panels").after(this.notice);
    figure.addEventListener("descent-raced", () => this.raced());
    figure.addEventListener("descent-failed", ({ detail }) => this.failed(detail));
  }

  get racers() {
    return this.figure.state.racers;
  }

  /** The book's rule behind a racer's. */
  original(racer) {
    return this.edits.get(racer.rule)?.original ?? racer.rule;
  }

  raced() {
    this.chosen = Math.min(this.chosen, this.racers.length - 1);
    this.tell();
    if (this.element.open) this.show();
  }

  /** Fill the editor with the chosen racer's rule. */
  async show() {
    const racer = this.racers[this.chosen];
    const original = this.original(racer);
    const text = await source(original);
    this.book = text;
    this.editor = new CodeEditor({
      text: this.edits.get(racer.rule)?.text ?? text,
      label: `The rule ${original}`,
      changed: () => this.wait(),
      run: () => this.run(),
    });
    this.said = make("p", { class: "descent-feedback", role: "alert" });
    this.slips = make("div", { hidden: true });
    const reset = make("button", { type: "button", click: () => this.reset() }, "Back to the book's text");
    this.body.replaceChildren(
      ...this.menu(),
      this.editor.element,
      this.said,
      make("div", { class: "descent-buttons" }, reset),
      this.slips,
    );
    this.offer(original);
  }

  menu() {
    if (this.racers.length < 2) return [];
    const choice = make("select", {
      change: () => {
        this.chosen = Number(choice.value);
        this.show();
      },
    });
    choice.append(...this.racers.map(({ label }, i) => make("option", { value: String(i) }, label)));
    choice.value = String(this.chosen);
    return [make("label", {}, "Whose rule? ", choice)];
  }

  /** Buttons for the slips that people really make. */
  async offer(original) {
    const { slips } = this;
    const offered = await suggestions(original).catch(() => []);
    const buttons = offered.map(({ words, text }) =>
      make(
        "button",
        {
          type: "button",
          click: () => {
            this.editor.text = text;
            this.run();
          },
        },
        words,
      ),
    );
    slips.hidden = buttons.length === 0;
    slips.replaceChildren(
      make("p", {}, "Or let one click change it:"),
      make("div", { class: "descent-buttons", role: "group", "aria-label": "Edits to try" }, ...buttons),
    );
  }

  wait() {
    clearTimeout(this.timer);
    this.say("");
    this.timer = setTimeout(() => this.run(), PAUSE);
  }

  /** Define what stands in the editor as a rule, and let the figure walk with it. */
  async run() {
    clearTimeout(this.timer);
    const { text } = this.editor;
    const racer = this.racers[this.chosen];
    if (text.trim() === this.book.trim()) return this.reset();
    const original = this.original(racer);
    const name = this.edits.has(racer.rule) ? racer.rule : `edited-${count++}`;
    try {
      await runtime.call("define", name, text);
    } catch (error) {
      return this.failed(error, text);
    }
    const at = this.racers.indexOf(racer);
    if (this.editor.text !== text || at < 0) return undefined;
    this.edits.set(name, { original, text });
    this.editor.mark(0);
    this.say("");
    this.figure.awake = true;
    this.figure.setRule(at, name);
    this.tell();
    return this.sent();
  }

  /** Bring the book's text back. */
  reset() {
    clearTimeout(this.timer);
    const racer = this.racers[this.chosen];
    this.editor.text = this.book;
    this.say("");
    this.figure.setRule(this.chosen, this.original(racer));
    this.tell();
    this.sent();
  }

  /** Say what went wrong. A rule that had to be stopped is taken out, or every slider would wait for it. */
  async failed(error, text = this.editor?.text) {
    if (!this.editor || !(error.name === "TimeoutError" || error.name === "RuleError")) return;
    if (error.name === "TimeoutError") {
      this.racers.forEach((racer, i) => {
        if (this.edits.has(racer.rule)) this.figure.setRule(i, this.original(racer));
      });
    }
    this.tell("fails; the picture is that of the last one that ran");
    let words = await explain(error, text).catch(() => error.message);
    if (error.name === "TimeoutError") words += " The figure is back at the book's rule.";
    if (this.editor.text !== text) return;
    this.editor.mark(error.line ?? 0);
    this.say(words[0].toUpperCase() + words.slice(1));
    this.figure.error.hidden = true;
    this.sent();
  }

  say(words) {
    this.said.dataset.kind = words ? "wrong" : "";
    this.said.textContent = words;
  }

  /** Say below the picture whose rule is not the book's. */
  tell(state = "runs, not the book's") {
    const labels = this.racers.filter((racer) => this.edits.has(racer.rule)).map(({ label }) => label);
    this.notice.hidden = labels.length === 0;
    this.notice.textContent = labels.length ? `${labels.join(" and ")}: your edited rule ${state}.` : "";
  }

  sent() {
    this.figure.dispatchEvent(new CustomEvent("descent-edited"));
  }
}

customElements.whenDefined("descent-figure").then(() => {
  for (const figure of document.querySelectorAll("descent-figure")) {
    if (figure.state) figure.editor = new RuleEditor(figure);
  }
});
