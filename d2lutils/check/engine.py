"""What all exercise checks share: call the reader's function, compare, and say in words what is right and what is not.

A check asks its questions in order (shape, then dtype, then values, then gradients) and stops at the first wrong
answer. It names the first wrong index and, where it can, the likely cause: a *hypothesis* is a wrong implementation
that many people write, and if its numbers are the reader's numbers, then that is probably what happened. A check never
raises into the notebook. Its inputs are random with a fixed seed, so its words are the same at every run.
"""

import copy
import functools
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

Hypotheses = dict[str, Callable]  # what probably happened -> a function that does that


class Wrong(Exception):
    """The first thing that is wrong, in words; `cause` says why it may be."""

    def __init__(self, message: str, cause: str = ""):
        super().__init__(message)
        self.cause = cause


@dataclass
class Report:
    """What a check found. True if everything is right. Printed when made, so a notebook does not show it again."""

    name: str
    right: list[str] = field(default_factory=list)
    wrong: str = ""
    cause: str = ""

    @property
    def passed(self) -> bool:
        return not self.wrong

    def __bool__(self) -> bool:
        return self.passed

    @property
    def text(self) -> str:
        lines = [f"{self.name}: {'all right' if self.passed else 'not yet'}", *(f"  ✓ {title}" for title in self.right)]
        if self.wrong:
            lines.append(f"  ✗ {self.wrong}")
        if self.cause:
            lines.append(f"    Likely cause: {self.cause}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<check {self.name}: {'passed' if self.passed else 'failed'}>"

    def _ipython_display_(self) -> None:
        """Nothing: the report was printed when the check ran."""


def check(name: str):
    """Make a check of a function of an Examiner: what it returns takes the reader's answer and returns a Report."""

    def decorate(questions: Callable):
        @functools.wraps(questions)
        def run(student) -> Report:
            report = Report(name)
            try:
                questions(Examiner(name, student, report))
            except Wrong as wrong:
                report.wrong, report.cause = str(wrong), wrong.cause
            except Exception as error:  # an answer so odd that looking at it fails
                report.wrong = f"the answer cannot be examined: {type(error).__name__}: {_text(error)}"
            print(report.text)
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
                f"the check was given {_kind(self.student)}, not {what}",
                f"pass the function itself, check.{self.name}(…) without calling it",
            )

    def agrees(self, title: str, reference: Callable, cases: list[tuple], *, function: Callable | None = None,
               hypotheses: Hypotheses | None = None, parts: list[str] | None = None, tolerance: float = 1e-9,
               dtype: bool = True) -> None:  # fmt: skip
        """The answer gives what `reference` gives for every tuple of arguments in `cases`.

        function: to call instead of the answer itself, which it uses. hypotheses: {what probably happened: a wrong
        function}. parts: names of the results where there are several. tolerance: relative, of float64 results.
        """
        function = function or self.student
        for arguments in cases:
            want = reference(*copy.deepcopy(arguments))
            got = self.call(function, arguments)
            names = parts or [""]
            if parts:
                if not isinstance(got, (tuple, list)) or len(got) != len(parts):
                    raise Wrong(f"{title}: expected {len(parts)} results ({', '.join(parts)}), got {_kind(got)}")
            else:
                want, got = (want,), (got,)
            for i, part in enumerate(names):
                where = f"{title}, {part}" if part else title
                for problem in (_kind_problem, _shape_problem, *([_dtype_problem] if dtype else []), _value_problem):
                    message = problem(got[i], want[i], tolerance)
                    if message:
                        cause = self._cause(got, want, i, arguments, hypotheses or {})
                        raise Wrong(f"{where}: {message} ({describe(arguments)})", cause)
        self.report.right.append(title)

    def differentiates(self, title: str, reference: Callable, cases: list[tuple], *,
                       hypotheses: Hypotheses | None = None, function: Callable | None = None) -> None:  # fmt: skip
        """Gradients through the answer are those through `reference`, for each floating tensor of a case."""

        def gradients(of: Callable):
            def slopes(*arguments):
                leaves = [a.requires_grad_() for a in arguments if _is_float(a)]
                out = of(*arguments)
                if not isinstance(out, torch.Tensor) or not out.requires_grad:
                    raise Wrong(
                        f"{title}: the result is cut off from its inputs, so no gradient can flow back",
                        ".item(), .detach(), .numpy(), torch.tensor(…) and torch.no_grad() cut the graph",
                    )
                weights = torch.randn(out.shape, dtype=out.dtype, generator=torch.Generator().manual_seed(1))
                found = torch.autograd.grad((out * weights).sum(), leaves, allow_unused=True)
                return tuple(torch.zeros_like(a) if g is None else g for a, g in zip(leaves, found))

            return slopes

        number = sum(_is_float(a) for a in cases[0])
        parts = [f"gradient {i + 1}" for i in range(number)] if number > 1 else ["the gradient"]
        wrong = {words: gradients(f) for words, f in (hypotheses or {}).items()}
        self.agrees(title, gradients(reference), cases, function=gradients(function or self.student), parts=parts,
                    hypotheses=wrong, tolerance=1e-7)  # fmt: skip

    def call(self, function: Callable, arguments: tuple):
        """What the answer returns. Wrong if it raises, returns None, changes its arguments or a second call differs."""
        given = copy.deepcopy(arguments)
        got = self._call_once(function, given)
        if got is ... or (isinstance(got, (tuple, list)) and any(part is ... for part in got)):
            raise Wrong("it is not written yet: the dots are still there")
        if got is None:
            raise Wrong(f"it returned None ({describe(arguments)})", "the return statement is missing")
        for i, (before, after) in enumerate(zip(arguments, given)):
            if isinstance(before, (torch.Tensor, np.ndarray)) and not _same(before, after):
                raise Wrong(
                    f"it changed its argument number {i + 1} ({describe(arguments)})",
                    "an operation in place (+=, [...] =, sub_): work on a clone, or write a = a + b",
                )
        if not _same_parts(got, self._call_once(function, copy.deepcopy(arguments))):
            raise Wrong("called twice with the same arguments, it gave two different results",
                        "it draws random numbers, or it keeps something from the first call")  # fmt: skip
        return got

    def _call_once(self, function: Callable, arguments: tuple):
        try:
            return function(*arguments)
        except Wrong:
            raise
        except (Exception, SystemExit) as error:
            if isinstance(error, NotImplementedError) and not str(error):  # with a text it may be one of PyTorch's
                raise Wrong("it is not written yet") from None
            words = f"it raised {type(error).__name__}: {_text(error)} ({describe(arguments)})"
            raise Wrong(words, _cause_of(error, function)) from None

    def _cause(self, got, want, part: int, arguments: tuple, hypotheses: Hypotheses) -> str:
        """The first hypothesis that gives the reader's numbers, else what the numbers themselves say."""
        for words, wrong in hypotheses.items():
            try:
                guess = wrong(*copy.deepcopy(arguments))
            except Exception:
                continue
            guess = guess if isinstance(guess, (tuple, list)) else (guess,)
            alike = len(guess) == len(got) and not any(_value_problem(g, h, 1e-9) for g, h in zip(got, guess))
            if alike and _value_problem(guess[part], want[part], 1e-9):
                return words
        return _pattern(got[part], want[part])


def describe(arguments: tuple) -> str:
    """Arguments in a few words: "for shapes (4, 3) and (4,)"."""
    shapes = [str(tuple(a.shape)) for a in arguments if isinstance(a, (torch.Tensor, np.ndarray))]
    others = [f"{a!r}" for a in arguments if isinstance(a, (int, float))]
    words = f"shape{'s' if len(shapes) > 1 else ''} {', '.join(shapes)}" if shapes else ""
    return "for " + ", ".join(filter(None, [words, *others])) if words or others else "in a test of the check"


def _kind(value) -> str:
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _text(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:300]
    except Exception:
        return "(no message)"


def _is_float(value) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _numbers(value) -> torch.Tensor:
    """Results as a plain float64 tensor on the CPU; raises for what is none."""
    tensor = torch.as_tensor(value).detach().cpu()
    if tensor.is_complex():
        raise TypeError("complex")
    return tensor.to(torch.float64)


def _kind_problem(got, want, tolerance) -> str:
    wanted = torch.Tensor if isinstance(want, torch.Tensor) else np.ndarray
    if isinstance(want, np.ndarray):
        return "" if isinstance(got, (np.ndarray, np.generic)) else f"expected a NumPy array, got {_kind(got)}"
    if not isinstance(got, wanted):
        return f"expected a tensor, got {_kind(got)}"
    odd = got.layout != torch.strided or got.is_complex()
    return "expected plain numbers, got a sparse or complex tensor" if odd else ""


def _shape_problem(got, want, tolerance) -> str:
    got, want = tuple(got.shape), tuple(want.shape)
    return "" if got == want else f"expected shape {want}, got {got}"


def _dtype_problem(got, want, tolerance) -> str:
    return "" if got.dtype == want.dtype else f"expected dtype {_short(want.dtype)}, got {_short(got.dtype)}"


def _short(dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _value_problem(got, want, tolerance) -> str:
    """Where two results differ first, in words; nothing if they agree."""
    try:
        a, b = _numbers(got), _numbers(want)
    except Exception:
        return "not numbers"
    if a.shape != b.shape:
        return "another shape"
    if getattr(want, "dtype", None) in (torch.float32, np.float32):
        tolerance = max(tolerance, 1e-5)
    # absolute too, by the size of the result: entries near zero carry the rounding of the others
    size = b[b.isfinite()].abs().max().item() if b.isfinite().any() else 1.0
    wrong = ~torch.isclose(a, b, rtol=tolerance, atol=tolerance * max(size, 1e-3), equal_nan=True)
    if not wrong.any():
        return ""
    index = tuple(wrong.nonzero()[0].tolist())
    where = f"at index {list(index)} " if index else ""
    expected, found = b[index].item(), a[index].item()
    digits = next((n for n in (5, 9, 17) if f"{expected:.{n}g}" != f"{found:.{n}g}"), 17)  # enough to see a difference
    return f"{where}expected {expected:.{digits}g}, got {found:.{digits}g}"


def _pattern(got, want) -> str:
    """What the numbers themselves say about the mistake."""
    if isinstance(want, torch.Tensor) and isinstance(got, np.ndarray):
        return "stay with torch operations: NumPy arrays carry no gradient"
    try:
        a, b = _numbers(got), _numbers(want)
    except Exception:
        return ""
    if a.shape != b.shape:
        if a.numel() == b.numel() and a.squeeze().shape == b.squeeze().shape:
            return "an axis of size 1 is there too much or too little: look at keepdim, squeeze and unsqueeze"
        if a.ndim == 2 and a.T.shape == b.shape:
            return "rows and columns are swapped"
        return "a sum or mean over the wrong dimension" if a.ndim != b.ndim else ""
    if isinstance(got, torch.Tensor) and isinstance(want, torch.Tensor) and got.dtype != want.dtype:
        if want.dtype == torch.bool:
            return "a mask holds True and False: a comparison makes one, or .bool()"
        if got.dtype == torch.get_default_dtype():
            default = _short(got.dtype)
            return f"a new tensor gets {default} unless told otherwise: make it with dtype=x.dtype, or from x"
        return f"something turned it into {_short(got.dtype)}"
    if a.isnan().any() and not b.isnan().any():
        return "nan comes of inf - inf, 0 / 0 or 0 * inf: what overflowed before it?"
    if a.isinf().any() and not b.isinf().any():
        return "exp overflows above 709 (88 in float32), and log(0) is -inf"
    if not a.any():
        return "all of it is zero, as in the frame of the exercise"
    finite = b.isfinite() & a.isfinite() & (b.abs() > 1e-12)
    ratio = a[finite] / b[finite]
    if torch.allclose(a, b, rtol=1e-5, atol=0.0, equal_nan=True):
        return "right but for rounding: a part of it was computed in float32, or with fewer digits"
    if len(ratio) and torch.allclose(ratio, ratio[0].expand_as(ratio), rtol=1e-6):
        factor = ratio[0].item()
        if math.isclose(factor, -1, rel_tol=1e-6):
            return "the sign is the wrong way round"
        return f"all of it is {factor:.4g} times what it should be" if abs(factor - 1) > 1e-6 else ""
    shift = (a - b)[b.isfinite()]
    if len(shift) > 1 and torch.allclose(shift, shift[0].expand_as(shift), rtol=1e-6):
        return f"all of it is {shift[0].item():.4g} off by the same amount"
    if a.ndim == 2 and a.shape[0] == a.shape[1] and torch.allclose(a.T, b, equal_nan=True):
        return "rows and columns are swapped"
    return ""


def _same(a, b) -> bool:
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return a.shape == b.shape and torch.equal(torch.nan_to_num(a.detach()), torch.nan_to_num(b.detach()))


def _same_parts(a, b) -> bool:
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(_same_parts, a, b))
    if not isinstance(a, (torch.Tensor, np.ndarray)) or not isinstance(b, (torch.Tensor, np.ndarray)):
        return True  # what comes next says what is wrong with it
    return _value_problem(a, b, 1e-12) in ("", "not numbers")


def _cause_of(error: BaseException, function: Callable) -> str:
    """A word on errors that beginners meet."""
    message = _text(error)
    if isinstance(error, TypeError) and "positional argument" in message:
        try:
            return f"your function takes {inspect.signature(function)}"
        except (TypeError, ValueError):
            return ""
    if isinstance(error, RuntimeError) and "size of tensor" in message:
        return "two shapes do not broadcast: a sum without keepdim=True, perhaps"
    if isinstance(error, TypeError) and "NoneType" in message:
        return "something is None here, such as the bias of a layer made with bias=False"
    if isinstance(error, RuntimeError) and "cannot be multiplied" in message:
        return "a factor stands on the wrong side, or is not transposed: write the shape beside each"
    if isinstance(error, RuntimeError) and "out of bounds for storage" in message:
        return "the strides reach behind the last number: how far apart are two neighbours, and two rows?"
    if isinstance(error, RuntimeError) and "leaf Variable" in message:
        return "an operation in place on an input: work on a clone"
    return ""
