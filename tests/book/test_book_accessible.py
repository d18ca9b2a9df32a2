"""The rendered pages hold up under axe-core, in the light and in the dark theme."""

import pytest
from helpers.rendered import PAGES

pytestmark = pytest.mark.browser

# a chapter's formulas are ten thousand elements from one library: a few of them say what all would say
FEWER_FORMULAS = "[...document.querySelectorAll('.math .katex')].slice(5).forEach(formula => formula.remove())"
RULES = {"light": {"resultTypes": ["violations"]},
         "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}}  # the rest is the same page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_accessible(visit, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    seen = visit(name, color_scheme=scheme)
    assert seen.page.evaluate("document.documentElement.dataset.theme") == scheme
    still = "*, *::before, *::after { transition: none !important; animation: none !important }"
    seen.page.add_style_tag(content=still)
    seen.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    seen.page.evaluate(FEWER_FORMULAS)
    found = [(violation["id"], node["html"][:160], node["failureSummary"][:300])
             for violation in Axe().run(seen.page, options=RULES[scheme]).response["violations"]
             if violation["impact"] in ("serious", "critical") for node in violation["nodes"][:4]]
    assert not found
