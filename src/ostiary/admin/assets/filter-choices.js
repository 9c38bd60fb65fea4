// Narrows a long list of things to tick while somebody types. Without script the list is whole.
for (const field of document.querySelectorAll("[data-filters]")) {
  const list = document.getElementById(field.dataset.filters);
  const input = field.querySelector("input");
  field.hidden = false;
  input.addEventListener("input", () => {
    const sought = input.value.trim().toLowerCase();
    for (const each of list.children) {
      const ticked = each.querySelector("input").checked;
      each.hidden = !ticked && !each.textContent.toLowerCase().includes(sought);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
