// Uploads: files dropped anywhere on the page or chosen, each sent by itself with its progress. The page's plain
// form does the same without this.
const AT_ONCE = 2;
const STAY = 6000; // what went well leaves by itself
const place = document.getElementById("uploads");
const list = place.querySelector("ul");
const picker = place.querySelector("input[type=file]");
const veil = place.querySelector(".veil");
const word = (name) => place.querySelector(`template[data-for="${name}"]`).content;
const limit = Number(place.dataset.limit);
const waiting = [];
let running = 0;

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function line(file) {
  const made = word("row").firstElementChild.cloneNode(true);
  made.querySelector("strong").textContent = file.name;
  list.append(made);
  return made;
}

function say(row, words, share) {
  row.querySelector("small").textContent = words.textContent ?? words;
  const bar = row.querySelector("progress");
  if (share === undefined) bar.removeAttribute("value");
  else bar.value = share;
}

function fail(row, words) {
  row.classList.add("bad");
  row.querySelector("progress")?.remove();
  row.querySelector("small").textContent = words.textContent;
}

// The answer is the finished line as the server words it, for a refusal too.
function answered(row, request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const made = page.querySelector("li.upload");
  if (!made) return fail(row, word(request.status === 413 ? "large" : "refused"));
  row.replaceWith(made);
  if (made.classList.contains("bad")) return;
  setTimeout(() => made.remove(), STAY);
  document.body.dispatchEvent(new CustomEvent("documind:library"));
}

function send({ file, row }) {
  running += 1;
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("files", file, file.name);
  request.open("POST", place.dataset.url);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) say(row, word("sending"), event.loaded / event.total);
  });
  request.upload.addEventListener("load", () => say(row, word("arrived")));
  request.addEventListener("load", () => answered(row, request));
  request.addEventListener("error", () => fail(row, word("offline")));
  request.addEventListener("loadend", () => {
    running -= 1;
    next();
  });
  request.send(body);
}

function next() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
}

function add(files) {
  for (const file of files) {
    const row = line(file);
    if (file.size > limit) fail(row, word("large"));
    else waiting.push({ file, row });
  }
  next();
}

// A folder is walked; what its system hides in it (.DS_Store and the like) stays out.
async function walked(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((found, lost) => entry.file(found, lost))];
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((found, lost) => reader.readEntries(found, lost));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(walked))).flat();
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  return entries.length ? (await Promise.all(entries.map(walked))).flat() : [...transfer.files];
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let depth = 0; // dragenter and dragleave come for every element on the way

addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) veil.hidden = (depth += 1) === 0;
});
addEventListener("dragleave", (event) => {
  if (carriesFiles(event)) veil.hidden = (depth = Math.max(0, depth - 1)) === 0;
});
addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  veil.hidden = true;
  add(await dropped(event.dataTransfer));
});

// Leaving now would lose what has not arrived.
addEventListener("beforeunload", (event) => {
  if (running) event.preventDefault();
});

function take(field) {
  add(field.files);
  field.value = "";
}
picker.addEventListener("change", () => take(picker));
document.querySelector(".chooser input[type=file]")?.addEventListener("change", (event) => take(event.target));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-pick]")) return;
  event.preventDefault();
  picker.click();
});
// Chosen files go at once: the form's own button is for those without this.
place.dataset.ready = "";
