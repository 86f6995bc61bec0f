// <descent-footer>: what becomes of the answers of a page, and the button that forgets them.

import { style } from "./code.js";
import { make } from "./make.js";
import { any, forget } from "./store.js";
import { say } from "./words.js";

/** The last line of the questions. Its button is there while an answer is kept. */
export class DescentFooter extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    style();
    this.button = make("button", { type: "button", click: () => this.forget() }, say("Forget my answers on this page"));
    this.said = make("span", { role: "status", "aria-live": "polite" });
    this.append(make("p", {}, this.button, " ", this.said));
    document.addEventListener("descent-kept", () => this.show());
    this.show();
  }

  show() {
    this.button.hidden = !any();
    if (any()) this.said.textContent = "";
  }

  forget() {
    forget();
    this.said.textContent = say("Forgotten.");
  }
}

customElements.define("descent-footer", DescentFooter);
