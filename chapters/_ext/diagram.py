"""A diagram of tools/diagrams on a page, drawn inline: `:::{diagram} mlp_shapes` with a caption as its content.

It is a figure like any other: numbered, and referred to by its `:name:`. Its colours follow the page's theme.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from tools.diagrams import DIAGRAMS, STATIC


class DiagramDirective(SphinxDirective):
    required_arguments = 1
    has_content = True
    option_spec = {"name": directives.unchanged}  # noqa: RUF012 (docutils wants a plain dict)

    def run(self):
        name = self.arguments[0]
        if name not in DIAGRAMS:
            raise self.error(f"there is no diagram {name}; there are {', '.join(sorted(DIAGRAMS))}")
        entry = DIAGRAMS[name]
        self.env.note_dependency(__file__)
        figure = nodes.figure("", nodes.raw("", entry.drawn().svg(alone=False, alt=entry.alt), format="html"))
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        if parsed.children:
            caption = nodes.caption(parsed[0].rawsource, "", *parsed[0].children)
            caption.source, caption.line = self.get_source_info()
            figure += caption
            figure += nodes.legend("", *parsed.children[1:]) if len(parsed.children) > 1 else []
        self.add_name(figure)
        self.set_source_info(figure)
        return [figure]


def setup(app):
    app.add_directive("diagram", DiagramDirective)
    app.config.html_static_path.append(str(STATIC))
    app.add_css_file("diagram.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
