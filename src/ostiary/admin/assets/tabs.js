// Tabs of the page: one part shows at a time (WAI-ARIA authoring practices, tabs, activated by focus).

for (const bar of document.querySelectorAll("[data-tabs]")) {
  const tabs = [...bar.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));

  const choose = (number, focus) => {
    tabs.forEach((tab, each) => {
      const mine = each === number;
      tab.setAttribute("aria-selected", String(mine));
      tab.tabIndex = mine ? 0 : -1;
      panels[each].hidden = !mine;
      if (mine && focus) tab.focus();
    });
  };

  const moves = { ArrowRight: 1, ArrowLeft: -1 };
  bar.setAttribute("role", "tablist");
  tabs.forEach((tab, number) => {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[number].id);
    panels[number].setAttribute("role", "tabpanel");
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      choose(number, true);
      window.history.replaceState(null, "", tab.hash);
    });
    tab.addEventListener("keydown", (event) => {
      const ends = { Home: 0, End: tabs.length - 1 };
      if (event.key in moves) choose((number + moves[event.key] + tabs.length) % tabs.length, true);
      else if (event.key in ends) choose(ends[event.key], true);
      else return;
      event.preventDefault();
    });
  });
  const wanted = tabs.findIndex((tab) => tab.hash === window.location.hash);
  choose(wanted < 0 ? 0 : wanted, false);
}
