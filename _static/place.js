// Who turns a telephone, or zooms, goes on reading where the page was. A browser that would see to it takes
// hold of the header, which never moves.
{
  const [AT, DOWN, PAUSE] = [0.75, [0.5, 0.55, 0.6, 0.65, 0.7, 0.45, 0.4], 150]; // shares of the window; ms
  let width = innerWidth;
  let read = null; // the element that was read, and where it stood, as a share of the window's height
  let resting;

  const note = () => {
    if (innerWidth !== width) return;
    for (const down of DOWN) {
      const element = document.elementFromPoint(AT * innerWidth, down * innerHeight);
      // What sticks to the window tells no place, nor does what is larger than it.
      if (!element?.closest(".bd-article") || element.closest(".descent-panels")) continue;
      const { top, height } = element.getBoundingClientRect();
      if (height > innerHeight) continue;
      read = { element, share: top / innerHeight };
      return;
    }
    read = null;
  };
  const later = () => {
    clearTimeout(resting);
    resting = setTimeout(note, PAUSE);
  };
  for (const kind of ["load", "scroll", "pointerup", "keyup"]) addEventListener(kind, later, { passive: true });

  addEventListener("resize", () => {
    if (innerWidth === width) return;
    requestAnimationFrame(() => {
      width = innerWidth;
      const moved = read?.element.isConnected ? read.element.getBoundingClientRect().top : 0;
      if (moved) scrollBy({ top: moved - read.share * innerHeight, behavior: "instant" });
      later();
    });
  });
}
