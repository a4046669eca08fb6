"use strict";
/* One page: turn it, point at its corners by mouse or keyboard, say which it is. */
const sheet = document.getElementById("sheet");
const lens = document.getElementById("lens");
const form = document.getElementById("identify");
const grips = sheet ? [...sheet.querySelectorAll(".corner")] : [];
const START = [[0.05, 0.04], [0.95, 0.04], [0.95, 0.96], [0.05, 0.96]];
const places = START.map((place) => [...place]);
const placed = [false, false, false, false];
let turn = Number(work.dataset.turn);
let size = [1, 1];
let picture = null;

function draw() {
  const shown = places.map(([across, down]) => [across * size[0], down * size[1]]);
  const reach = size[0] / 70;
  grips.forEach((grip, number) => {
    const [x, y] = shown[number];
    grip.setAttribute("transform", `translate(${x} ${y})`);
    grip.classList.toggle("placed", placed[number]);
    grip.setAttribute("aria-label", grip.dataset.label + (placed[number] ? ", " + work.dataset.placed : ""));
    grip.querySelector("circle").setAttribute("r", reach);
    grip.querySelector("path").setAttribute("d", `M${-reach} 0H${reach}M0 ${-reach}V${reach}`);
    const text = grip.querySelector("text");
    text.setAttribute("x", reach * 1.1);
    text.setAttribute("y", -reach * 0.6);
    text.setAttribute("font-size", reach * 2);
  });
  sheet.querySelector("polygon").setAttribute("points", placed.every(Boolean) ? shown.join(" ") : "");
  const active = grips.indexOf(document.activeElement);
  lens.toggleAttribute("hidden", active < 0);
  if (active < 0) return;
  const [x, y] = shown[active];
  const near = size[0] / 24;
  lens.setAttribute("viewBox", [x - near, y - near, 2 * near, 2 * near].join(" "));
  lens.querySelector("path").setAttribute("d", `M${x - near} ${y}H${x + near}M${x} ${y - near}V${y + near}`);
}

function show() {
  const across = Number(work.dataset.width), down = Number(work.dataset.height);
  size = turn % 180 ? [down, across] : [across, down];
  sheet.setAttribute("viewBox", [0, 0, ...size].join(" "));
  const href = "/pages/picture?" + new URLSearchParams({ page: work.dataset.page, turn: turn });
  for (const image of [sheet.querySelector("image"), lens.querySelector("image")]) {
    image.setAttribute("href", href);
    image.setAttribute("width", size[0]);
    image.setAttribute("height", size[1]);
  }
  picture.anew();
  draw();
}

function place(number, across, down) {
  places[number] = [Math.min(Math.max(across, -0.1), 1.1), Math.min(Math.max(down, -0.1), 1.1)];
  placed[number] = true;
  draw();
}

function pointing() {
  let from = null;
  sheet.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, grip: grips.indexOf(event.target.closest(".corner")) };
    if (from.grip >= 0) grips[from.grip].focus();
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!from || from.grip < 0 || !event.buttons) return;
    const here = picture.at(event);
    place(from.grip, here.x / size[0], here.y / size[1]);
  });
  sheet.addEventListener("pointerup", (event) => {
    if (!from) return;
    const still = Math.hypot(event.clientX - from.x, event.clientY - from.y) < 5;
    const next = placed.indexOf(false);
    if (still && from.grip < 0 && next >= 0) {
      const here = picture.at(event);
      place(next, here.x / size[0], here.y / size[1]);
      grips[next].focus();
    }
    from = null;
  });
  grips.forEach((grip, number) => {
    grip.addEventListener("focus", draw);
    grip.addEventListener("blur", draw);
    grip.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.001 : event.altKey ? 0.05 : 0.01;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      const [across, down] = places[number];
      if (moves[event.key]) place(number, across + moves[event.key][0], down + moves[event.key][1]);
      else if (event.key === " ") place(number, across, down);
      else if (event.key === "Enter") read();
      else return;
      event.preventDefault();
    });
  });
}

async function read(record) {
  const some = placed.some(Boolean);
  const body = {
    page: work.dataset.page, chosen: form.chosen.value, serial: form.serial.value, run: form.run.value,
    record: record || "", turn: turn, of: form.of.value, corners: some && placed.every(Boolean) ? places : some ? [] : null,
  };
  const answer = await post("/api/pages/identify", body);
  if (!answer) return;
  const fine = answer.status !== "rejected";
  say(answer.note, !fine);
  document.getElementById("onward").hidden = !fine;
  if (!fine) {
    if (grips.length) grips[0].focus();
    return;
  }
  const joined = document.getElementById("joined");
  joined.hidden = !answer.record;
  joined.href = "/record/" + encodeURIComponent(answer.record);
  document.querySelector("#onward a").focus();
}

if (form) {
  form.addEventListener("submit", (event) => { event.preventDefault(); read(); });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-belongs]");
    if (button) read(button.dataset.belongs);
  });
}

if (sheet) {
  sheet.setAttribute("viewBox", `0 0 ${work.dataset.width} ${work.dataset.height}`);
  if (turn % 180) sheet.setAttribute("viewBox", `0 0 ${work.dataset.height} ${work.dataset.width}`);
  picture = zoomable(sheet);
  pointing();
  show();
  const button = document.querySelector("[data-key=turn]");
  if (button) button.addEventListener("click", () => {
    turn = (turn + 90) % 360;
    places.forEach((place, number) => { place.splice(0, 2, ...START[number]); placed[number] = false; });
    show();
  });
  document.addEventListener("keydown", (event) => {
    const number = ["F1", "F2", "F3", "F4"].indexOf(event.key);
    if (number < 0) return;
    event.preventDefault();
    grips[number].focus();
  });
}
work.removeAttribute("aria-busy");
