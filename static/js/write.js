// Writing: what is typed is kept as a draft every few seconds and shown as it will read. An input method is never
// disturbed: nothing is sent and nothing moves while a word is being composed.
const PAUSE = 1200; // after the last keystroke
const LONGEST = 5000; // while someone goes on typing
const form = document.getElementById("editor");
const text = form.elements.text;
const status = document.getElementById("draft");
const words = document.getElementById("draft-words").content;
let dirtySince = 0; // when the first keystroke came that no draft has
let timer = 0;
let previewTimer = 0;
let underWay = false;
let leaving = false;

const tell = (name) => form.dispatchEvent(new CustomEvent(name));

function keep() {
  clearTimeout(timer);
  if (leaving || underWay || !dirtySince) return;
  dirtySince = 0;
  tell("draft-due");
}

function typed() {
  if (leaving) return;
  dirtySince ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(keep, Math.max(0, Math.min(PAUSE, dirtySince + LONGEST - Date.now())));
  // A long text takes longer to draw, so it is drawn less often.
  clearTimeout(previewTimer);
  previewTimer = setTimeout(() => tell("preview-due"), Math.min(5000, 250 + text.value.length / 40));
}

form.addEventListener("input", (event) => {
  if (!event.isComposing && event.target.name !== "face") typed();
});
form.addEventListener("compositionend", typed);
form.addEventListener("compositionstart", () => {
  clearTimeout(timer);
  clearTimeout(previewTimer);
});

form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === form) underWay = true;
});
form.addEventListener("htmx:afterRequest", (event) => {
  if (event.target !== form) return;
  underWay = false;
  if (leaving) return form.submit();
  if (event.detail.successful || event.detail.xhr.status === 422) {
    if (dirtySince) typed();
    return;
  }
  status.replaceChildren(words.querySelector('[data-for="offline"]').cloneNode(true));
  dirtySince ||= Date.now();
  timer = setTimeout(keep, LONGEST);
});

// A draft still on its way when Save is pressed would come back from the dead: it is waited for.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (leaving || underWay) event.preventDefault();
  leaving = true;
});

// Closing the page in mid-sentence keeps the sentence.
addEventListener("pagehide", () => {
  if (leaving || !dirtySince) return;
  fetch(form.getAttribute("hx-post"), { method: "POST", body: new FormData(form), keepalive: true });
});
addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
