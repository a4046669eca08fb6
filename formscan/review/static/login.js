"use strict";
/* Name and password, sent as JSON: a form of another site cannot do that. */
const form = document.getElementById("login");
const note = document.getElementById("note");
const secret = document.getElementById("secret");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { name: document.getElementById("name").value, secret: secret.value, language: form.dataset.language };
  try {
    const answer = await fetch("/login", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (answer.ok) {
      location.replace("/");
      return;
    }
    note.textContent = (await answer.json()).refused;
  } catch (error) {
    note.textContent = form.dataset.offline;
  }
  note.classList.add("bad");
  secret.value = "";
  secret.focus();
});
