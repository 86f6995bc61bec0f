// <descent-quiz>: a question with one right answer. The list that stands in the page becomes radio buttons.

import { style } from "./code.js";
import { make } from "./make.js";
import { keep, kept } from "./store.js";
import { say } from "./words.js";

let count = 0;

/** A question; every answer has an explanation. */
export class DescentQuiz extends HTMLElement {
  connectedCallback() {
    const options = this.querySelector("ol");
    const details = this.querySelector("details");
    if (!options || this.field) return;
    style();
    const name = `descent-quiz-${count++}`;
    this.right = Number(this.dataset.right);
    this.reasons = [...details.querySelectorAll("li")].map((item) => [...item.childNodes]);
    this.radios = [];
    const rows = [...options.children].map((item, i) => {
      const radio = make("input", { type: "radio", name, value: String(i), change: () => this.choose() });
      this.radios.push(radio);
      return make("label", {}, radio, make("span", {}, ...item.childNodes));
    });
    const legend = make("legend", {}, ...this.querySelector("p").childNodes);
    const button = make("button", { type: "button", click: () => this.answer() }, say("Check"));
    this.said = make("p", { class: "descent-feedback", role: "status", "aria-live": "polite" });
    this.field = make("fieldset", {}, legend, ...rows, button);
    this.querySelector("p").remove();
    details.remove();
    options.replaceWith(this.field, this.said);
    document.addEventListener("descent-forgotten", () => {
      this.radios.forEach((radio) => (radio.checked = false));
      this.quiet();
    });
    this.remember(kept(this.dataset.key));
  }

  /** Take up an answer that was given before, and say again what was said to it. */
  remember(answer) {
    const radio = this.radios[answer?.chosen];
    if (!radio) return;
    radio.checked = true;
    if (answer.checked) this.answer();
  }

  /** Note what is chosen, and whether its explanation has been asked for. */
  keep(checked) {
    keep(this.dataset.key, { chosen: this.radios.findIndex((radio) => radio.checked), checked });
  }

  quiet() {
    this.said.dataset.kind = "";
    this.said.replaceChildren();
  }

  choose() {
    this.quiet();
    this.keep(false);
  }

  /** Say whether the chosen answer is right, and why. */
  answer() {
    const chosen = this.radios.findIndex((radio) => radio.checked);
    if (chosen < 0) {
      this.said.dataset.kind = "";
      this.said.textContent = say("Choose an answer first.");
      return;
    }
    const right = chosen === this.right;
    this.said.dataset.kind = right ? "right" : "wrong";
    const words = this.reasons[chosen].map((node) => node.cloneNode(true));
    this.said.replaceChildren(...(right ? [] : [`${say("Not this one.")} `]), ...words);
    this.keep(true);
  }
}

customElements.define("descent-quiz", DescentQuiz);
