// A table or a formula that goes on beside the page says so, and the keyboard can move it.
{
  const LABELS = {
    ".pst-scrollable-table-container": ["A wide table", "The table goes on →"],
    "div.math": ["A wide formula", "The formula goes on →"],
  };
  const tell = ({ target }) => {
    const [label, further] = Object.entries(LABELS).find(([selector]) => target.matches(selector))[1].map(told);
    const scrolls = target.scrollWidth > target.clientWidth + 1;
    target.classList.toggle("descent-scrolls", scrolls);
    for (const [name, value] of [["role", "region"], ["aria-label", label], ["data-further", further]]) {
      if (scrolls) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
    target.tabIndex = scrolls ? 0 : -1; // as the theme has it, which looks only once
  };
  const observer = new ResizeObserver((entries) => entries.forEach(tell));
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(Object.keys(LABELS).join()).forEach((each) => observer.observe(each));
  });
}
