"""Tables as pandas data frames. pandas is imported when a table is asked for, not before."""

from d2lutils.data.files import store
from d2lutils.data.files.archives import reading
from d2lutils.data.text.corpora import HUB

HOUSES = tuple(store.Source(name, digest, size, tuple(hub + name for hub in HUB)) for name, digest, size in (
    ("kaggle_house_pred_train.csv", "585e9cc93e70b39160e7921475f9bcd7d31219ce", 460_676),
    ("kaggle_house_pred_test.csv", "fa19780a7b011d9b009e8bff8e99922a8ee2eb90", 451_405)))


def load_house_prices():
    """House prices in Ames, Iowa, as `(train, test)`, two `pandas.DataFrame`s, one house a row.

    1,460 and 1,459 rows; 79 features after the column `Id`, and in `train` the price in US dollars as `SalePrice`, the
    last column. Missing values are NaN. Source: D. De Cock, *Journal of Statistics Education* 19(3), 2011, as split by
    Kaggle. Without the files and without a network, a table of fewer columns made by `synthetic.houses` stands in.
    Raises ImportError without pandas, `DataError` when a file is there and is not the published one.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("load_house_prices needs pandas: pip install pandas") from error
    paths = store.obtain("The table of house prices in Ames", HOUSES, "a made table, with fewer columns, stands in")
    if paths is None:
        from d2lutils.data import stand_ins as synthetic
        return synthetic.houses(train=True), synthetic.houses(train=False)
    frames = []
    for path in paths:
        with reading(path):
            frames.append(pd.read_csv(path, encoding="utf-8"))
    return tuple(frames)
