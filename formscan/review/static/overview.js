"use strict";
/* Write the tables while people go on, then offer them as one file. */
const button = document.querySelector("[data-export]");
const state = document.getElementById("export-state");
const file = document.getElementById("export-file");

async function written() {
  const answer = await ask("/api/export");
  if (!answer.ready && !answer.refused) return setTimeout(written, 700);
  state.textContent = answer.refused || "";
  button.disabled = false;
  if (answer.refused) return;
  file.hidden = false;
  file.focus();
}

if (button) button.addEventListener("click", async () => {
  button.disabled = true;
  file.hidden = true;
  state.textContent = button.dataset.busy;
  const answer = await ask("/api/export", {});
  if (!answer.refused) return written();
  state.textContent = answer.refused;
  button.disabled = false;
});
