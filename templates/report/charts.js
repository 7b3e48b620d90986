// Makes the charts answer. A mark says in `data-told` what it belongs to and, on the next line, what it means;
// pointer, tap and arrow keys show these words. Nothing is computed here but places, and nothing is fetched.

const AIR = 8; // pixels between the label and its mark or the window's edge
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const hint = document.getElementById("chart-hint");
const label = document.body.appendChild(document.createElement("div"));
label.className = "told";
label.setAttribute("role", "status");
let hide = () => {};

const owner = (told) => told.split("\n")[0];

/** A mark's rectangle in the window, without its frame's width: a frame that grows must not catch the pointer. */
function rectangle(mark) {
  const { x, y, width, height } = mark.getBBox();
  const place = mark.getScreenCTM();
  const first = new DOMPoint(x, y).matrixTransform(place);
  const last = new DOMPoint(x + width, y + height).matrixTransform(place);
  return { left: first.x, top: first.y, right: last.x, bottom: last.y };
}

/** The rectangle around some marks. */
function around(marks) {
  const boxes = marks.map(rectangle);
  const left = Math.min(...boxes.map((box) => box.left));
  const right = Math.max(...boxes.map((box) => box.right));
  const top = Math.min(...boxes.map((box) => box.top));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  return { left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** How far a point is from a mark. */
function gap(mark, x, y) {
  const box = rectangle(mark);
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
}

/** Prints lines in the label and puts it above a rectangle, else below, within the window. */
function print(lines, box, x = box.x) {
  const [first, ...others] = lines.map((line, place) => {
    const part = document.createElement(place ? "span" : "b");
    part.textContent = line;
    return part;
  });
  label.style.left = label.style.top = "0";
  label.replaceChildren(first, " ", ...others);
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.min(x - label.offsetWidth / 2, clientWidth - label.offsetWidth - AIR);
  const above = box.top - label.offsetHeight - AIR;
  const top = above < AIR ? Math.min(box.bottom + AIR, clientHeight - label.offsetHeight - AIR) : above;
  label.style.left = `${Math.max(AIR, left) + window.scrollX}px`;
  label.style.top = `${top + window.scrollY}px`;
}

/** One chart: marks that say the same are one stop. */
function answer(svg) {
  const marks = [...svg.querySelectorAll("[data-told]")];
  const stops = [...new Set(marks.map((mark) => mark.dataset.told))];
  if (!stops.length) return;
  const of = (told) => marks.filter((mark) => mark.dataset.told === told);
  let at = -1;

  const clear = () => {
    at = -1;
    label.replaceChildren();
    for (const mark of marks) mark.classList.remove("on", "off");
  };
  const leave = () => hide === clear && clear();
  const enter = () => {
    if (hide !== clear) hide();
    hide = clear;
  };
  const show = (place, x) => {
    enter();
    if (place === at) return;
    at = place;
    for (const mark of marks) {
      mark.classList.toggle("on", mark.dataset.told === stops[at]);
      mark.classList.toggle("off", owner(mark.dataset.told) !== owner(stops[at]));
    }
    print(stops[at].split("\n"), around(of(stops[at])), x);
  };
  const point = (event) => {
    const gaps = marks.map((mark) => gap(mark, event.clientX, event.clientY));
    show(stops.indexOf(marks[gaps.lastIndexOf(Math.min(...gaps))].dataset.told), event.clientX);
  };
  /** The stop in the row above or below that is nearest; undefined where there is none. */
  const beside = (step) => {
    const from = around(of(stops[at]));
    const far = stops.map((told) => {
      const box = around(of(told));
      const clears = step > 0 ? box.top > from.bottom - 2 : box.bottom < from.top + 2;
      return clears ? Math.abs(box.y - from.y) + 2 * Math.abs(box.x - from.x) : Infinity;
    });
    const least = Math.min(...far);
    return Number.isFinite(least) ? far.indexOf(least) : undefined;
  };

  const title = svg.querySelector("title"); // the browser would show it over the label
  const chart = document.createElement("div");
  chart.className = "chart";
  chart.tabIndex = 0;
  chart.setAttribute("role", "application"); // its arrow keys are its own
  chart.setAttribute("aria-describedby", hint.id);
  for (const one of [chart, svg]) one.setAttribute("aria-label", title.textContent);
  title.remove();
  svg.replaceWith(chart);
  chart.append(svg);

  chart.addEventListener("pointermove", point);
  chart.addEventListener("pointerdown", point);
  chart.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  chart.addEventListener("blur", leave);
  chart.addEventListener("focus", () => {
    if (chart.matches(":focus-visible")) {
      enter();
      print([hint.textContent], around([svg]));
    }
  });
  chart.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const upright = at >= 0 && /Up|Down/.test(event.key) ? beside(step) : undefined;
    const next = upright ?? Math.min(Math.max(at + step, 0), stops.length - 1);
    of(stops[next])[0].scrollIntoView({ block: "nearest" });
    show(next);
  });
}

document.querySelectorAll("figure svg").forEach(answer);
document.addEventListener("pointerdown", (event) => event.target.closest(".chart") || hide());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  hide();
  if (document.activeElement.matches(".chart")) document.activeElement.blur();
});
