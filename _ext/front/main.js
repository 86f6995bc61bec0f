// The entry of every page that holds one of our elements: loads the module of each kind that is there.

const MODULES = {
  "descent-figure": "./figure.js",
};

for (const [element, module] of Object.entries(MODULES)) {
  if (document.querySelector(element)) import(module);
}
