"""Looks at a page for whatever its own templates did not put there, and watches what it does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Request

from apps.core.tests.seeing import LINKED, RENDERED, SIGNED, cited, foreign, fragment

TEMPLATES = sorted((Path(settings.ROOT) / "templates").rglob("*.html"))
# Every element that a template has, or the renderer makes.
KNOWN = {
    *(tag for path in TEMPLATES for tag in re.findall(r"<([a-z][a-z0-9]*)", path.read_text())),
    *(*RENDERED, *LINKED, *SIGNED, "mark", "tbody"),
}
# What the renderer made; of an answer that is being written, the two parts of it.
ANSWERS = "article.answer:not([aria-busy]), article.answer[aria-busy] > div"
ARTICLES = "article.prose:not(.answer)"
# Tells what a policy kept from happening as an error, which the page's watcher notes.
TELLS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
SEEN = r"""
(known) => {
  const bad = [];
  const say = (what, element) => bad.push(`${what}: ${element.outerHTML.slice(0, 240)}`);
  const isOurs = (url) => URL.parse(url, location.href)?.origin === location.origin;
  const mustBe = {
    script: (it) => it.hasAttribute("src") && isOurs(it.getAttribute("src")) && !it.textContent.trim(),
    link: (it) => ["stylesheet", "icon"].includes(it.rel) && isOurs(it.getAttribute("href")),
    meta: (it) => !it.hasAttribute("http-equiv"),
    img: (it) => [it.getAttribute("src"), ...(it.getAttribute("srcset") ?? "").split(/\s*,\s*/)].every(
      (part) => !part || /^\/library\/\d+\/pages\/\d+\/(\?width=\d+)?( \d+w)?$/.test(part.trim())),
    button: (it) => isOurs(it.getAttribute("formaction") ?? ""),
    svg: (it) => it.matches(".icon") || it.closest(".leaf") !== null,
    use: (it) => /^\/static\/img\/icons(\.\w+)?\.svg#\w+$/.test(it.getAttribute("href")),
    form: (it) => isOurs(it.getAttribute("action") ?? ""),
    a: (it) => {
      const href = it.getAttribute("href");
      if (it.closest("article.answer")) return /^#(source|check)-\d+/.test(href);
      if (it.closest(".prose")) return href === null || ["http:", "https:", "mailto:"].includes(it.protocol);
      return isOurs(href);
    },
  };
  // Where words of others may stand in an attribute: as words, or as part of an address.
  const words = ["value", "title", "aria-label", "content", "data-copied", "placeholder"];
  const addresses = ["href", "hx-get", "action"];
  const ids = new Map();
  const templates = [...document.querySelectorAll("template")].map((template) => template.content);
  for (const root of [document, ...templates]) {
    for (const element of root.querySelectorAll("*")) {
      if (!known.includes(element.localName)) say("element", element);
      else if (mustBe[element.localName] && !mustBe[element.localName](element)) say("use of an element", element);
      // By methods, for a form's fields hide its properties.
      for (const name of element.getAttributeNames()) {
        const value = element.getAttribute(name);
        const isSeen = name === { img: "srcset", button: "formaction" }[element.localName];
        const isBad =
          /^on|^(style|srcdoc|ping|formaction|background|poster|srcset|nonce|http-equiv)$|:href$/i.test(name);
        if (isBad && !isSeen) say(`attribute ${name}`, element);
        if (/attack|alert\(|forged/i.test(value) && !words.includes(name)) {
          const isPart = addresses.includes(name) && /^([/?#]|$)/.test(value) && /^\/?[\w/-]*[?#]/.test(value);
          if (!isPart && !element.closest(".prose")) say(`words in ${name}`, element);
        }
      }
      if (root === document && element.id) ids.set(element.id, [...(ids.get(element.id) ?? []), element]);
    }
  }
  for (const [id, elements] of ids) if (elements.length > 1) say(`${elements.length} times the id ${id}`, elements[1]);
  return bad;
}
"""

# Without what htmx says of an element for the moment in which it is new.
HTML = """
(all) => all.map((one) => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll(".htmx-added, .htmx-settling").forEach((it) => {
    it.classList.remove("htmx-added", "htmx-settling");
    if (!it.className) it.removeAttribute("class");
  });
  return copy.innerHTML;
})
"""


@dataclass
class Guard:
    """Notes requests that no page of ours makes, windows that open, and leaves that nobody took."""

    url: str
    noted: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(TELLS)
        context.on("request", self._request)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("popup", lambda opened: self.noted.append(f"a window: {opened.url}"))
        page.on("download", lambda download: self.noted.append(f"a download: {download.url}"))
        page.on("frameattached", lambda frame: self.noted.append(f"a frame: {frame.url}"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.url) or urlsplit(request.url).path.startswith("/attack"):
            self.noted.append(f"a request: {request.method} {request.url}")


def see(page: Page) -> None:
    """Fails when the page holds what none of its templates has, or Markdown that is more than Markdown."""
    found = page.evaluate(SEEN, sorted(KNOWN))
    for selector, kinds in ((ANSWERS, (cited("[0-9]+"), SIGNED)), (ARTICLES, (LINKED,))):
        for html in page.locator(selector).evaluate_all(HTML):
            found += foreign(fragment(html), *kinds)
    # Said here: what only helps a test tells no more than that it failed.
    assert not found, f"{page.url}: " + "\n".join(found[:10])
