// What the page's scripts say, in its language. English stands in the scripts; the page brings another's words.
function told(words) {
  const brought = document.getElementById("descent-words");
  return (brought && JSON.parse(brought.textContent)[words]) ?? words;
}
