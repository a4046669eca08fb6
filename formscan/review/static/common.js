"use strict";
/* Talking to the server: every POST carries the session's own word. */
const csrf = document.querySelector('meta[name="csrf"]').content;

async function ask(path, body) {
  const request = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify(body) };
  const answer = await fetch(path, request);
  if (answer.status === 401) location.assign("/");
  if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
  return answer.json();
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-logout]")) {
    await ask("/api/logout", {});
    location.assign("/");
    return;
  }
  const button = event.target.closest("[data-language]");
  if (!button) return;
  await ask("/api/language", { to: button.dataset.language });
  location.reload();
});
