// Keys for the desk. Without this script every button still works.
"use strict";

const form = document.querySelector("form");
const comment = document.querySelector("#comment");
let leaving = false;

function press(name, value) {
  const button = [...form.querySelectorAll(`button[name=${name}]`)].find((each) => each.value === value);
  if (button && !button.disabled) button.click();
}

function half() {
  const pressed = form.querySelector("button[aria-pressed]");
  const mark = pressed ? Number(pressed.value) : 0;
  press("mark", String(Number.isInteger(mark) ? mark + 0.5 : mark - 0.5));
}

function addComment(text) {
  comment.value = [comment.value.trim(), text].filter(Boolean).join("\n");
}

const KEYS = {
  ".": half,
  ",": half,
  x: () => press("mark", ""),
  c: () => comment.focus(),
  Enter: () => press("go", "open"),
  ArrowRight: () => press("go", "forward"),
  ArrowLeft: () => press("go", "back"),
};

function key(event) {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const writing = event.target.matches("input, textarea");
  if (writing && event.key === "Escape") event.target.blur();
  const goesOn = event.target === comment && event.key === "Enter" && event.ctrlKey;
  if (goesOn) return press("go", "open");
  if (writing || event.ctrlKey || event.repeat) return;
  if (event.key === "Enter" && event.target.matches("button, a")) return;
  const again = form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (again) addComment(again.dataset.comment);
  else if (/^[0-9]$/.test(event.key)) press("mark", event.key);
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", key);
form.addEventListener("click", ({ target }) => {
  const again = target.closest("button[data-comment]");
  if (again) addComment(again.dataset.comment);
});
form.addEventListener("submit", (event) => {
  if (leaving) event.preventDefault();
  leaving = true;
});
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => {
  if (!leaving && comment.value !== comment.defaultValue) event.preventDefault();
});
