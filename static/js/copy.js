// Copying: what a <template> holds goes to the clipboard. Without a script or a clipboard its button does not show.
function prepare(root) {
  if (!navigator.clipboard) return;
  root.querySelectorAll?.("[data-copy][hidden]").forEach((button) => (button.hidden = false));
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).content.textContent.trim());
  const words = button.dataset.copied;
  document.body.dispatchEvent(new CustomEvent("documind:toast", { detail: { text: words, level: "info" } }));
});
document.body.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
prepare(document);
