// Puts a value into the words of a message where the writer was last, at a click or by the keyboard.
const form = document.querySelector("[data-letter-words]");
let last = form?.elements.namedItem("text");

form?.addEventListener("focusin", (event) => {
  if (event.target.matches("input[type=text], textarea")) last = event.target;
});

for (const code of document.querySelectorAll("[data-letter-value]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm letter-value";
  button.textContent = code.textContent;
  button.addEventListener("click", () => {
    last.setRangeText(code.textContent, last.selectionStart, last.selectionEnd, "end");
    last.focus();
  });
  code.replaceWith(button);
}
