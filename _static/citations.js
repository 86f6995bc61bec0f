// A citation shows its entry while a pointer or the keyboard is on it, and at a tap; Escape puts it away.
// The entry's text is the link's title: where there is no script, the browser shows that.
{
  const LINKS = /(doi:|arXiv:|https?:\/\/)(\S*[^\s.])/g;
  const HOMES = { "doi:": "https://doi.org/", "arXiv:": "https://arxiv.org/abs/" };
  const note = document.createElement("div");
  let shownFor = null;
  let closing = 0;
  let lastPointer = "";

  const fill = (text) => {
    note.replaceChildren();
    let end = 0;
    for (const found of text.matchAll(LINKS)) {
      const link = document.createElement("a");
      link.href = (HOMES[found[1]] ?? found[1]) + found[2];
      link.textContent = found[0];
      note.append(text.slice(end, found.index), link);
      end = found.index + found[0].length;
    }
    note.append(text.slice(end));
  };
  const place = (citation) => {
    const at = citation.getClientRects()[0];
    const page = document.documentElement;
    const left = Math.max(8, Math.min(at.left, page.clientWidth - note.offsetWidth - 8));
    const above = at.bottom + note.offsetHeight + 8 > innerHeight && at.top > note.offsetHeight + 8;
    note.style.left = `${left + scrollX}px`;
    note.style.top = `${(above ? at.top - note.offsetHeight - 4 : at.bottom + 4) + scrollY}px`;
  };
  const hide = () => {
    clearTimeout(closing);
    note.hidden = true;
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
  };
  const hideSoon = () => {
    clearTimeout(closing);
    closing = setTimeout(hide, 300); // so that a pointer can go over to a link in it
  };
  const show = (citation, isTap = false) => {
    clearTimeout(closing);
    if (shownFor === citation) return;
    hide();
    shownFor = citation;
    fill(citation.dataset.entry);
    if (isTap) {
      const link = document.createElement("a");
      link.href = citation.href;
      link.textContent = told("Go to the bibliography");
      note.append(document.createElement("br"), link);
    }
    note.hidden = false;
    citation.setAttribute("aria-describedby", note.id);
    place(citation);
  };

  addEventListener("DOMContentLoaded", () => {
    note.id = "descent-citation";
    note.setAttribute("role", "tooltip");
    note.hidden = true;
    document.body.append(note);
    note.addEventListener("pointerenter", () => clearTimeout(closing));
    note.addEventListener("pointerleave", hideSoon);
    for (const citation of document.querySelectorAll("article a[href*='#cite-'][title]")) {
      citation.dataset.entry = citation.title;
      citation.removeAttribute("title");
      citation.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show(citation));
      citation.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && hideSoon());
      citation.addEventListener("focus", () => lastPointer !== "touch" && show(citation));
      citation.addEventListener("blur", hideSoon);
      // The first tap shows the entry, the second goes there.
      citation.addEventListener("click", (event) => {
        if (event.pointerType !== "touch" || shownFor === citation) return;
        event.preventDefault();
        show(citation, true);
      });
    }
  });
  addEventListener("pointerdown", ({ pointerType, target }) => {
    lastPointer = pointerType;
    if (shownFor && target !== shownFor && !note.contains(target)) hide();
  });
  addEventListener("keydown", ({ key }) => {
    lastPointer = "";
    if (key === "Escape" && shownFor) hide();
  });
}
