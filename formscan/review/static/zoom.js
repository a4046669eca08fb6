"use strict";
/* Pictures that can be looked at closely: wheel, drag, + - 0, arrows while one has the focus. The
   keys move the picture that was touched last, else the first. */
let looked = null;

function zoomable(svg) {
  looked = looked || svg;
  for (const way of ["focus", "pointerenter"]) svg.addEventListener(way, () => { looked = svg; });
  const read = () => {
    const { x, y, width, height } = svg.viewBox.baseVal;
    return { x: x, y: y, width: width, height: height };
  };
  let size = read();
  let seen = { ...size };
  let held = null;

  const show = (next) => {
    const width = Math.min(Math.max(next.width, size.width / 16), size.width);
    const height = (width * size.height) / size.width;
    seen = {
      x: Math.min(Math.max(next.x, size.x), size.x + size.width - width),
      y: Math.min(Math.max(next.y, size.y), size.y + size.height - height),
      width: width,
      height: height,
    };
    svg.setAttribute("viewBox", [seen.x, seen.y, seen.width, seen.height].join(" "));
  };
  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: point.x, y: point.y };
  };
  const nearer = (factor, point) => {
    const center = point || { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
    const width = Math.min(Math.max(seen.width / factor, size.width / 16), size.width);
    const share = width / seen.width;
    show({ x: center.x - (center.x - seen.x) * share, y: center.y - (center.y - seen.y) * share, width: width });
  };
  const move = (across, down) => show({ ...seen, x: seen.x + across * seen.width, y: seen.y + down * seen.height });

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    nearer(event.deltaY < 0 ? 1.25 : 0.8, at(event));
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".corner")) return;
    held = at(event);
    delete svg.dataset.moved;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held || !event.buttons) return;
    const here = at(event);
    if (Math.hypot(here.x - held.x, here.y - held.y) > seen.width / 200) svg.dataset.moved = "1";
    show({ ...seen, x: seen.x + held.x - here.x, y: seen.y + held.y - here.y });
  });
  addEventListener("pointerup", () => { held = null; });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (typing || looked !== svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, -0.15], ArrowDown: [0, 0.15] };
    if (event.key === "+" || event.key === "=") nearer(1.4);
    else if (event.key === "-") nearer(1 / 1.4);
    else if (event.key === "0") show(size);
    else if (event.target === svg && steps[event.key]) move(...steps[event.key]);
    else return;
    event.preventDefault();
  });
  const anew = () => {
    size = read();
    seen = { ...size };
  };
  return { anew: anew, at: at };
}
