"use strict";
/* The queue: one item on the screen, the next one fetched already. Keys are in docs/review.md. */
const place = document.getElementById("card");
const note = document.getElementById("note");
const left = document.getElementById("left");
const pageDialog = document.getElementById("page");
const askDialog = document.getElementById("ask");
const helpDialog = document.getElementById("help");
const comment = document.getElementById("comment");
const askLabel = document.getElementById("ask-label");

let ahead = null;
let ready = null;
let busy = false;
const trail = [];

const card = () => place.querySelector("[data-item]");
const typed = () => document.getElementById("typed");

function say(text, bad) {
  note.textContent = text || "";
  note.classList.toggle("bad", Boolean(bad));
}

function nextPath(after) {
  const query = new URLSearchParams({ field: place.dataset.field, lane: place.dataset.lane, after: after });
  return "/api/next?" + query;
}

function put(html) {
  place.innerHTML = html;
  const focus = typed() || place.querySelector("a, button");
  if (focus) focus.focus();
}

function fetchAhead(id) {
  ready = null;
  const coming = id && !place.dataset.record ? ask(nextPath(id)).catch(() => null) : null;
  ahead = coming;
  if (coming) coming.then((found) => { if (ahead === coming) ready = found; });
}

function tell(news) {
  if (!news) return;
  const banner = document.getElementById("news");
  banner.textContent = news;
  banner.hidden = false;
}

function show(found) {
  put(found.html);
  if (found.left !== undefined) left.textContent = found.left;
  tell(found.news);
  fetchAhead(found.id);
}

async function forward(gone) {
  const here = card() ? card().dataset.item : "";
  let found = ahead ? await ahead : null;
  if (!found || !found.id || gone.includes(found.id)) found = await ask(nextPath(gone.includes(here) ? "" : here));
  else if (gone.includes(here)) found.left -= gone.length;
  if (here && trail[trail.length - 1] !== here) trail.push(here);
  show(found);
}

/* An item that waits still, or says something else by now, with what was typed into it. */
function onceMore(answer, text) {
  say(answer.stays ? note.dataset.stays : answer.changed ? note.dataset.changed : "", answer.changed);
  show(answer);
  if (answer.changed && typed()) typed().value = text;
}

/* One request at a time, and while it is on its way nothing is typed into an item that may change. */
function wait(on) {
  busy = on;
  place.setAttribute("aria-busy", String(on));
  if (typed()) typed().readOnly = on;
}

async function alone(work) {
  if (busy) return;
  wait(true);
  try {
    await work();
  } catch (error) {
    say(note.dataset.offline, true);
  } finally {
    wait(false);
  }
}

/* The next item is on the screen while the answer is being kept; the item comes back where it was not kept. */
async function swiftly(body) {
  const text = typed().value;
  const [before, next] = [place.innerHTML, ready];
  const back = () => {
    put(before);
    typed().value = text;
    ready = next;
    ahead = Promise.resolve(next);
  };
  ahead = ready = null;
  put(next.html);
  tell(next.news);
  let answer = null;
  try {
    answer = await ask("/api/decide", body);
  } catch (error) {
    back();
    throw error;
  }
  if (answer.refused) {
    back();
    say(answer.refused, true);
  } else if (answer.html) {
    onceMore(answer, text);
  } else {
    say([note.dataset.closed, answer.note].filter(Boolean).join(" "), false);
    trail.push(body.item);
    left.textContent = next.left - answer.gone.length;
    if (answer.gone.includes(next.id)) show(await ask(nextPath("")));
    else fetchAhead(next.id);
  }
}

async function decide(kind, extra) {
  const now = card();
  if (!now) return;
  const body = { item: now.dataset.item, record: place.dataset.record, seen: now.dataset.seen, kind: kind, target: now.dataset.target, again: now.dataset.again === "1", ...extra };
  if (now.dataset.swift && typed() && ready && ready.id && ["value", "blank", "illegible"].includes(kind)) return swiftly(body);
  const answer = await ask("/api/decide", body);
  if (answer.refused) {
    say(answer.refused, true);
  } else if (answer.html) {
    onceMore(answer, body.typed || "");
  } else {
    say([note.dataset.closed, answer.note].filter(Boolean).join(" "), false);
    if (place.dataset.record) location.href = "/record/" + encodeURIComponent(place.dataset.record);
    else await forward(answer.gone);
  }
}

async function enter() {
  const now = card();
  const text = typed() ? typed().value.trim() : "";
  if (text) return decide("value", { typed: text });
  const takes = now.querySelectorAll("[data-take]");
  if (now.dataset.first !== "" && takes.length) return take(takes[Number(now.dataset.first)]);
  return say(note.dataset.empty, true);
}

function take(button) {
  const raw = button.dataset.take;
  return raw === "" ? decide("blank") : decide("value", { typed: raw });
}

async function aim(target) {
  const now = card();
  const count = Number(now.dataset.targets);
  if (count < 2) return;
  const answer = await ask("/api/card?" + new URLSearchParams({ item: now.dataset.item, record: place.dataset.record, target: (target + count) % count }));
  if (answer.refused) say(answer.refused, true);
  else show(answer);
}

async function back() {
  while (trail.length) {
    const answer = await ask("/api/card?" + new URLSearchParams({ item: trail.pop() }));
    if (answer.html) return show(answer);
  }
}

async function zoom() {
  const svg = pageDialog.querySelector("svg");
  if (pageDialog.open && svg) {
    const [x, y, width, height] = svg.dataset.box.split(" ").map(Number);
    const near = [x - width / 2 - 40, y - 160, 2 * width + 80, height + 320].join(" ");
    const whole = svg.dataset.whole || svg.getAttribute("viewBox");
    svg.dataset.whole = whole;
    svg.setAttribute("viewBox", svg.getAttribute("viewBox") === whole ? near : whole);
    return;
  }
  const now = card();
  const answer = await ask("/api/page?" + new URLSearchParams({ item: now.dataset.item, record: place.dataset.record, target: now.dataset.target }));
  if (answer.refused) return say(answer.refused, true);
  pageDialog.innerHTML = answer.html;
  pageDialog.showModal();
}

async function askSomebody(kind) {
  askDialog.dataset.kind = kind;
  askLabel.textContent = askLabel.dataset[kind];
  comment.value = "";
  askDialog.showModal();
  comment.focus();
}

const actions = {
  blank: () => decide("blank"),
  illegible: () => decide("illegible"),
  confirmed: () => decide("confirmed", { typed: typed() ? typed().value.trim() : "" }),
  supervisor: () => askSomebody("supervisor"),
  callback: () => askSomebody("callback"),
  undo: async () => {
    const answer = await ask("/api/undo", { field: place.dataset.field, lane: place.dataset.lane });
    if (answer.refused) say(answer.refused, true);
    else { say("", false); show(answer); }
  },
  next: async () => {
    await ask("/api/pass", { item: card().dataset.item });
    await forward([]);
  },
  back: back,
  page: zoom,
  family: async () => { place.querySelector("[data-record-of]").click(); },
  help: async () => { helpDialog.showModal(); },
};

function keyOf(event) {
  const held = event.ctrlKey || event.metaKey;
  if (/^F[1-9]$/.test(event.key)) return "candidate";
  if (event.key === "F10") return "page";
  if (event.key === "F12" || (event.key === "?" && !held)) return "help";
  if (event.key === "Enter") return held ? "confirmed" : event.target.closest("button, a") ? "" : "enter";
  if (event.key === "ArrowRight" && (held || event.altKey)) return "next";
  if (event.key === "ArrowLeft" && (held || event.altKey)) return "back";
  if (event.key === "ArrowDown" && (held || event.altKey)) return "down";
  if (event.key === "ArrowUp" && (held || event.altKey)) return "up";
  if (!held || event.altKey || event.shiftKey) return "";
  if (event.key.toLowerCase() === "z") return typed() && typed().value ? "" : "undo";
  return { b: "blank", i: "illegible", s: "supervisor", k: "callback", g: "family" }[event.key.toLowerCase()] || "";
}

document.addEventListener("keydown", (event) => {
  if (askDialog.open) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const text = comment.value;
    askDialog.close();
    alone(() => decide(askDialog.dataset.kind, { comment: text }));
    return;
  }
  const key = keyOf(event);
  if (!key) return;
  event.preventDefault();
  if (event.repeat || !card()) return;
  if (helpDialog.open) {
    if (key === "help") helpDialog.close();
    return;
  }
  if (pageDialog.open && key !== "page") pageDialog.close();
  const target = Number(card().dataset.target);
  if (key === "enter") alone(enter);
  else if (key === "down") alone(() => aim(target + 1));
  else if (key === "up") alone(() => aim(target - 1));
  else if (key === "candidate") {
    const button = place.querySelectorAll("[data-take]")[Number(event.key.slice(1)) - 1];
    if (button) alone(() => take(button));
  } else alone(actions[key]);
});

place.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.take !== undefined) alone(() => take(button));
  else if (button.dataset.go !== undefined) alone(() => aim(Number(button.dataset.go)));
  else if (button.dataset.do) alone(actions[button.dataset.do]);
});

if (!place.dataset.record) sessionStorage.setItem("queue", location.pathname + location.search);

alone(async () => {
  if (!place.dataset.itemFirst) return show(await ask(nextPath("")));
  const answer = await ask("/api/card?" + new URLSearchParams({ item: place.dataset.itemFirst, record: place.dataset.record }));
  return answer.refused ? say(answer.refused, true) : show(answer);
});
