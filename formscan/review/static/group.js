"use strict";
/* The group check: arrows move, space takes out, Enter confirms the rest. The next screen is fetched already. */
const grid = document.getElementById("grid");
const note = document.getElementById("note");
const left = document.getElementById("left");
const counts = document.getElementById("counts");

let ahead = null;
let busy = false;

const tiles = () => [...grid.querySelectorAll(".tile")];
const isOut = (tile) => tile.getAttribute("aria-pressed") === "true";

function say(text, bad) {
  note.textContent = text || "";
  note.classList.toggle("bad", Boolean(bad));
}

function count() {
  const all = tiles();
  const out = all.filter(isOut).length;
  counts.textContent = counts.dataset.text.replace("{kept}", all.length - out).replace("{out}", out);
}

function fetchScreen(more) {
  return ask("/api/group?" + new URLSearchParams({ value: grid.dataset.value, more: more }));
}

function show(screen) {
  if (screen.refused) return say(screen.refused, true);
  grid.innerHTML = screen.html;
  left.textContent = screen.left;
  count();
  const first = tiles()[0] || document.querySelector(".actions a");
  first.focus();
  ahead = screen.count ? fetchScreen("1").catch(() => null) : null;
}

async function alone(work) {
  if (busy) return;
  busy = true;
  grid.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    say(note.dataset.offline, true);
  } finally {
    busy = false;
    grid.setAttribute("aria-busy", "false");
  }
}

async function confirmScreen() {
  const all = tiles();
  if (!all.length) return;
  const body = { value: grid.dataset.value, shown: all.map((one) => one.dataset.id), outliers: all.filter(isOut).map((one) => one.dataset.id) };
  const [answer, next] = await Promise.all([ask("/api/group", body), ahead]);
  if (answer.refused) return say(answer.refused, true);
  say(answer.note);
  const screen = next && next.count ? { ...next, left: answer.left } : await fetchScreen("");
  show(screen);
}

async function undo() {
  const answer = await ask("/api/group/undo", {});
  if (answer.refused) return say(answer.refused, true);
  if (answer.value !== grid.dataset.value) {
    location.href = "/group?" + new URLSearchParams({ value: answer.value });
    return;
  }
  show(await fetchScreen(""));
  say(note.dataset.undone);
}

function toggle(tile) {
  tile.setAttribute("aria-pressed", String(!isOut(tile)));
  count();
}

function perRow(all) {
  const top = all[0].offsetTop;
  const row = all.findIndex((one) => one.offsetTop !== top);
  return row < 0 ? all.length : row;
}

function move(key) {
  const all = tiles();
  if (!all.length) return;
  const here = Math.max(0, all.indexOf(document.activeElement));
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow(all), ArrowUp: -perRow(all), Home: -here, End: all.length - 1 - here };
  const there = here + steps[key];
  if (there < 0 || there >= all.length) return;
  all[here].tabIndex = -1;
  all[there].tabIndex = 0;
  all[there].focus();
}

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey;
  const moves = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"].includes(event.key);
  if (moves && !held && !event.altKey) {
    event.preventDefault();
    move(event.key);
  } else if (event.key === "Enter" && !event.target.closest("a, [data-do], [data-language]")) {
    event.preventDefault();
    if (!event.repeat) alone(confirmScreen);
  } else if (held && event.key.toLowerCase() === "z") {
    event.preventDefault();
    if (!event.repeat) alone(undo);
  } else if (event.key === "Escape") {
    location.href = "/group";
  } else if (event.key === " " && event.repeat) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  const tile = event.target.closest(".tile");
  if (tile) return toggle(tile);
  const button = event.target.closest("[data-do]");
  if (button) alone(button.dataset.do === "undo" ? undo : confirmScreen);
});

alone(async () => show(await fetchScreen("")));
