// A table that goes on beside the page says so, and the keyboard can move it.
{
  const tell = ({ target }) => {
    const scrolls = target.scrollWidth > target.clientWidth + 1;
    target.classList.toggle("descent-scrolls", scrolls);
    for (const [name, value] of [["role", "region"], ["aria-label", "A wide table"], ["tabindex", "0"]]) {
      if (scrolls) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  };
  const observer = new ResizeObserver((entries) => entries.forEach(tell));
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".pst-scrollable-table-container").forEach((table) => observer.observe(table));
  });
}
