"use strict";
/* The page desk: what a button says is posted, and the page that follows is shown. */
const work = document.getElementById("work");
const note = document.getElementById("note");
const askDialog = document.getElementById("ask");
const NOTE = "formscan-note";
let busy = false;

function say(text, bad) {
  note.textContent = text || "";
  note.classList.toggle("bad", Boolean(bad));
}

async function post(path, body) {
  if (busy) return null;
  busy = true;
  document.body.setAttribute("aria-busy", "true");
  let answer = null;
  try {
    answer = await ask(path, body);
    if (answer.refused) say(answer.refused, true);
  } catch (error) {
    say(note.dataset.offline, true);
  }
  busy = false;
  document.body.removeAttribute("aria-busy");
  return answer && !answer.refused ? answer : null;
}

/* The note of an answer is still there on the page that follows. */
function go(path, text) {
  sessionStorage.setItem(NOTE, text || "");
  location.href = path;
}

function reason(question) {
  return new Promise((done) => {
    const comment = document.getElementById("comment");
    document.getElementById("ask-label").textContent = question;
    comment.value = "";
    comment.onkeydown = (event) => {
      if (event.key !== "Enter" || !comment.value.trim()) return;
      event.preventDefault();
      askDialog.returnValue = comment.value.trim();
      askDialog.close(comment.value.trim());
    };
    askDialog.returnValue = "";
    askDialog.onclose = () => done(askDialog.returnValue);
    askDialog.showModal();
    comment.focus();
  });
}

function chosen(button) {
  const within = button.closest(".group") || document;
  return [...within.querySelectorAll("input[name=page]:checked")].map((box) => box.value);
}

async function press(button) {
  const told = button.dataset;
  const body = { kind: told.kind, record: told.record, again: told.again === "1" };
  if (told.pages) body.pages = [told.pages];
  if (told.chosen !== undefined) body.pages = chosen(button);
  if (told.ask) {
    body.comment = await reason(told.ask);
    if (!body.comment) return;
  }
  const answer = await post(told.post, body);
  if (!answer) return;
  const here = location.pathname + location.search;
  if (told.post.endsWith("/undo") && answer.page && document.getElementById("identify")) go("/pages/one?page=" + answer.page, answer.note);
  else if (document.getElementById("identify")) go(work.dataset.next, answer.note);
  else if (location.pathname === "/pages/family" && answer.record && !location.search.includes(encodeURIComponent(answer.record))) go("/pages/family?key=" + encodeURIComponent(answer.record), answer.note);
  else go(here, answer.note);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (button) press(button);
});

const KEYS = { F6: ["turn", "replace"], F7: ["belong"], F8: ["foreign"], F9: ["discard"], F10: ["apart"] };

document.addEventListener("keydown", (event) => {
  if (askDialog && askDialog.open) return;
  let names = KEYS[event.key] || [];
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key === "ArrowRight") names = ["next"];
  if (held && event.key.toLowerCase() === "z" && !(event.target.matches("input:not([type=checkbox]):not([type=radio])") && event.target.value !== event.target.defaultValue)) names = ["undo"];
  const button = names.map((name) => document.querySelector(`[data-key=${name}]`)).find(Boolean);
  if (!button) return;
  event.preventDefault();
  if (!event.repeat) button.click();
});

say(sessionStorage.getItem(NOTE), false);
sessionStorage.removeItem(NOTE);
/* Keys are taken from now on; a page with corners to point at is ready a little later. */
if (work && !document.getElementById("sheet")) work.removeAttribute("aria-busy");
