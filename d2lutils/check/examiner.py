"""What asks the questions: calls the reader's answer, compares, and stops at the first thing that is wrong.

A check asks about shape, dtype, values, then gradients, with the same numbers also spread over memory and with sizes of
one. It names the first wrong index and, where it is certain, the cause: a *hypothesis* is a wrong implementation that
many people write, and if its numbers are the reader's numbers in every case of a question, that is what happened. A
check never raises into the notebook (but for Ctrl-C, which is the reader's), never hangs, and leaves the session as it
was. Its inputs are random with a fixed seed, so its words are the same at every run.
"""

import copy
import functools
import warnings
from collections.abc import Callable

import numpy as np
import torch

from d2lutils.check import causes, comparisons, draws, limits, session
from d2lutils.check.comparisons import describe, kind
from d2lutils.check.report import Report, Wrong, say

Hypotheses = dict[str, Callable]  # what happened -> a function that does that


def check(name: str):
    """Make a check of a function of an Examiner: what it returns takes the reader's answer and returns a Report."""

    def decorate(questions: Callable):
        @functools.wraps(questions)
        def run(student) -> Report:
            report = Report(name)
            with session.standard():
                try:
                    limits.within(limits.SECONDS, lambda: questions(Examiner(name, student, report)))
                except Wrong as wrong:
                    report.wrong, report.cause = str(wrong), wrong.cause
                except limits.TimeUp:
                    report.wrong = f"no answer within {limits.SECONDS:g} s: does a loop never end?"
                except limits.Stuck:
                    report.wrong = f"no answer within {limits.SECONDS:g} s, and it goes on: restart the kernel"
                except Exception as error:  # an answer so odd that looking at it fails
                    report.wrong = f"the answer cannot be examined: {type(error).__name__}: {causes.text(error)}"
            say(report.text)
            return report

        del run.__wrapped__  # its signature takes an Examiner; what readers call takes their answer
        run.__annotations__ = {"student": "the reader's answer", "return": Report}
        return run

    return decorate


class Examiner:
    """Asks questions of one answer, and raises Wrong at the first that it gets wrong."""

    def __init__(self, name: str, student, report: Report):
        self.name, self.student, self.report = name, student, report

    def is_callable(self, what: str = "a function") -> None:
        if not callable(self.student):
            raise Wrong(
                f"the check was given {kind(self.student)}, not {what}",
                f"pass the function itself, check.{self.name}(…) without calling it",
            )

    def agrees(self, title: str, reference: Callable, cases: list[tuple], *, sides: str = "",
               function: Callable | None = None, hypotheses: Hypotheses | None = None, parts: list[str] | None = None,
               tolerance: float = 1e-9, numbers: bool = False) -> None:  # fmt: skip
        """The answer gives what `reference` gives for every tuple of arguments in `cases`.

        Also for the same numbers with gaps between them in memory, and for sizes of one.
        sides: names of the sides that may be 1, such as "nd d ." (see draws.ones); "" for no such cases. function: to
        call instead of the answer itself, which it uses. hypotheses: {what happened: a wrong function}. parts: names
        of the results where there are several. tolerance: relative, of float64 results. numbers: the exercise asks
        for numbers of any type, Python's, NumPy's or a tensor's; otherwise a result has the right one's type and dtype.
        """
        question = _Question(self, title, reference, function or self.student, hypotheses or {}, parts, tolerance,
                             numbers, cases)  # fmt: skip
        for arguments in [*cases, *(draws.ones(cases[0], sides) if sides else [])]:
            question.ask(arguments)
            spread = draws.gapped(arguments)
            if spread is not None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # that such numbers are slower is not the reader's affair
                    question.ask(spread, "it is right for the same numbers side by side in memory: do not count on "
                                         "how they lie there (view, as_strided, the storage)")  # fmt: skip
        self.report.right.append(title)

    def keeps_float32(self, reference: Callable, case: tuple, **asked) -> None:
        """The answer to a case in single precision is of float32, and right. asked: as for `agrees`."""
        single = tuple(a.float() if comparisons.is_float(a) else a for a in case)
        self.agrees("float32 stays float32", reference, [single], **asked)

    def differentiates(self, title: str, reference: Callable, cases: list[tuple], *,
                       hypotheses: Hypotheses | None = None, function: Callable | None = None) -> None:  # fmt: skip
        """Gradients through the answer are those through `reference`, for each floating tensor of a case."""

        def gradients(of: Callable):
            def slopes(*arguments):
                arguments = [a.detach().clone().requires_grad_() if comparisons.is_float(a) else a for a in arguments]
                out = of(*arguments)
                if isinstance(out, np.ndarray):
                    raise Wrong(f"{title}: expected a tensor, got an ndarray", "NumPy arrays carry no gradient")
                if not isinstance(out, torch.Tensor) or not out.requires_grad:
                    raise Wrong(
                        f"{title}: the result is cut off from its inputs, so no gradient can flow back",
                        ".item(), .detach(), .numpy(), torch.tensor(…) and torch.no_grad() cut the graph",
                    )
                weights = draws.normal(*out.shape, seed=1, dtype=out.dtype)
                leaves = [a for a in arguments if comparisons.is_float(a)]
                found = torch.autograd.grad((out * weights).sum(), leaves, allow_unused=True)
                return tuple(torch.zeros_like(a) if g is None else g for a, g in zip(leaves, found))

            return slopes

        number = sum(comparisons.is_float(a) for a in cases[0])
        parts = [f"gradient {i + 1}" for i in range(number)] if number > 1 else ["the gradient"]
        wrong = {words: gradients(f) for words, f in (hypotheses or {}).items()}
        self.agrees(title, gradients(reference), cases, function=gradients(function or self.student), parts=parts,
                    hypotheses=wrong, tolerance=1e-7)  # fmt: skip

    def call(self, function: Callable, arguments: tuple):
        """What the answer returns. Wrong if it raises, returns None, or changes its arguments or the session."""
        given = copy.deepcopy(arguments)
        before, settings = [session.snapshot(a) for a in given], session.settings()
        try:
            got = limits.answered(function, given)
        except (Wrong, KeyboardInterrupt, limits.TimeUp):
            raise
        except BaseException as error:  # SystemExit is an answer, too
            if isinstance(error, NotImplementedError) and not str(error):  # with a text it may be one of PyTorch's
                raise Wrong("it is not written yet") from None
            words = f"it raised {type(error).__name__}: {causes.text(error)} ({describe(arguments)})"
            raise Wrong(words, causes.of_error(error, function, arguments)) from None
        what = session.changed(settings)
        if what:
            session.put_back(settings)
            raise Wrong(f"it changed {what} for the whole session ({describe(arguments)})",
                        "a `with` block ends by itself; what is set for good has to be set back")  # fmt: skip
        if got is ... or (isinstance(got, (tuple, list)) and any(part is ... for part in got)):
            raise Wrong("it is not written yet: the dots are still there")
        if got is None:
            raise Wrong(f"it returned None ({describe(arguments)})", "the return statement is missing")
        for i, (was, argument) in enumerate(zip(before, given), start=1):
            what = session.difference(was, session.snapshot(argument))
            if what:
                words = f"it changed its argument number {i}: {what} ({describe(arguments)})"
                raise Wrong(words, causes.of_change(what))
        return got


class _Question:
    """One title of a check with its right answer, its hypotheses and its cases."""

    def __init__(self, examiner, title, reference, function, hypotheses, parts, tolerance, numbers, cases):
        self.examiner, self.title, self.reference, self.function = examiner, title, reference, function
        self.hypotheses, self.parts, self.tolerance, self.numbers = hypotheses, parts, tolerance, numbers
        self.cases = cases

    def ask(self, arguments: tuple, cause: str = "") -> None:
        """Raises Wrong if the answer to one case is wrong, or if a second call answers something else.

        cause: what is certain about any wrong answer to this case.
        """
        want = self._listed(self.reference(*copy.deepcopy(arguments)))
        first = self.examiner.call(self.function, arguments)
        got = self._listed(first)
        if len(got) != len(want):
            parts = ", ".join(self.parts)
            raise Wrong(f"{self.title}: expected {len(self.parts)} results ({parts}), got {kind(first)}")
        problems = [comparisons.kind_problem, comparisons.shape_problem]
        problems += [] if self.numbers else [comparisons.dtype_problem]
        for problem in (*problems, comparisons.value_problem):  # all shapes before any numbers
            for i in range(len(want)):
                message = problem(got[i], want[i], self.tolerance)
                if message:
                    where = f"{self.title}, {self.parts[i]}" if self.parts else self.title
                    if problem is comparisons.value_problem:
                        self._refuse_chance(first, arguments)
                    raise Wrong(f"{where}: {message} ({describe(arguments)})",
                                self._cause(got, want, i, arguments, cause))  # fmt: skip
        self._refuse_chance(first, arguments)

    def _refuse_chance(self, first, arguments: tuple) -> None:
        if not comparisons.same(first, self.examiner.call(self.function, arguments)):
            raise Wrong("called twice with the same arguments, it gave two different results",
                        "it draws random numbers, or it keeps something from the first call")  # fmt: skip

    def _listed(self, result) -> list:
        """The results one by one, as tensors where any type will do."""
        several = isinstance(result, (tuple, list))
        if self.parts and self.numbers and isinstance(result, (torch.Tensor, np.ndarray)) and result.ndim:
            result, several = (list(result) if len(result) == len(self.parts) else [result]), True
        results = (list(result) if several and len(result) == len(self.parts) else []) if self.parts else [result]
        return [comparisons.as_result(entry) for entry in results] if self.numbers else results

    def _cause(self, got: list, want: list, part: int, arguments: tuple, known: str) -> str:
        """Hypotheses that give the reader's numbers in all cases, else what is known, else what the numbers say."""
        usual = [case for case in self.cases if case is not arguments]
        found = [words for words, wrong in self.hypotheses.items()
                 if self._explains(wrong, got, want, part, arguments) and all(map(functools.partial(
                     self._alike, wrong), usual))]  # fmt: skip
        if found:
            return "; or ".join(found[:2])
        if known:
            return known
        if len(got) == 2 and not any(_differ(a, b) for a, b in zip(got, want[::-1])):
            return "the two results are exchanged"
        return causes.of_numbers(got[part], want[part], self.numbers)

    def _explains(self, wrong: Callable, got: list, want: list, part: int, arguments: tuple) -> bool:
        """Whether a hypothesis gives the reader's numbers, and these are not the right ones but for their precision."""
        guess = self._guess(wrong, arguments)
        return (guess is not None and not any(map(_differ, got, guess)) and _differ(got[part], want[part])
                and _differ(guess[part], want[part]))  # fmt: skip

    def _alike(self, wrong: Callable, arguments: tuple) -> bool:
        """Whether a hypothesis gives what the answer gives; an answer that raises where it does not is another one."""
        guess = self._guess(wrong, arguments)
        try:
            got = self._listed(self.examiner.call(self.function, arguments))
        except Wrong:
            return guess is None
        return guess is not None and len(got) == len(guess) and not any(map(_differ, got, guess))

    def _guess(self, wrong: Callable, arguments: tuple) -> list | None:
        try:
            result = wrong(*copy.deepcopy(arguments))
        except Exception:
            return None
        guess = list(result) if self.parts else [result]
        return [comparisons.as_result(entry) for entry in guess] if self.numbers else guess


def _differ(a, b) -> bool:
    return bool(comparisons.kind_problem(a, b) or comparisons.value_problem(a, b, 1e-9))
