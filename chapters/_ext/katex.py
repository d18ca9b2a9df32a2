"""Mathematics by the KaTeX in _static/katex: 0.4 MB on a first visit, where MathJax takes 1.5, and no other host.

The page carries the TeX itself (a reader without JavaScript sees that); _static/book.js typesets it as HTML for the eye
and MathML for screen readers. Labelled equations are numbered and can be referred to: `$$ … $$ (label)`, {eq}`label`.
"""

from docutils import nodes
from sphinx.util.math import get_node_equation_number


def inline(self, node):
    self.body.append(f'<span class="math inline notranslate">{self.encode(node.astext())}</span>')
    raise nodes.SkipNode


def display(self, node):
    identifier = f' id="{node["ids"][0]}"' if node["ids"] else ""
    self.body.append(f'<div class="math display notranslate"{identifier}>')
    self.body.append(f'<div class="tex">{self.encode(node.astext())}</div>')
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("katex", inline_renderers=(inline, None), block_renderers=(display, None))
    app.add_css_file("katex/katex.min.css")
    app.add_js_file("katex/katex.min.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
