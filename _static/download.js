// A notebook is downloaded as a file; some servers and browsers would show its text.
addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll("a.btn-download-source-button")) link.download = "";
});
