// Keys: / to the box, g then a, l or g to go, n to write, ? for the list, and those that a page gives its links. Never
// while someone types or composes a character.
const SOON = 1500;
let waiting = 0; // until when, in milliseconds, a second key belongs to "g"

const typing = (target) => target.closest("input, textarea, select, [contenteditable], [role=textbox]") !== null;
const go = (name) => document.querySelector(`[data-go="${name}"]`)?.click();

function box() {
  const field = document.querySelector("main [data-box], main input[type=search], main textarea");
  if (!field) return go("search");
  field.focus();
  field.scrollIntoView({ block: "nearest" });
}

function keys() {
  const list = document.getElementById("keys");
  if (list && !list.open) list.showModal();
}

// A link of the page itself, such as the page after; but an arrow moves what scrolls sideways and has the focus.
function ofPage(event) {
  if (event.shiftKey || (event.key.startsWith("Arrow") && event.target.closest("[data-scrolls]"))) return undefined;
  const link = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
  return link ? () => link.click() : undefined;
}

const ALONE = { "/": box, "?": keys, n: () => go("write") };
const AFTER_G = { a: () => go("ask"), l: () => go("library"), g: () => go("gaps") };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const second = event.timeStamp < waiting;
  waiting = 0;
  if (event.key === "g" && !second) {
    waiting = event.timeStamp + SOON;
    return;
  }
  const act = second ? AFTER_G[event.key] : (ALONE[event.key] ?? ofPage(event));
  if (!act) return;
  event.preventDefault();
  act();
});

// A click on the veil closes a dialog, as Esc does.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
  if (event.target.closest?.("[data-keys]")) keys();
});
