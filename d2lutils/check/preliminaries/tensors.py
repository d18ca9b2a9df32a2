"""Checks for the chapter on tensors."""


from d2lutils.check.draws import integers, normal
from d2lutils.check.examiner import Examiner, check
from d2lutils.check.report import Wrong


@check("normalize_rows")
def normalize_rows(ask: Examiner) -> None:
    """normalize_rows(x): x (…, m) divided by its sums along the last dimension; the same shape and dtype."""
    ask.is_callable()

    def exact(x):
        return x / x.sum(dim=-1, keepdim=True)

    wrong = {
        "the columns sum to 1, not the rows: the row is the last dimension": lambda x: x / x.sum(dim=0, keepdim=True),
        "everything together sums to 1: sum with dim=-1": lambda x: x / x.sum(),
        "the sum of row j went to column j: (n,) is aligned at the right; keepdim=True keeps the sums a column":
            lambda x: x / x.sum(dim=-1),
        "the sums are of the absolute values: entries keep their signs": lambda x: x / x.abs().sum(-1, keepdim=True),
        "the rows have length 1, not the sum 1": lambda x: x / x.norm(dim=-1, keepdim=True),
        "the rows were multiplied by their sums": lambda x: x * x.sum(dim=-1, keepdim=True),
        "divided by the number of entries, not by their sum": lambda x: x / x.shape[-1],
        "this is softmax: the entries themselves are divided, without exp": lambda x: x.softmax(dim=-1),
        "dim=1 is the last dimension of a matrix only: dim=-1 is always the last":
            lambda x: x / x.sum(dim=1, keepdim=True),
    }  # fmt: skip
    cases = [(normal(*shape) + 1,) for shape in [(3, 5), (4, 4), (6, 2)]]  # numbers of both signs
    ask.agrees("rows of a matrix", exact, cases, sides="nm", hypotheses=wrong)
    others = [(normal(*shape) + 1,) for shape in [(2, 5, 5), (3,), (2, 3, 4, 5)]]
    ask.agrees("any number of dimensions in front", exact, others, sides="abm", hypotheses=wrong)
    ask.keeps_float32(exact, cases[0])


@check("squared_distances")
def squared_distances(ask: Examiner) -> None:
    """squared_distances(a, b): a (n, d), b (m, d) to (n, m), the squared distance of every a[i] to every b[j]."""
    ask.is_callable()

    def exact(a, b):
        return ((a[:, None] - b[None]) ** 2).sum(dim=-1)

    wrong = {
        "these are distances; they were to be squared": lambda a, b: exact(a, b).sqrt(),
        "rows belong to b and columns to a: it is the other way round": lambda a, b: exact(b, a),
        "the sum goes over the coordinates, the last dimension": lambda a, b: ((a[:, None] - b[None]) ** 2).sum(dim=0),
        "the mean over the coordinates was taken, not the sum": lambda a, b: ((a[:, None] - b[None]) ** 2).mean(dim=-1),
        "these are inner products: the distance is ‖a‖² - 2⟨a, b⟩ + ‖b‖²": lambda a, b: a @ b.T,
        "the absolute differences were added, not their squares": lambda a, b: (a[:, None] - b[None]).abs().sum(dim=-1),
        "the differences were added before they were squared": lambda a, b: (a[:, None] - b[None]).sum(dim=-1) ** 2,
        "-2⟨a, b⟩ is missing its 2": lambda a, b: (a**2).sum(1)[:, None] - a @ b.T + (b**2).sum(1),
    }  # fmt: skip
    sizes = [(4, 3, 2), (2, 5, 3), (3, 3, 3), (1, 4, 6)]
    cases = [(normal(n, d), normal(m, d, seed=1)) for n, m, d in sizes]
    ask.agrees("squared distances of random points", exact, cases, sides="nd md", hypotheses=wrong)
    ask.agrees("points of one set: each is at 0 from itself", exact, [(normal(4, 3), normal(4, 3))], hypotheses=wrong)
    ask.keeps_float32(exact, cases[0])


@check("top_k_accuracy")
def top_k_accuracy(ask: Examiner) -> None:
    """top_k_accuracy(scores, labels, k): the share of rows (B, C) whose label (B,) is among the k largest, a number."""
    ask.is_callable()

    def exact(scores, labels, k):
        return (scores.topk(k, dim=1).indices == labels[:, None]).any(dim=1).double().mean()

    wrong = {
        "k is ignored: this is the share whose label has the largest score":
            lambda o, y, k: (o.argmax(dim=1) == y).float().mean(),
        "these are the k smallest scores": lambda o, y, k: exact(-o, y, k),
        "the mean goes over all (B, k) comparisons: ask any(dim=1) first":
            lambda o, y, k: (o.topk(k, dim=1).indices == y[:, None]).float().mean(),
        "any() went over the whole table: any(dim=1) asks row by row":
            lambda o, y, k: (o.topk(k, dim=1).indices == y[:, None]).any().float(),
        "it is the number of hits: divide by the number of rows":
            lambda o, y, k: exact(o, y, k) * len(y),
        "it is the share of misses": lambda o, y, k: 1 - exact(o, y, k),
        "topk was taken over the batch (dim=0) instead of over the classes":
            lambda o, y, k: (o.topk(k, dim=0).indices == y).any(dim=0).float().mean(),
        "the labels (B,) met the k columns: make them a column, labels[:, None]":
            lambda o, y, k: (o.topk(k, dim=1).indices == y).any(dim=1).float().mean(),
    }  # fmt: skip
    def case(b, c, k, seed):
        return normal(b, c, seed=seed), integers(b, below=c, seed=seed + 50), k

    ask.agrees("the first of several scores", exact, [case(20, 4, 1, seed) for seed in (0, 1)], sides="b. b .",
               hypotheses=wrong, numbers=True)  # fmt: skip
    cases = [case(30, 7, 3, 2), case(12, 5, 2, 3), case(4, 9, 4, 4), case(6, 3, 3, 5), case(5, 1, 1, 6)]
    ask.agrees("the first k", exact, cases, sides="b. b .", hypotheses=wrong, numbers=True)


@check("windows")
def windows(ask: Examiner) -> None:
    """windows(x, width): x (n,) to a view (n - width + 1, width) whose row i is x[i], …, x[i + width - 1]."""
    ask.is_callable()

    def exact(x, width):
        return x.unfold(0, width, 1)

    def strided(rows, columns, offset=True):
        def function(x, width):
            shape = (len(x) - width + 1, width)
            return x.as_strided(shape, (rows(x, width), columns(x)), x.storage_offset() if offset else 0)
        return function

    def step(x):
        return x.stride(0)

    wrong = {
        "every row begins at the same number: row i + 1 begins one number after row i": strided(
            lambda x, w: 0, lambda x: 1),
        "along a row it is the same number again and again: the stride of the columns is 0": strided(
            lambda x, w: step(x), lambda x: 0),
        "x may be a view with a stride of its own: one further in x is x.stride(0) places on the strip": strided(
            lambda x, w: 1, lambda x: 1),
        "the stride of the rows is right, that of the columns is not x.stride(0)": strided(
            lambda x, w: step(x), lambda x: 1),
        "the stride of the columns is right, that of the rows is not x.stride(0)": strided(
            lambda x, w: 1, step),
        "the view begins at x.storage_offset(), not at the beginning of the strip": strided(
            lambda x, w: step(x), step, offset=False),
    }  # fmt: skip
    vectors = [(normal(7), 3), (normal(5, seed=1), 2), (integers(6, below=9), 2)]
    ask.agrees("windows of a vector", exact, vectors, hypotheses=wrong)
    ends = [(normal(4), 4), (normal(4), 1), (normal(1), 1)]
    ask.agrees("the widest and the narrowest", exact, ends, hypotheses=wrong)
    views = [(normal(11, seed=2)[3:], 4), (normal(5, 3, seed=3)[:, 1], 3), (normal(12, seed=4)[1::2], 2)]
    ask.agrees("vectors that are views", exact, views, hypotheses=wrong)

    def shared(x, width):
        result = ask.student(x, width)
        if result.untyped_storage().data_ptr() != x.untyped_storage().data_ptr():
            raise Wrong(f"the result for a vector of stride {x.stride(0)} has a strip of its own",
                        "stack, cat, contiguous, lists of indices and tensor(…) copy; as_strided does not")  # fmt: skip
        return result

    ask.agrees("no number was copied", exact, [(normal(6), 3), (normal(12)[1::2], 3)], function=shared)
