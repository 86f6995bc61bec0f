// The entry of every page that holds one of our elements: loads the modules of each kind that is there.

const MODULES = {
  "descent-figure": ["./figure.js", "./editor.js"],
  "descent-quiz": ["./quiz.js"],
  "descent-exercise": ["./exercise.js"],
  "descent-footer": ["./footer.js"],
};

/** Say before the first element of a kind that its controls are missing, with a button that tries again. */
async function missing(element, retry) {
  const { say } = await import("./words.js").catch(() => ({ say: (words) => words }));
  const note = document.createElement("p");
  const button = document.createElement("button");
  note.setAttribute("role", "alert");
  note.textContent = `${say("A part of this page did not load, so nothing here can be moved.")} `;
  button.textContent = say("Try again");
  button.type = "button";
  button.onclick = () => {
    note.remove();
    retry();
  };
  note.append(button);
  document.querySelector(element).before(note);
}

async function start(element, modules) {
  try {
    await Promise.all(modules.map((module) => import(module)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it came, and is wrong
    missing(element, () => start(element, modules));
  }
}

// The theme's button "Back to top" gives way, or it would lie on what a finger is about to move or press.
const below = new IntersectionObserver(
  (entries) => entries.forEach(({ target, isIntersecting }) => target.toggleAttribute("data-below", isIntersecting)),
  { rootMargin: "-75% 0px 0px" },
);

for (const [element, modules] of Object.entries(MODULES)) {
  const all = document.querySelectorAll(element);
  all.forEach((each) => below.observe(each));
  if (all.length) start(element, modules);
}
