"""Sections, figures and equations are numbered by the place of a chapter in the book, which its file name says.

`02_linear_models/02_softmax_regression` is chapter 2.2, whether or not the chapters before it have been written; Sphinx
alone would count those it finds. Its first figure is 2.2.1 and its first labelled equation (2.2.1).
"""

from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector

from tools.translate.numbering import place


def renumber(app, env) -> list[str]:
    collector = TocTreeCollector()
    collector.assign_section_numbers(env)
    for document, numbers in env.toc_secnumbers.items():
        start = place(document)
        if start is None:
            continue
        for anchor, number in numbers.items():
            if number:
                numbers[anchor] = (*start, *number[1:])
        if "secnumber" in env.titles[document]:
            env.titles[document]["secnumber"] = start
        for reference in env.tocs[document].findall(nodes.reference):
            if reference.get("secnumber"):
                reference["secnumber"] = (*start, *reference["secnumber"][1:])
    collector.assign_figure_numbers(env)
    return []


def setup(app):
    app.connect("env-get-updated", renumber, priority=900)  # after Sphinx has counted
    return {"parallel_read_safe": True, "parallel_write_safe": True}
