// The theme lets the keyboard reach the blocks of code that scroll, and measures them when the width of the
// window changes. What was folded away had no width: it is measured when it opens.
document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);
