"""The rendered book: HTML from the chapters' sources and the outputs of their notebooks, without executing anything,
without another host.

`make book` builds it into build/book. The repository's address is set in one place, `[project.urls]` of pyproject.toml:
once `Repository = "https://github.com/…"` stands there, the repository and Colab buttons appear.
"""

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from tools.translate import numbering, parsing  # noqa: E402 (the notebooks are numbered and parsed alike)

_project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_repository = _project.get("urls", {}).get("Repository", "")

project = "Deep Learning, Live"
author = "The authors of Deep Learning, Live"
copyright = author
version = release = _project["version"]
language = "en"

extensions = ["myst_nb", "sphinx_design", "sphinx_togglebutton", "sphinx_copybutton", "sphinxcontrib.bibtex",
              "accessible", "details", "diagram", "katex", "numbers_by_place", "outputs", "parts", "player", "trim"]
source_suffix = {".md": "myst-nb"}
exclude_patterns = ["**/*.ipynb", "_ext", "_static", "_templates", "**/.ipynb_checkpoints", "**/sweeps"]
exclude_patterns += ["start.*"]  # the first page of a reader's own copy; index.md is that of the pages

nb_execution_mode = "off"
nb_custom_formats = {".md": ["nbformat.reads", {"as_version": 4}]}  # what the extension `outputs` makes of a source
nb_merge_streams = True
nb_ipywidgets_js = {}  # the panels need a kernel; their scripts would come from another host
myst_enable_extensions = parsing.EXTENSIONS
myst_heading_anchors = 3

numfig = True
numfig_secnum_depth = 2
math_numfig = True
math_eqref_format = numbering.EQUATION
numfig_format = numbering.FORMATS
html_math_renderer = "katex"

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "author_year"

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "auto"}
html_title = project
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["fonts.css", "book.css"]
html_js_files = [("book.js", {"defer": "defer"})]
html_last_updated_fmt = None
html_show_sphinx = False
html_theme_options = {
    "path_to_docs": "chapters",
    "use_download_button": True,
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "navbar_start": [], "navbar_center": [], "navbar_end": [], "navbar_persistent": [],
    "footer_content_items": ["extra-footer.html"],
    "extra_footer": "<p>Text and figures: CC BY 4.0. Code: MIT.</p>",
    "navigation_with_keys": False,  # the arrow keys belong to the sliders
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if _repository:
    html_theme_options |= {
        "repository_url": _repository,
        "repository_branch": "main",
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    }

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"
togglebutton_hint = "Show the solution"
togglebutton_hint_hide = "Hide the solution"
