"""Tables as pandas data frames. pandas is imported when a table is asked for, not before."""

from d2lutils.data.files.archives import reading
from d2lutils.data.files.catalog import HOUSES
from d2lutils.data.files.store import obtain
from d2lutils.data.stand_ins.houses import houses


def load_house_prices():
    """House prices in Ames, Iowa, as `(train, test)`, two `pandas.DataFrame`s, one house a row.

    1,460 and 1,459 rows; 79 features after the column `Id`, and in `train` the price in US dollars as `SalePrice`, the
    last column. Missing values are NaN. Source: D. De Cock, *Journal of Statistics Education* 19(3), 2011, as split by
    Kaggle. Without the files and without a network, a table of fewer columns made by `stand_ins.houses` stands in.
    Raises ImportError without pandas, `DataError` when a file is there and is not the published one.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("load_house_prices needs pandas: pip install pandas") from error
    paths = obtain(HOUSES, "a made table of fewer columns")
    if paths is None:
        return houses(train=True), houses(train=False)
    frames = []
    for path in paths:
        with reading(path):
            frames.append(pd.read_csv(path, encoding="utf-8"))
    return tuple(frames)
