"use strict";
/* The whole record: pictures that can be looked at closely, and what a correction did to the problems. */
for (const svg of document.querySelectorAll("[data-zoom]")) zoomable(svg);

function field(id) {
  return document.querySelector('[data-field="' + id + '"]');
}

document.addEventListener("focusin", (event) => {
  for (const one of document.querySelectorAll("rect.here")) one.classList.remove("here");
  const link = event.target.closest("[data-line]");
  const box = link && field(link.dataset.line);
  if (box) box.classList.add("here");
});

document.addEventListener("click", (event) => {
  const box = event.target.closest("rect[data-field]");
  const link = box && document.querySelector('[data-line="' + box.dataset.field + '"]');
  if (link && !box.closest("svg").dataset.moved) location.href = link.href;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") location.href = sessionStorage.getItem("queue") || "/queue";
});

/* What stood here before the correction and is settled by it is shown once more, struck out. */
const list = document.getElementById("problems");
const known = "problems " + list.dataset.record;
const now = [...list.children].map((one) => [one.dataset.problem, one.textContent]);
const before = JSON.parse(sessionStorage.getItem(known) || "null");
const ids = (those) => new Set(those.map((one) => one[0]));

if (before) {
  for (const one of list.children) {
    if (ids(before).has(one.dataset.problem)) continue;
    one.classList.add("came");
    one.append(" (" + list.dataset.came + ")");
  }
  for (const [id, words] of before) {
    if (ids(now).has(id)) continue;
    const gone = document.createElement("li");
    const struck = document.createElement("s");
    struck.textContent = words;
    gone.className = "gone";
    gone.append(struck, " ✓ " + list.dataset.gone);
    list.append(gone);
  }
}
sessionStorage.setItem(known, JSON.stringify(now));
