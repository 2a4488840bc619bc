// Toasts: those the server sent leave by themselves; a request that failed says so instead of doing nothing.
// Any module may say something: document.body.dispatchEvent(new CustomEvent("documind:toast", { detail: { text, level } })).
const STAY = 7000;
const STAY_WITH_UNDO = 20000;
const shelf = document.getElementById("toasts");
const words = document.getElementById("toast-words")?.content;
const say = (name) => words?.querySelector(`[data-for="${name}"]`)?.textContent ?? "";

function leave(toast) {
  const stay = toast.querySelector("form") ? STAY_WITH_UNDO : STAY;
  let timer = setTimeout(() => toast.remove(), stay);
  const wait = () => clearTimeout(timer);
  const goOn = () => (timer = setTimeout(() => toast.remove(), stay));
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("pointerleave", goOn);
  toast.addEventListener("focusout", goOn);
  const close = words?.querySelector("[data-close]")?.cloneNode(true);
  if (close) {
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
  }
}

function toast(text, level = "info") {
  if (!text || [...shelf.querySelectorAll("p")].some((p) => p.textContent === text)) return;
  const made = document.createElement("div");
  made.className = `toast ${level}`;
  made.append(document.createElement("p"));
  made.firstChild.textContent = text;
  shelf.append(made);
}

if (shelf) {
  shelf.querySelectorAll(".toast").forEach(leave);
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.classList?.contains("toast")) leave(node);
  }).observe(shelf, { childList: true });
  document.body.addEventListener("documind:toast", (event) => toast(event.detail.text, event.detail.level));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    toast(say(status) || say(status >= 500 ? "server" : "refused"), "error");
  });
  document.body.addEventListener("htmx:sendError", () => toast(say("offline"), "error"));
  document.body.addEventListener("htmx:timeout", () => toast(say("offline"), "error"));
}
