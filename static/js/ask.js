// Asking: the box grows and sends, a marker opens its source beside the answer.
const wide = matchMedia("(min-width: 70.01rem)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const move = () => (calm.matches ? "auto" : "smooth");
const grows = CSS.supports("field-sizing", "content");

// Enter sends, Shift + Enter makes a line; while an input method composes, Enter belongs to it.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (event.key !== "Enter" || !box.matches?.("textarea[data-box]")) return;
  if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (box.value.trim()) box.form.requestSubmit();
});

// Enter in the field that looks for documents does not ask.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("input[name=find]") && !event.isComposing) event.preventDefault();
});

function fit(box) {
  if (grows || !box) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("textarea[data-box]")) return;
  fit(event.target);
  const refusal = document.getElementById("refusal");
  if (refusal) refusal.hidden = true;
});

// A suggestion goes into the box, to be read or changed before it is sent.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-question]");
  const box = document.querySelector("textarea[data-box]");
  if (!link || !box || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  box.value = link.textContent;
  fit(box);
  box.focus();
});

// A question goes once; a new one stands at the top of the page, with room to be answered.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".ask") || form.matches("[hx-post]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll(".ask[data-sent]").forEach((form) => delete form.dataset.sent));
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const send = event.target.matches?.("[data-ask]") && event.target.querySelector("[data-send]");
  if (send) send.disabled = true;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-ask]")) return;
  form.querySelector("[data-send]").disabled = false;
  // A refusal is an answer too (422), and leaves what was typed.
  if (!event.detail.successful || event.detail.xhr.status !== 200) return;
  const box = form.querySelector("textarea");
  box.value = "";
  fit(box);
  const refusal = document.getElementById("refusal");
  if (refusal) refusal.hidden = true;
  document.querySelector("#turns > .turn:last-child")?.scrollIntoView({ block: "start", behavior: move() });
});

// Markers and cards. On a wide page the text stays where it is; on a narrow one the way back is the browser's.
function open(leaf) {
  const others = leaf.closest(".others");
  if (others) others.open = true;
  leaf.closest("details.card").open = true;
}
function light(link) {
  const turn = link.closest(".turn");
  turn.querySelectorAll(".cite[aria-current]").forEach((cite) => cite.removeAttribute("aria-current"));
  turn.querySelectorAll(`.cite[href="${link.getAttribute("href")}"]`).forEach((cite) => cite.setAttribute("aria-current", "true"));
}
function into(shelf, card) {
  const [outer, inner] = [shelf.getBoundingClientRect(), card.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) shelf.scrollBy({ top: inner.top - outer.top - 16, behavior: move() });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  const leaf = link && document.getElementById(link.hash.slice(1));
  if (!leaf || event.metaKey || event.ctrlKey || event.shiftKey) return;
  open(leaf);
  light(link);
  if (!wide.matches) return;
  event.preventDefault();
  history.replaceState(history.state, "", link.hash);
  into(leaf.closest(".sources"), leaf.closest(".card"));
});
// A card opened by hand lights its markers.
document.addEventListener(
  "toggle",
  (event) => {
    const card = event.target;
    const leaf = card.matches?.("details.card[open]") && card.querySelector(".leaf");
    const link = leaf && card.closest(".turn")?.querySelector(`.answer a.cite[href="#${leaf.id}"]`);
    if (link) light(link);
  },
  true,
);
function arrive() {
  const place = document.getElementById(location.hash.slice(1));
  if (location.hash.startsWith("#source-") && place) open(place);
  // The list of what was compared, whose browser may not open it by itself.
  if (location.hash.startsWith("#check-") && place) place.closest("details").open = true;
}
addEventListener("hashchange", arrive);

// A sign says in words what it means while it is pointed at or touched; by keyboard it leads on to the list. Escape
// puts the words away.
document.addEventListener("click", (event) => {
  const sign = event.target.closest?.("a.sign");
  if (!sign || !event.detail || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  sign.focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("a.sign:is(:hover, :focus)").forEach((sign) => {
    sign.dataset.hushed = "";
    sign.blur();
    sign.addEventListener("pointerleave", () => delete sign.dataset.hushed, { once: true });
    sign.addEventListener("focus", () => delete sign.dataset.hushed, { once: true });
  });
});

// What a stream that is joined tells of the sources may stand there already. Then it stays, with what is focused or
// selected in it and the click that is being made.
const bare = (html) => html.trim().replaceAll(/ (?:open|class)=""/g, "");
function stands(message) {
  const drawn = new DOMParser().parseFromString(message.detail.data, "text/html").body;
  const there = document.querySelector(message.target.getAttribute("hx-target"));
  return bare(there.innerHTML) === bare(drawn.innerHTML);
}
// The finished answer takes the place of the growing one: a source that was opened stays open.
const opened = new Map();
document.body.addEventListener("htmx:sseBeforeMessage", (event) => {
  const { type } = event.detail;
  if (["found", "sources"].includes(type) && stands(event)) event.preventDefault();
  if (type !== "done") return;
  const turn = event.target.closest(".turn");
  opened.set(turn.id, turn.querySelector("details.card[open] .leaf")?.id);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  const turn = event.target.closest(".turn")?.id;
  const leaf = document.getElementById(opened.get(turn) ?? "");
  opened.delete(turn);
  if (leaf) open(leaf);
});

arrive();
document.querySelectorAll("textarea[data-box]").forEach(fit);
