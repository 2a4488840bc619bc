// Events: one stream for the page, while it is the one looked at. What comes is told to the body as
// "documind:<kind>" and "documind:<kind>-<id>"; elements that show it fetch themselves again (hx-trigger).
// "documind:open" says that from now on nothing is missed, "documind:refresh" that something may have been.
const KINDS = ["document", "library", "conversation", "message", "gap"];
const FIRST_WAIT = 4000;
const LONGEST_WAIT = 60000;
let source = null;
let timer = 0;
let wait = FIRST_WAIT;
let before = false; // whether a stream was open earlier

const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(`documind:${name}`, { detail }));

function heard(event) {
  const data = JSON.parse(event.data);
  tell(event.type, data);
  if (data.id !== undefined) tell(`${event.type}-${data.id}`, data);
}

function opened() {
  wait = FIRST_WAIT;
  tell(before ? "refresh" : "open");
  before = true;
}

// The browser comes back by itself after a cut; after a refusal (the site is starting, or we are signed out) it does not.
function failed() {
  if (source?.readyState !== EventSource.CLOSED) return;
  close();
  timer = setTimeout(open, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource("/events/");
  source.addEventListener("open", opened);
  source.addEventListener("error", failed);
  source.addEventListener("reset", () => tell("refresh"));
  for (const kind of KINDS) source.addEventListener(kind, heard);
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
// A page in the back-forward cache must not keep a stream; when it comes back it reads again.
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => event.persisted && open());
open();
