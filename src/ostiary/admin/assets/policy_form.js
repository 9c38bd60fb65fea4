// The policy form: tabs for Include and Exclude, what a section applies to, and what is selected.
// Without this module everything stands below one another, and works the same.

document.documentElement.classList.add("scripted");
const form = document.getElementById("policy");

const tabs = (sides) => {
  const panels = [...sides.children];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.className = "tabs";
  const buttons = panels.map((panel, number) => {
    const legend = panel.querySelector("legend");
    const button = document.createElement("button");
    panel.id ||= `side-${document.querySelectorAll("[role=tab]").length}-${number}`;
    Object.assign(button, { type: "button", id: `${panel.id}-tab`, textContent: legend.textContent });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    legend.remove();
    list.append(button);
    return button;
  });
  const show = (place) => {
    buttons.forEach((button, number) => {
      button.setAttribute("aria-selected", String(number === place));
      button.tabIndex = number === place ? 0 : -1;
      panels[number].hidden = number !== place;
    });
  };
  list.addEventListener("click", ({ target }) => {
    if (buttons.includes(target)) show(buttons.indexOf(target));
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    show(place);
    buttons[place].focus();
  });
  sides.before(list);
  show(0);
};

// *All users* in place of a selection: the selection is out of the way.
const selected = (side) => {
  const radios = [...side.querySelectorAll(":scope > label > [type=radio]")];
  if (!radios.length) return;
  const show = () => {
    const chosen = radios.find((each) => each.checked);
    side.querySelector(":scope > .selected").hidden = Boolean(chosen?.value);
  };
  for (const each of radios) each.addEventListener("change", show);
  show();
};

const applies = (section) => {
  const select = section.querySelector(".applies select");
  const choices = [...section.querySelectorAll(".applied")];
  const show = () => {
    for (const each of choices) each.hidden = each.dataset.applies !== select.value;
  };
  select.addEventListener("change", show);
  show();
};

const granted = () => {
  const block = form.querySelector("[name=grant][value=block]");
  form.querySelector(".granted").hidden = block.checked;
};

for (const each of form.querySelectorAll(".sides")) tabs(each);
for (const each of form.querySelectorAll(".half")) selected(each);
for (const each of form.querySelectorAll("details:has(> .inside > .applies)")) applies(each);
for (const each of form.querySelectorAll("[name=grant]")) each.addEventListener("change", granted);
granted();
for (const each of form.querySelectorAll(".closes")) {
  each.hidden = false;
  each.addEventListener("click", () => {
    const part = each.closest("details");
    part.open = false;
    part.querySelector("summary").focus();
  });
}
// A button of what is told beside the form sends the form: a name that is missing is no matter then.
form.addEventListener("invalid", ({ target }) => {
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) {
    part.open = true;
  }
}, true);

// Rows of a filter write its rule on the server: what is told of the draft follows it.
const rules = () => [...form.querySelectorAll(".written textarea")].map((each) => each.value).join("\n");
let told = rules();
document.addEventListener("htmx:after:swap", () => {
  const now = rules();
  if (now === told) return;
  told = now;
  form.dispatchEvent(new Event("change"));
});
// A textarea that somebody made larger has a style, which htmx would copy: the policy of content
// forbids that.
document.addEventListener("htmx:before:swap", () => {
  for (const each of form.querySelectorAll("[style]")) each.removeAttribute("style");
});
