// Typesets the mathematics of a page, and lets the keyboard reach what scrolls sideways.
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
})();
