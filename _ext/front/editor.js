// The editable rule below a live figure: its source, to change and see what breaks.

import { CodeEditor, style } from "./code.js";
import { load } from "./load.js";
import { make, marked } from "./make.js";
import { defined } from "./edits.js";
import { listed } from "./format.js";
import { explain, suggestions } from "./judge.js";
import { noted, say } from "./words.js";

const PAUSE = 350; // milliseconds without a key after which the edited rule runs

/** The source of a rule of the book. */
const source = async (rule) => (await load("sources.json", "json"))[rule];

/** What did not load, with a button that tries again. */
const again = (error, retry) =>
  make("p", { role: "alert" }, `${error.message} `, make("button", { type: "button", click: retry }, say("Try again")));

/** The editor of one figure. It sends `descent-edited` from the figure when an edit has run or failed. */
export class RuleEditor {
  constructor(figure) {
    style();
    this.figure = figure;
    this.offers = []; // for each racer the rule that a link brings and nobody has run yet
    const subject = this.racers.findIndex(({ rule }) => location.pathname.includes(`-${rule}.`));
    this.chosen = Math.max(0, subject); // in the chapter on Adam the editor opens with Adam
    this.notice = make("p", { class: "descent-edited", role: "status", hidden: true });
    this.body = make("div");
    this.element = make(
      "details",
      { class: "descent-rule", toggle: () => this.element.open && this.show() },
      make("summary", {}, say("Change the rule itself and see what breaks")),
      this.body,
    );
    figure.side.append(this.element);
    figure.side.prepend(this.notice);
    figure.addEventListener("descent-raced", () => this.raced());
    figure.addEventListener("descent-failed", ({ detail }) => this.failed(detail));
    figure.addEventListener("descent-drawn", ({ detail }) => detail.since !== undefined && this.drawn());
    figure.addEventListener("descent-offered", ({ detail }) => this.offer(detail));
    if (figure.offered) this.offer(figure.offered);
  }

  get racers() {
    return this.figure.state.racers;
  }

  raced() {
    this.offers = [];
    this.chosen = Math.min(this.chosen, this.racers.length - 1);
    this.tell();
    if (this.element.open) this.show();
  }

  /** Show the rules that a link brings. They run when the reader, who can read them here, says so. */
  offer(edits) {
    this.offers = edits;
    const first = edits.findIndex(Boolean);
    if (first < 0) return;
    this.chosen = first;
    const labels = this.racers.filter((_, i) => edits[i]).map(({ label }) => label);
    const run = make("button", { type: "button", click: () => this.accept() }, say("Run it"));
    const words = say("{labels}: this link brings an edited rule. It stands below and has not run.", {
      labels: listed(labels),
    });
    this.notice.replaceChildren(`${words} `, run);
    this.notice.hidden = false;
    if (this.element.open) this.show();
    else this.element.open = true;
  }

  /** Run the rules that a link brought. */
  async accept() {
    const { offers } = this;
    this.offers = [];
    for (const [i, text] of offers.entries()) if (text) await this.attempt(i, text);
  }

  /** Fill the editor with the chosen racer's rule. */
  async show() {
    const { rule, edit } = this.racers[this.chosen];
    const text = this.offers[this.chosen] ?? edit;
    try {
      this.book = await source(rule);
    } catch (error) {
      this.body.replaceChildren(again(error, () => this.show()));
      return;
    }
    this.editor = new CodeEditor({
      text: text ?? this.book,
      label: say("The rule {rule}", { rule }),
      changed: () => this.wait(),
      run: () => this.run(),
    });
    this.said = make("p", { class: "descent-feedback", role: "alert" });
    this.slips = make("div", { hidden: true });
    const reset = make("button", { type: "button", click: () => this.reset() }, say("Back to the book's text"));
    this.body.replaceChildren(
      ...this.menu(),
      this.editor.element,
      this.said,
      make("div", { class: "descent-buttons" }, reset),
      this.slips,
    );
    this.suggest(rule);
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
    return [make("label", {}, `${say("Whose rule?")} `, choice)];
  }

  /** Buttons for the slips that people really make. */
  async suggest(rule) {
    const { slips } = this;
    let offered;
    try {
      offered = await suggestions(rule);
    } catch (error) {
      slips.replaceChildren(again(error, () => this.suggest(rule)));
      slips.hidden = false;
      return;
    }
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
      make("p", {}, say("Or let one click change it:")),
      make("div", { class: "descent-buttons", role: "group", "aria-label": say("Edits to try") }, ...buttons),
    );
  }

  wait() {
    clearTimeout(this.timer);
    this.remark("");
    this.timer = setTimeout(() => this.run(), PAUSE);
  }

  /** Let the figure walk with what stands in the editor. */
  run() {
    clearTimeout(this.timer);
    const { text } = this.editor;
    if (text.trim() === this.book.trim()) this.reset();
    else this.attempt(this.chosen, text);
  }

  /** Let a racer walk with a rule, unless the text defines none. */
  async attempt(i, text) {
    const racer = this.racers[i];
    const isNew = () => i === this.chosen && this.editor && this.editor.text.trimEnd() !== text.trimEnd();
    try {
      await defined(text);
    } catch (error) {
      return this.failed(error, text);
    }
    if (this.racers[i] !== racer || isNew()) return undefined;
    this.offers[i] = undefined;
    this.editor?.mark(0);
    this.remark("");
    this.figure.awake = true;
    this.figure.setEdit(i, text);
    this.tell();
    return this.sent();
  }

  /** Say it where an edited rule divides by zero: the path ends there. */
  drawn() {
    const divides = this.racers[this.chosen]?.edit && this.figure.paths[this.chosen]?.divides;
    if (divides) this.remark((this.ending = say("Step {step} divides by zero. The path ends there.", { step: divides })));
    else if (this.said?.textContent === this.ending) this.remark("");
  }

  /** Bring the book's text back. */
  reset() {
    clearTimeout(this.timer);
    this.offers[this.chosen] = undefined;
    this.editor.text = this.book;
    this.remark("");
    this.figure.setEdit(this.chosen);
    this.tell();
    this.sent();
  }

  /** Say what went wrong. A rule that had to be stopped is taken out, or every slider would wait for it. */
  async failed(error, text = this.editor?.text) {
    if (!this.editor) return;
    if (!["TimeoutError", "RuleError"].includes(error.name)) return void this.remark(error.message);
    if (error.name === "TimeoutError") {
      this.racers.forEach((racer, i) => racer.edit && this.figure.setEdit(i));
    }
    this.tell(true);
    let words = await explain(error, text).catch(() => error.message);
    if (error.name === "TimeoutError") words += ` ${say("The figure is back at the book's rule.")}`;
    if (this.editor.text.trimEnd() !== text.trimEnd()) return;
    this.editor.mark(error.line ?? 0);
    this.remark(words[0].toUpperCase() + words.slice(1));
    this.figure.error.hidden = true;
    this.sent();
  }

  remark(words) {
    if (!this.said) return;
    this.said.dataset.kind = words ? "wrong" : "";
    this.said.replaceChildren(...marked(words));
  }

  /** Say below the picture whose rule is not the book's. */
  tell(fails = false) {
    const labels = this.racers.filter(({ edit }) => edit).map(({ label }) => label);
    this.notice.hidden = labels.length === 0;
    const words = fails
      ? noted("{labels}: an edited rule fails; the picture is that of the last one that ran.")
      : noted("{labels}: an edited rule runs, not the book's.");
    this.notice.textContent = labels.length ? say(words, { labels: listed(labels) }) : "";
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
