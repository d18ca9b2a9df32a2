"""Small tables of numbers, as a chapter shows them: `table(rows)`."""

import functools
import math
import sys
from collections.abc import Mapping
from html import escape

from d2lutils.plots.values import is_row, number, numbers
from d2lutils.signs import encodable

_MISSING = "–"
# `dataframe` is the class by which JupyterLab, VS Code, Colab and Sphinx themes know a table of numbers, light and dark
_FRAME = '<div style="overflow-x: auto; max-width: 100%;">\n<table class="dataframe" style="width: auto; margin: 0;">'


def table(rows, columns=None, *, formats=None, units=None, caption=None) -> "Table":
    """A table of `rows`, to stand as a cell's last line: HTML in a notebook, aligned text elsewhere.

    rows: a list of rows, each a mapping {column: cell} or a sequence of cells; or a mapping {column: cells}. A cell is
        a text, a number, None (nothing measured) or the several numbers of one quantity, such as the accuracies of
        three seeds, list, array or tensor, shown as mean ± standard deviation (the sample's, with n − 1).
    columns: the columns to show, by name and in order; for rows that are sequences, their headings.
    formats: {column: format}, a specification such as ".2f", ".1%", ".0e", or a function of the number. Without one,
        the numbers of a column share as many decimals as leave three digits of the largest, up to two more for the
        smallest and for the spread; whole numbers have none.
    units: {column: unit}, set beside the heading: "time (s)". caption: a sentence above the table.

    Columns of numbers stand at the right, others at the left; a first column of texts names the rows. Texts are texts,
    never HTML. Raises ValueError for rows of different lengths and for a column that does not exist, TypeError for a
    cell of another kind.
    """
    headings, cells = _rectangle(rows, columns)
    formats, units = ({str(column): value for column, value in (given or {}).items()} for given in (formats, units))
    for name, given in (("formats", formats), ("units", units)):
        if unknown := [column for column in given if column not in headings]:
            raise ValueError(f"{name} names {unknown[0]!r}, which is no column: there are {', '.join(headings)}")
    parts = [_Column(heading, [row[i] for row in cells], formats.get(heading)) for i, heading in enumerate(headings)]
    return Table(
        [heading + (f" ({units[heading]})" if heading in units else "") for heading in headings],
        [list(row) for row in zip(*(part.texts for part in parts))], [part.side for part in parts], caption,
        _note([count for part in parts for count in part.counts]),
    )  # fmt: skip


class Table:
    """What `table` returns: the texts of all cells, shown as HTML where that can be, else as aligned text."""

    def __init__(self, headings: list[str], rows: list[list[str]], sides: list[str], caption, note):
        self.headings, self.rows, self.sides = headings, rows, sides  # a side is "left" or "right"
        self.caption, self.note = caption, note

    def __repr__(self) -> str:
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        lines = ["  ".join(text.rjust(width) if side == "right" else text.ljust(width)
                           for text, width, side in zip(line, widths, self.sides)).rstrip() for line in lines]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return encodable("\n".join(filter(None, [self.caption, *lines, self.note])), sys.stdout)

    def _repr_html_(self) -> str:
        named = self.sides[0] == "left"  # the first column says what each row is of
        lines = [_FRAME]
        if self.caption:
            lines.append(f'<caption style="caption-side: top; text-align: left;">{escape(self.caption)}</caption>')
        lines += ["<thead>", self._html_row(self.headings, "col"), "</thead>", "<tbody>"]
        lines += [self._html_row(row, "row" if named else None) for row in self.rows]
        lines += ["</tbody>", "</table>"]
        if self.note:
            lines.append(f'<div style="font-size: 85%;">{escape(self.note)}</div>')
        return "\n".join([*lines, "</div>"])

    def _html_row(self, texts: list[str], scope: str | None) -> str:
        """One line of HTML. Scope "col": all are headings; "row": the first is."""
        cells = []
        for i, (text, side) in enumerate(zip(texts, self.sides)):
            style = f"text-align: {side}; padding: 0.25em 0.45em;"
            if scope != "col" and side == "right":
                style += " white-space: nowrap; font-variant-numeric: tabular-nums;"
                text = text.replace("-", "−", 1) if text.startswith("-") else text
            opening, closing = "td", "td"
            if scope == "col" or (scope == "row" and i == 0):
                opening, closing = f'th scope="{scope}"', "th"
                style += " font-weight: normal;" if scope == "row" else ""
            cells.append(f'<{opening} style="{style}">{escape(text)}</{closing}>')
        return f"<tr>{''.join(cells)}</tr>"


def _rectangle(rows, columns) -> tuple[list[str], list[list]]:
    """The headings, and as many cells in each row."""
    columns = None if columns is None else [str(column) for column in columns]
    if isinstance(rows, Mapping):
        lists = {str(name): list(cells) for name, cells in rows.items()}
        if len({len(cells) for cells in lists.values()}) > 1:
            lengths = ", ".join(f"{name} {len(cells)}" for name, cells in lists.items())
            raise ValueError(f"the columns need as many cells each, but they have: {lengths}")
        rows = [dict(zip(lists, row)) for row in zip(*lists.values())]
    rows = list(rows)
    if not rows:
        raise ValueError("rows is empty: a table needs one row at least")
    if all(isinstance(row, Mapping) for row in rows):
        known = list(dict.fromkeys(str(name) for row in rows for name in row))
        columns = columns or known
        if unknown := [column for column in columns if column not in known]:
            raise ValueError(f"no row has the column {unknown[0]!r}: there are {', '.join(known)}")
        cells = [{str(name): cell for name, cell in row.items()} for row in rows]
        return columns, [[row.get(column) for column in columns] for row in cells]
    if columns is None:
        raise ValueError("columns is missing: rows that are sequences need their headings")
    for i, row in enumerate(rows):
        if not is_row(row) or len(row) != len(columns):
            has = f"{len(row)} cells" if is_row(row) else f"one {type(row).__name__}"
            raise ValueError(f"row {i} has {has}, but there are {len(columns)} columns")
    return columns, [list(row) for row in rows]


class _Column:
    """One column: its cells as texts, its side, and of how many numbers each mean is."""

    def __init__(self, heading: str, cells: list, form):
        cells = [_cell(cell, f"{heading}, row {i}") for i, cell in enumerate(cells)]
        self.counts = [len(cell) for cell in cells if isinstance(cell, list)]
        self.side = "left" if any(isinstance(cell, str) for cell in cells) else "right"
        # each cell's numbers: none for a text, one, or mean and spread
        found = [_mean_and_spread(cell) if isinstance(cell, list) else [] if cell is None or isinstance(cell, str)
                 else [cell] for cell in cells]  # fmt: skip
        write = form if callable(form) else functools.partial(_written, form=form or _format(found))
        self.texts = [" ± ".join(str(write(value)) for value in values) if values
                      else _MISSING if cell is None else cell for cell, values in zip(cells, found)]  # fmt: skip


def _cell(cell, where: str):
    """None, a text, a number, or a list of numbers."""
    if cell is None or isinstance(cell, str):
        return cell
    if is_row(cell):
        values = numbers(cell, f"the cell {where}").reshape(-1).tolist()
        if not values:
            raise ValueError(f"the cell {where} holds no number; None stands for nothing measured")
        return values if len(values) > 1 else values[0]
    plain = cell.item() if hasattr(cell, "item") else cell
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return plain if isinstance(plain, int) else number(plain, f"the cell {where}")


def _mean_and_spread(values: list[float]) -> list[float]:
    mean = sum(values) / len(values)
    return [mean, math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))]


def _format(found: list[list]) -> str:
    """One format for the numbers of a column, so that their points stand below each other."""
    finite = [[abs(value) for value in values if math.isfinite(value)] for values in found]
    values = [cell[0] for cell in finite if cell and cell[0]]
    spreads = [cell[1] for cell in finite if len(cell) > 1 and cell[1]]
    if all(value == int(value) for value in values + spreads):
        return "z,.0f" if any(isinstance(value, float) for cell in found for value in cell) else ","
    if not values or max(values) / min(values) >= 1e4 or not 1e-4 <= max(values) < 1e7:
        return ".3g"
    largest, smallest = math.floor(math.log10(max(values))), math.floor(math.log10(min(values)))
    enough = max(0, 2 - largest)  # three digits of the largest
    finer = max(1 - smallest, *(-math.floor(math.log10(spread)) for spread in spreads), 0)
    return f"z,.{min(max(enough, finer), enough + 2)}f"


def _written(value, form: str) -> str:
    text = format(value, form)
    return text.replace("e-0", "e-").replace("e+0", "e") if form == ".3g" else text


def _note(counts: list[int]) -> str | None:
    """What ± means, where it stands."""
    if not counts:
        return None
    n = str(min(counts)) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
    return f"mean ± standard deviation, n = {n}"
