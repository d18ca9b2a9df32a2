// Typesets the mathematics of a page, lets the keyboard reach what scrolls sideways, and opens what a link leads into.
(function () {
  "use strict";
  const macros = {};
  function typeset(element, displayMode) {
    const tex = element.textContent;
    try {
      window.katex.render(tex, element, { displayMode, macros, throwOnError: true, output: "htmlAndMathml" });
    } catch (error) {
      console.error(`This formula cannot be typeset: ${tex}\n${error.message}`); // the TeX itself stays on the page
    }
  }
  document.querySelectorAll(".math.inline").forEach((element) => typeset(element, false));
  document.querySelectorAll(".math.display > .tex").forEach((element) => typeset(element, true));

  function reachable() {
    document.querySelectorAll(".math.display > .tex, .output pre, .cell_output table, .pst-scrollable-table-container")
      .forEach((element) => {
        if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
        else element.removeAttribute("tabindex");
      });
  }
  reachable();
  document.fonts.ready.then(reachable); // formulas grow when their letters arrive
  window.addEventListener("load", reachable);
  window.addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true); // what was closed had no width

  // Opens every closed box around what an address names; where it names the heading of a second reading, what the
  // heading closes. Returns the place if anything had to be opened for it.
  function unfold(hash) {
    let place = null;
    try {
      place = document.getElementById(decodeURIComponent(hash.slice(1)));
    } catch {
      return null; // a lone % in the address
    }
    let opened = null;
    for (let box = place; box; box = box.parentElement) {
      const closed = box.matches("section.second-reading") ? box.querySelector(":scope > details") : box;
      if (closed instanceof HTMLDetailsElement && !closed.open) {
        closed.open = true;
        opened = place;
      }
    }
    return opened;
  }
  unfold(location.hash); // the browser goes to the place when the page is complete
  window.addEventListener("hashchange", () => unfold(location.hash)?.scrollIntoView()); // it has gone there already
  document.addEventListener("click", (event) => { // before it goes; and again, if the reader has closed the box since
    const link = event.target.closest("a[href*='#']");
    if (link instanceof HTMLAnchorElement && link.href === location.href.split("#")[0] + link.hash) unfold(link.hash);
  });
})();
