"""After the build: leaves out of the theme's files what no page of the book uses.

The theme ships an icon for everything (1.6 MB of script, 0.3 MB of fonts) and a style for everything (0.4 MB). A first
visit to a page should not pay for that: the icons in use become a script of a few kilobytes, style rules whose classes
occur in no page and no script are dropped. Both are read off the finished pages, so nothing has to be listed by hand.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

STYLES = ("styles/pydata-sphinx-theme.css", "sphinx-design.min.css", "mystnb.*.css")

ICONS = """// The icons that this book's pages use, from Font Awesome Free (icons CC BY 4.0, https://fontawesome.com/license/free).
(() => {
  const icons = %s;
  function draw(i) {
    const icon = [...i.classList].map((c) => c.slice(3)).find((c) => icons[c]);
    if (!icon) return;
    const [width, height, path] = icons[icon];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const { name, value } of i.attributes) svg.setAttribute(name, value);
    svg.setAttribute("class", "svg-inline--fa " + i.className);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("fill", "currentColor");
    shape.setAttribute("d", path);
    svg.append(shape);
    i.replaceWith(svg);
  }
  const left = ":is(.fa-solid, .fa-regular, .fa-brands, .fas, .fab):not(svg)";
  const all = () => document.querySelectorAll(left).forEach(draw);
  all();
  new MutationObserver(all).observe(document.body, { childList: true, subtree: true });
})();
"""


def trim(app, exception) -> None:
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    scripts = [path for path in static.rglob("*.js") if path.name != "fontawesome.js"]
    texts = [path.read_text(encoding="utf-8") for path in [*out.rglob("*.html"), *scripts]]
    words = {word for text in texts for word in re.findall(r"[\w-]+", text)}

    source = static / "scripts" / "fontawesome.js"
    source.write_text(ICONS % json.dumps(icons(source.read_text(encoding="utf-8"), words)), encoding="utf-8")
    for pattern in STYLES:
        for path in static.glob(pattern):
            path.write_text("".join(used(path.read_text(encoding="utf-8"), words)), encoding="utf-8")
    for leftover in [*static.rglob("*.map"), static / "vendor", static / "locales"]:
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)


def fresh(app) -> None:
    """Removes what the last build trimmed, so that the originals are copied again."""
    for pattern in STYLES:
        for path in (Path(app.outdir) / "_static").glob(pattern):
            path.unlink()


def icons(script: str, words: set[str]) -> dict[str, tuple[int, int, str]]:
    """Width, height and outline of each icon that `words` name."""
    found: dict[str, tuple[int, int, str]] = {}
    pattern = r"""["']?([\w-]+)["']?:\[(\d+),(\d+),\[[^\]]*\],["'][\da-f]*["'],["'](M[^"']+)["']\]"""
    for name, width, height, path in re.findall(pattern, script):
        if f"fa-{name}" in words:
            found[name] = (int(width), int(height), path)
    return found


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """The top-level rules of a style sheet: (what stands before the brace, what stands inside; None: no braces)."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    position = 0
    for match in re.finditer(r"[{;]", css):
        if match.start() < position:
            continue
        prelude = css[position:match.start()].strip()
        if match[0] == ";":
            yield prelude, None
            position = match.end()
            continue
        depth, end, quote = 1, match.end(), ""
        while depth and end < len(css):
            letter = css[end]
            if quote:
                quote = "" if letter == quote and css[end - 1] != "\\" else quote
            elif letter in "\"'":
                quote = letter
            else:
                depth += (letter == "{") - (letter == "}")
            end += 1
        yield prelude, css[match.end():end - 1]
        position = end


def used(css: str, words: set[str]) -> Iterator[str]:
    """The style sheet again without the selectors that can match nothing on these pages."""
    for prelude, body in rules(css):
        if body is None:
            yield prelude + ";"
        elif prelude.startswith(("@media", "@supports", "@layer", "@container")):
            inner = "".join(used(body, words))
            if inner:
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            if "Font Awesome" not in body and "fontawesome" not in body:
                yield f"{prelude}{{{body}}}"
        else:
            kept = [selector for selector in selectors(prelude) if possible(selector, words)]
            if kept:
                yield f"{','.join(kept)}{{{body}}}"


def selectors(prelude: str) -> list[str]:
    """Splits `a:is(b, c), d` at the commas outside parentheses and brackets."""
    parts, depth = [""], 0
    for letter in prelude:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def possible(selector: str, words: set[str]) -> bool:
    """Whether all classes that the selector asks for occur in a page or script; `:not(…)` and its kin ask for none."""
    if "\\" in selector:
        return True
    plain = re.sub(r"\[[^\]]*\]", "", selector)
    while "(" in plain:
        shorter = re.sub(r"\([^()]*\)", "", plain)
        if shorter == plain:
            return True
        plain = shorter
    if re.search(r"\.fa-[\w-]*", plain) and "svg" not in plain:
        return False  # rules for the icon fonts; the icons in use are drawn as SVG
    return all(name in words for name in re.findall(r"\.([\w-]+)", plain))


def setup(app):
    app.connect("builder-inited", fresh)
    app.connect("build-finished", trim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
