"""Closed boxes that open at a click or a key, with no script: what questions hide and second readings hold.

`{predict}`: a question whose choices each open what is to be said to who chooses them, and a hidden answer. A section
whose heading is marked `{.second-reading}` keeps its heading and closes what stands below it. tools/translate says how
both are written.
"""

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from tools.translate.question import Question


class details(nodes.General, nodes.Element):
    """HTML's element of this name; its first child is a `summary`."""


class summary(nodes.General, nodes.TextElement):
    """What is seen of closed `details`."""


def closed(label: list[nodes.Node], body: list[nodes.Node], *classes: str) -> details:
    return details("", summary("", "", *label), *body, classes=list(classes))


class Predict(SphinxDirective):
    has_content, optional_arguments, final_argument_whitespace = True, 1, True

    def run(self) -> list[nodes.Node]:
        try:
            question = Question.read("\n".join(self.content))
        except ValueError as error:
            raise self.error(str(error)) from None
        title, messages = self.parse_inline(" ".join(self.arguments) or "Predict first")
        box = nodes.admonition("", nodes.title("", "", *title), *messages, classes=["predict"])
        box += self.nodes(question.asked, 0)
        for choice in question.choices:
            words, messages = self.parse_inline(choice.text, lineno=self.content_offset + choice.line + 1)
            verdict = nodes.paragraph("", "", nodes.strong("", "Right." if choice.right else "No."))
            body = [verdict, *messages, *self.nodes(choice.reason, choice.line)]
            box += closed(words, body, "choice", "right" if choice.right else "wrong")
        if question.answer:
            box += closed([nodes.Text("The answer")], self.nodes(question.answer, question.answer_line), "answer")
        return [box]

    def nodes(self, text: str, line: int) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text, offset=self.content_offset + line) if text else []


class SecondReadings(SphinxPostTransform):
    """Closes marked sections after the contents have been listed, so that their headings are still found there."""

    default_priority = 800

    def run(self, **options) -> None:
        for section in list(self.document.findall(nodes.section)):
            if "second-reading" in section["classes"]:
                place = section.first_child_matching_class(nodes.title) + 1
                below = section.children[place:]
                section[place:] = [closed([nodes.Text("Second reading")], below, "second-reading")]


def opening(tag: str):
    return lambda self, node: self.body.append(self.starttag(node, tag, ""))


def closing(tag: str):
    return lambda self, node: self.body.append(f"</{tag}>\n")


def refuse(self, node) -> None:
    raise ExtensionError("questions and second readings are written as HTML alone")


def setup(app):
    app.add_directive("predict", Predict)
    app.add_post_transform(SecondReadings)
    for node in (details, summary):
        app.add_node(node, html=(opening(node.__name__), closing(node.__name__)), latex=(refuse, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
