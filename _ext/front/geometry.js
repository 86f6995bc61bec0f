// The geometry of the two panels, as in d2l_utils/live/svg.py: what is drawn first stays in place.

import { BOTTOM, INNER_HEIGHT, INNER_WIDTH, NUM_TICKS, TOP } from "./constants.js";

export const FULL = { top: TOP, inner: INNER_HEIGHT, bottom: BOTTOM, named: true };
const SMALL = { top: 7, bottom: 20, named: false };
const SMALL_LOSS = { top: 20, inner: 100, bottom: 20, named: false };

/** The limits of a panel that shows a window with the same scale along x and y. */
export function framed(window, inner = FULL.inner) {
  const pixels = [INNER_WIDTH, inner];
  const scale = Math.max(...window.map(([low, high], i) => (high - low) / pixels[i]));
  return window.map(([low, high], i) => [
    (low + high - scale * pixels[i]) / 2,
    (low + high + scale * pixels[i]) / 2,
  ]);
}

/** The shapes of the path's and the loss's panel: on a small screen no taller than the window asks for. */
export function shapes(window, small) {
  if (!small) return [FULL, FULL];
  const [across, up] = window.map(([low, high]) => high - low);
  return [{ ...SMALL, inner: Math.min(FULL.inner, (INNER_WIDTH * up) / across) }, SMALL_LOSS];
}

/** Round numbers between low and high, about num of them. */
export function ticks(low, high, num = NUM_TICKS) {
  const rough = (high - low) / num;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((each) => each >= rough);
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
  return Array.from({ length: count }, (_, i) => (Math.ceil(low / step) + i) * step);
}
