// A secret that is told once: one press selects it whole, and a button beside it copies it.
for (const told of document.querySelectorAll("input[data-told]")) {
  told.addEventListener("focus", () => told.select());
  told.focus();
}
