// What pages do beyond links and forms; every page works without it.
"use strict";

// One menu open at a time; Escape and a click elsewhere close it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const panel = document.getElementById("panel");
  if (panel) panel.replaceChildren();
});

// Close the side panel.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-panel]")) document.getElementById("panel").replaceChildren();
});

// What is swapped in keeps the keyboard where it was: htmx finds the same id; here the same name, or else the start of the new part.
let left;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  const at = document.activeElement;
  left = target.id && target.contains(at) ? { part: target.id, name: at.name } : undefined;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!left || document.activeElement !== document.body) return;
  const part = document.getElementById(left.part);
  const same = left.name && part?.querySelector(`[name="${CSS.escape(left.name)}"]:not([type="hidden"])`);
  (same || part?.querySelector("a, button, input, [tabindex='0']"))?.focus({ preventScroll: true });
});

// Copy a secret that is shown once.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = button.dataset.done;
});

// Files dropped on the place for them are sent as if they had been chosen there.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector('input[type="file"]');
  const over = (event, is) => { event.preventDefault(); place.classList.toggle("over", is); };
  place.querySelector(".drop-words").hidden = false;
  place.addEventListener("dragover", (event) => over(event, true));
  place.addEventListener("dragleave", (event) => over(event, false));
  place.addEventListener("drop", (event) => {
    over(event, false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    place.requestSubmit();
  });
}

// A form with mistakes opens at the list of them.
document.querySelector(".error-summary")?.focus();

// A chart answers to the pointer once asked to: the script is large, so it is loaded only then.
let library;
function load(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}
async function enliven(button) {
  const figure = button.closest("figure");
  const drawing = figure.querySelector("[data-chart]");
  await load(drawing.dataset.script);
  const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const place = document.createElement("div");
  const options = { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  await window.vegaEmbed(place, spec, options);
  drawing.replaceChildren(place);
  drawing.classList.add("alive");
  button.hidden = true;
}
function prepare(root) {
  for (const button of root.querySelectorAll("[data-interactive]")) button.hidden = false;
}
prepare(document);
document.addEventListener("htmx:load", (event) => prepare(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-interactive]");
  if (button) enliven(button);
});
