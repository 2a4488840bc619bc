// Typed: "input" without the keystrokes of an input method. While 「ㄓㄨ」 is on its way to a word nothing is said;
// once it is one, and after every plain keystroke, the field says "typed". For hx-trigger="typed …".
const say = (field) => field.dispatchEvent(new CustomEvent("typed", { bubbles: true }));

document.addEventListener("input", (event) => {
  if (!event.isComposing) say(event.target);
});
document.addEventListener("compositionend", (event) => say(event.target));
