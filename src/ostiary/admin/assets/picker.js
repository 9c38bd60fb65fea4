// Pickers: a dialog that searches, a list to choose from, chips with the ids that the form sends.
// Without this module names are typed, and what is chosen is a list of boxes to untick.

const dialog = document.getElementById("picker");
const search = document.getElementById("picker-search");
const found = document.getElementById("picker-found");
const fields = document.getElementById("picker-fields");
const count = document.getElementById("picker-count");
const chipOf = document.getElementById("chip");
const chosen = new Map();
let current = null;

const changed = (pick) => pick.dispatchEvent(new Event("change", { bubbles: true }));

const chip = ({ field, id, name, kind, detail }, members) => {
  const made = chipOf.content.firstElementChild.cloneNode(true);
  const [input, text, button] = made.children;
  input.name = field;
  input.value = made.dataset.id = id;
  text.querySelector("bdi").textContent = name;
  text.querySelector(".kind").textContent = kind;
  text.querySelector("small bdi").textContent = detail === name ? "" : detail;
  button.setAttribute("aria-label", button.dataset.label.replace("{name}", name));
  button.addEventListener("click", () => {
    const pick = made.closest(".pick");
    const next = made.nextElementSibling ?? made.previousElementSibling;
    made.remove();
    (next?.querySelector("button") ?? pick.querySelector(".opens")).focus();
    changed(pick);
  });
  if (members) made.append(members);
  return made;
};

// What the server wrote as boxes to untick becomes chips.
const scripted = (pick) => {
  for (const item of pick.querySelectorAll(".chip:has([type=checkbox])")) {
    const input = item.querySelector("input");
    const of = (selector) => item.querySelector(selector)?.textContent ?? "";
    const told = {
      field: input.name,
      id: input.value,
      name: of("bdi"),
      kind: of(".kind"),
      detail: of("small"),
    };
    item.replaceWith(chip(told, item.querySelector(".members")));
  }
  for (const each of pick.querySelectorAll(".typed")) {
    each.hidden = !each.querySelector("textarea").value.trim();
  }
  const opens = pick.querySelector(".opens");
  opens.hidden = false;
  opens.setAttribute("aria-haspopup", "dialog");
  opens.addEventListener("click", () => open(pick));
};

const open = (pick) => {
  current = pick;
  chosen.clear();
  document.getElementById("picker-title").textContent = pick.dataset.label;
  fields.replaceChildren(
    ...[...pick.querySelectorAll(".typed")].map((each) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "field", value: each.dataset.field });
      return input;
    }),
  );
  search.value = "";
  found.replaceChildren();
  tell();
  dialog.showModal();
  search.focus();
  search.dispatchEvent(new Event("opened"));
};

const tell = () => {
  count.textContent = count.dataset.text.replace("{count}", chosen.size);
};

const taken = (box) =>
  [...current.querySelectorAll(".chip")].some(
    (each) => each.dataset.id === box.value && each.querySelector("input").name === box.dataset.field,
  );

found.addEventListener("change", ({ target }) => {
  const key = `${target.dataset.field} ${target.value}`;
  const members = target.closest("li").querySelector(".members")?.cloneNode(true);
  if (target.checked) chosen.set(key, [{ ...target.dataset, id: target.value }, members]);
  else chosen.delete(key);
  tell();
});

// Each search brings a new list: what was ticked before stays ticked, what is chosen cannot be.
document.addEventListener("htmx:after:swap", () => {
  if (!current) return;
  for (const box of found.querySelectorAll("[type=checkbox]")) {
    box.checked = chosen.has(`${box.dataset.field} ${box.value}`) || taken(box);
    box.disabled = taken(box);
  }
});

const boxes = () => [...found.querySelectorAll("[type=checkbox]:not(:disabled)")];
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const all = [search, ...boxes()];
    const place = all.indexOf(document.activeElement);
    if (place < 0) return;
    event.preventDefault();
    all[Math.min(Math.max(place + step, 0), all.length - 1)].focus();
  }
  if (event.key === "Enter" && event.target === search) event.preventDefault();
});

const close = () => {
  const opens = current?.querySelector(".opens");
  current = null;
  dialog.close();
  opens?.focus();
};

document.getElementById("picker-select").addEventListener("click", () => {
  const pick = current;
  for (const [told, members] of chosen.values()) {
    pick.querySelector(".chips").append(chip(told, members));
  }
  close();
  if (chosen.size) changed(pick);
});
document.getElementById("picker-cancel").addEventListener("click", close);
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});

for (const pick of document.querySelectorAll(".pick")) scripted(pick);
