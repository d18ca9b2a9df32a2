"""The parts of a question to answer before looking: what is asked, the choices with their reasons, the answer."""

from dataclasses import dataclass, field
from textwrap import dedent

from tools.translate.parsing import parse


@dataclass
class Choice:
    """One of the answers to choose from, and what to say to who chooses it; `line` counts from the body's first."""

    text: str
    right: bool
    reason: str
    line: int


@dataclass
class Question:
    """A `predict` box as the package's docstring shows it. `answer_line` counts from the body's first."""

    asked: str
    choices: list[Choice] = field(default_factory=list)
    answer: str = ""
    answer_line: int = 0

    @classmethod
    def read(cls, body: str) -> "Question":
        """Takes the body of a box apart, without changing a word. ValueError: choices, and not one right one."""
        lines, tokens = body.split("\n"), parse(body)
        outer = [token for token in tokens if token.level == 0 and token.map]
        rule = next((token.map[0] for token in outer if token.type == "hr"), len(lines))
        last = next((token for token in reversed(outer) if token.map[0] < rule), None)
        question = cls("", answer="\n".join(lines[rule + 1:]).strip("\n"), answer_line=rule + 1)
        end = rule
        if last is not None and last.type == "bullet_list_open" and _box(lines[last.map[0]]) is not None:
            end = last.map[0]
            question.choices = [_choice(lines[token.map[0]:token.map[1]], token.map[0]) for token in tokens
                                if token.type == "list_item_open" and token.level == 1 and end <= token.map[0] < rule]
            if sum(choice.right for choice in question.choices) != 1:
                raise ValueError("a question with choices has one right one, marked [x]")
        question.asked = "\n".join(lines[:end]).strip("\n")
        return question


def _box(line: str) -> str | None:
    """The mark in the box with which an item begins: a space, or an x for the right one."""
    rest = line.lstrip("-*+ ")
    return rest[1].lower() if rest[:1] == "[" and rest[1:3].lower() in (" ]", "x]") else None


def _choice(lines: list[str], line: int) -> Choice:
    """One item of the list: `- [ ] text`, then its reason from the second paragraph on."""
    mark = _box(lines[0])
    if mark is None:
        raise ValueError("every choice begins with [ ] or, the right one, with [x]")
    text, _, reason = "\n".join([lines[0].partition("]")[2], *lines[1:]]).partition("\n\n")
    return Choice(" ".join(text.split()), mark == "x", dedent(reason).strip("\n"), line)
