// The entry of every page that holds one of our elements: loads the modules of each kind that is there.

const MODULES = {
  "descent-figure": ["./figure.js", "./editor.js"],
  "descent-quiz": ["./quiz.js"],
  "descent-exercise": ["./exercise.js"],
};

for (const [element, modules] of Object.entries(MODULES)) {
  if (document.querySelector(element)) modules.forEach((module) => import(module));
}
