"""A table of numbers, words and gaps as rows of numbers: fitted on training rows, then applied to any rows.

Two rules for what is missing. A missing *number* becomes the mean of the training rows, and where training rows had
such gaps, a column of its own says so. A missing *word* is a category like any other. Everything that is learnt from
data is learnt in `fit`, so what is never given to `fit` cannot leak into training.
"""

from numbers import Number

import torch
from torch.nn import functional as F

from d2lutils.arguments import describe

MISSING = "(missing)"


class Standardizer:
    """Columns of numbers with mean 0 and standard deviation 1 in the training rows, and indicators of their gaps.

    `fit(x)`: x (n, d) floating, NaN where missing. Mean and standard deviation (dividing by the count) are taken over
    the numbers that are there. A column that is constant up to rounding keeps the scale 1; one without a single number
    becomes 0. Sums are taken in float64, whatever x has. `transform(x)` gives (n, d + g) in x's floating dtype: the
    standardised columns with 0, the training mean, for NaN, then for each of the g columns that had a gap in `fit` a
    column with 1 where x has one. It takes tables without rows, too.

    Equal to scikit-learn's StandardScaler followed by SimpleImputer(strategy="constant", fill_value=0,
    add_indicator=True).
    """

    def fit(self, x: torch.Tensor) -> "Standardizer":
        there = ~x.isnan()
        x, count = x.double(), there.sum(dim=0)  # (n, d), (d,)
        self.mean = torch.where(there, x, 0.0).sum(dim=0) / count
        offsets = torch.where(there, x - self.mean, 0.0)
        spread = (offsets.square().sum(dim=0) / count).sqrt()
        rounding = len(x) * torch.finfo(x.dtype).eps * self.mean.abs()
        self.scale = torch.where(spread > rounding, spread, 1.0)
        self.gappy = ~there.all(dim=0)
        return self

    def transform(self, x: torch.Tensor) -> torch.Tensor:
        z = ((x - self.mean) / self.scale).to(torch.result_type(x, 0.0))
        indicators = x.isnan()[:, self.gappy].to(z.dtype)
        return torch.cat([z.masked_fill(z.isnan(), 0.0), indicators], dim=1)  # (n, d + g)


class OneHot:
    """One column of words as a column of 0 and 1 for each category of the training rows, in alphabetical order.

    What is missing is the category `MISSING`, the last one, if training rows had gaps. A word that training never saw
    belongs to no category: its row is all zeros. Whole numbers may serve as words; 20 and 20.0 are one category.

    Equal to scikit-learn's OneHotEncoder(handle_unknown="ignore").
    """

    def fit(self, column) -> "OneHot":
        found = set(as_words(column))
        self.categories = sorted(found, key=lambda word: (word == MISSING, word))
        return self

    def transform(self, column) -> torch.Tensor:
        place = {word: 1 + j for j, word in enumerate(self.categories)}
        index = torch.tensor([place.get(word, 0) for word in as_words(column)], dtype=torch.int64)
        return F.one_hot(index, 1 + len(place))[:, 1:].double()  # (n, categories)


class TablePreprocessor:
    """A `pandas.DataFrame` of numbers, words and gaps as float64 rows (n, d), learnt from training rows alone.

    Columns of numbers go through a `Standardizer`, all others, and those named in `words` (codes that only look like
    numbers), through a `OneHot` each. `names` lists the d columns that come out. Columns that `fit` did not see are
    ignored by `transform`.

    Raises ValueError for what is no DataFrame, a table without rows, a column that is missing or has words where
    training had numbers, or an infinite number, and RuntimeError when `transform` comes before `fit`.
    """

    def __init__(self, words=()):
        self.words = [words] if isinstance(words, str) else list(words)

    def fit(self, table) -> "TablePreprocessor":
        _check_table(table)
        if not len(table):
            raise ValueError("the table has no rows: fit needs training rows to learn means and categories from")
        if twice := sorted({str(name) for name in table.columns[table.columns.duplicated()]}):
            raise ValueError(f"the table has several columns named {', '.join(twice)}: rename or drop them")
        numeric = [name for name in table if table[name].dtype.kind in "biuf"]
        self.numbers = [name for name in numeric if name not in self.words]
        self.standardizer = Standardizer().fit(to_tensor(table, self.numbers))
        self.one_hot = {name: OneHot().fit(table[name]) for name in table if name not in self.numbers}
        return self

    def transform(self, table) -> torch.Tensor:
        if not hasattr(self, "numbers"):
            raise RuntimeError("nothing was learnt yet: call fit(table) first, with training rows only")
        _check_table(table)
        if missing := [str(name) for name in [*self.numbers, *self.one_hot] if name not in table]:
            raise ValueError(f"the table has no column {', '.join(missing)}, which the training rows had. Was the "
                             "target left among the features?")  # fmt: skip
        parts = [self.standardizer.transform(to_tensor(table, self.numbers))]
        parts += [encoder.transform(table[name]) for name, encoder in self.one_hot.items()]
        return torch.cat(parts, dim=1)  # (n, d)

    @property
    def names(self) -> list[str]:
        gappy = [name for name, has_gaps in zip(self.numbers, self.standardizer.gappy) if has_gaps]
        words = [f"{name}={word}" for name, encoder in self.one_hot.items() for word in encoder.categories]
        return [*self.numbers, *(f"{name} missing" for name in gappy), *words]


def _check_table(table) -> None:
    if not hasattr(table, "columns"):
        raise ValueError(f"table must be a pandas.DataFrame, not {describe(table)}: pandas.DataFrame(…) makes one")


def as_words(column) -> list[str]:
    """The entries of a `pandas.Series` as text, `MISSING` for gaps."""
    words = [f"{v:.15g}" if isinstance(v, Number) else str(v) for v in column]
    return [MISSING if gap else word for gap, word in zip(column.isna(), words)]


def to_tensor(table, names) -> torch.Tensor:
    """Columns of numbers as float64 (n, d), NaN where missing. Raises ValueError that names the column otherwise."""
    columns = [torch.empty(len(table), 0, dtype=torch.float64)]
    for name in names:
        try:
            column = torch.from_numpy(table[name].to_numpy(dtype=float, na_value=float("nan"), copy=True))
        except (TypeError, ValueError) as error:
            raise ValueError(f"column {name} had numbers in the training rows, and holds something else: {error}"
                             ) from error  # fmt: skip
        if column.isinf().any():
            row = int(column.isinf().nonzero()[0])
            raise ValueError(f"column {name} is infinite in row {row}: a log of 0 or a division by 0, perhaps. Mend "
                             "it, or make it NaN if it is missing")  # fmt: skip
        columns.append(column.unsqueeze(1))
    return torch.cat(columns, dim=1)
