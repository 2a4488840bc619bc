// Dates: the server writes them in its own time zone; the reader's browser knows theirs.
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const days = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

function worded(date) {
  const now = new Date();
  const age = Math.round((midnight(now) - midnight(date)) / 86400000);
  if (age === 0) return clock.format(date);
  if (age === 1) return days.format(-1, "day");
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { year, month: "short", day: "numeric" }).format(date);
}

function reword(root) {
  for (const time of root.querySelectorAll("time.when[datetime]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = worded(date);
    time.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }).format(date);
  }
}

reword(document);
document.body.addEventListener("htmx:afterSettle", (event) => reword(event.target.parentNode ?? document));
