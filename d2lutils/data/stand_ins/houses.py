"""A made table of house sales, shaped like that of Ames: the stand-in for Kaggle's where there is no network.

What is true of these houses is written here, so that a chapter can compare what it finds. The natural logarithm of the
price is the sum of

- ``BASE``, for a house at the reference values: 1,500 square feet to live in on a lot of 10,000, quality 6 and
  condition 5 of 10, sold in the year it was built, and none of the things that ``EFFECTS`` counts;
- ``EFFECTS`` times how far a house is from that reference, for the columns named there;
- ``NEIGHBORHOODS`` and ``CONDITIONS``, one amount for each category;
- noise of standard deviation ``NOISE``; one sale in a hundred has three times that.

Every other column (fence, month, lot frontage, year of the last rebuilding, …) tells nothing beyond these. So no model
can expect a root mean squared error of the log price much below ``NOISE``: about 0.10, a tenth of the price.
"""

import numpy as np

TRAIN, TEST = 1460, 1459
BASE = 11.64
NOISE = 0.10
EFFECTS = {
    "GrLivArea": 0.45,  # per unit of ln(square feet / 1500): 1 % more area, 0.45 % more money
    "LotArea": 0.10,  # per unit of ln(square feet / 10,000)
    "OverallQual": 0.07,  # per point above 6
    "OverallCond": 0.04,  # per point above 5
    "Age": -0.002,  # per year from YearBuilt to YrSold
    "TotalBsmtSF": 0.00012,  # per square foot of basement
    "GarageCars": 0.05,  # per car
    "FullBath": 0.03,  # per bathroom
    "Fireplaces": 0.04,  # per fireplace
    "CentralAir": 0.06,  # for Y
    "KitchenQual": 0.04,  # per step from Po, Fa, TA, Gd to Ex
}
# what being there adds; how likely it is, how the houses are built there (standard deviations above the mean), zoning
NEIGHBORHOODS = {
    "NAmes": (0.00, 0.24, -0.3, "RL"), "CollgCr": (0.06, 0.15, 0.5, "RL"), "OldTown": (-0.10, 0.13, -1.0, "RM"),
    "Edwards": (-0.08, 0.11, -0.7, "RL"), "Somerst": (0.12, 0.09, 0.8, "FV"), "Gilbert": (0.03, 0.09, 0.4, "RL"),
    "NridgHt": (0.22, 0.06, 1.6, "RL"), "Sawyer": (-0.02, 0.06, -0.4, "RL"), "NoRidge": (0.20, 0.04, 1.5, "RL"),
    "Crawfor": (0.15, 0.03, 0.0, "RL"),
}
CONDITIONS = {"Normal": 0.0, "Partial": 0.05, "Abnorml": -0.10, "Family": -0.04}
GRADES = ("Po", "Fa", "TA", "Gd", "Ex")
MISSING = float("nan")


def houses(train: bool):
    """1,460 sales to learn from, or 1,459 without their prices: ``Id`` and 33 features, named as in the Ames data.

    A missing value means what it means there: a house without a garage has no ``GarageType``, ``GarageFinish`` and
    ``GarageYrBlt``, one without a basement no ``BsmtQual``, one without a fireplace no ``FireplaceQu``, nearly none has
    a ``PoolQC``, and of one in six nobody measured the ``LotFrontage``. The table is always the same. What the prices
    depend on is said at the top of this module, and :func:`true_log_price` computes it.

    Args:
        train: True for the first 1,460 houses, with ``SalePrice`` in dollars as the last column; False for the others.

    Returns:
        A ``pandas.DataFrame`` of whole numbers and text with NaN for what is missing, as ``pandas.read_csv`` gives.

    Raises:
        ImportError: when pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("houses needs pandas: pip install pandas") from error
    draw = Draw(20260101, TRAIN + TEST)
    table = pd.DataFrame(columns_of(draw))
    wild = np.where(draw.chance(0.01), 3.0, 1.0)
    price = np.exp(true_log_price(table) + NOISE * wild * draw.bell())
    # whole hundreds, as most real prices are, and safe from the last digit of a logarithm
    table["SalePrice"] = (np.round(price / 100) * 100).astype(np.int64)
    part = table.iloc[:TRAIN] if train else table.iloc[TRAIN:].drop(columns="SalePrice")
    return part.reset_index(drop=True)


def true_log_price(table) -> np.ndarray:
    """The expected natural logarithm of the price of each house of such a table, float64 (n,)."""
    e = EFFECTS
    log_price = (
        BASE
        + e["GrLivArea"] * np.log(table["GrLivArea"] / 1500)
        + e["LotArea"] * np.log(table["LotArea"] / 10_000)
        + e["OverallQual"] * (table["OverallQual"] - 6)
        + e["OverallCond"] * (table["OverallCond"] - 5)
        + e["Age"] * (table["YrSold"] - table["YearBuilt"])
        + e["KitchenQual"] * table["KitchenQual"].map(GRADES.index)
        + e["CentralAir"] * (table["CentralAir"] == "Y")
        + table["Neighborhood"].map(lambda name: NEIGHBORHOODS[name][0])
        + table["SaleCondition"].map(CONDITIONS)
    )
    for column in ("TotalBsmtSF", "GarageCars", "FullBath", "Fireplaces"):
        log_price += e[column] * table[column]
    return log_price.to_numpy(np.float64)


class Draw:
    """Columns of random numbers from ``random_sample`` alone, whose stream numpy keeps for ever."""

    def __init__(self, seed: int, n: int):
        self.rng, self.n = np.random.RandomState(seed), n

    def uniform(self, low=0.0, high=1.0):
        return low + (high - low) * self.rng.random_sample(self.n)

    def bell(self):
        """Nearly normal, mean 0 and standard deviation 1: twelve uniform draws, added in a fixed order."""
        return sum((self.uniform() for _ in range(12)), np.full(self.n, -6.0))

    def chance(self, p):
        return self.rng.random_sample(self.n) < p

    def pick(self, options: dict):
        """One key of ``options`` for each row, with its value as probability."""
        ends, total = [], 0.0
        for share in options.values():
            total += share
            ends.append(total)
        index = np.searchsorted(ends, self.uniform(), side="right")
        return np.array(list(options), dtype=object)[np.minimum(index, len(options) - 1)]


def whole(x, low, high):
    """Rounded to whole numbers between ``low`` and ``high``."""
    return np.clip(np.round(x), low, high).astype(np.int64)


def grade(x):
    """Po, Fa, TA, Gd or Ex for values around 0 with standard deviation 1."""
    return np.array(GRADES, dtype=object)[whole(2.35 + 0.7 * x, 0, 4)]


def where(there, values):
    """``values`` where the thing is there, missing elsewhere."""
    return np.where(there, values, MISSING).astype(object if np.asarray(values).dtype == object else np.float64)


def columns_of(d: Draw) -> dict:
    """Everything but the price. Quality, size and year go together, as they do in a town."""
    n = d.n
    place = d.pick({name: row[1] for name, row in NEIGHBORHOODS.items()})
    level = np.array([NEIGHBORHOODS[name][2] for name in place]) + 0.6 * d.bell()
    zone = np.array([NEIGHBORHOODS[name][3] for name in place], dtype=object)
    sold = whole(d.uniform(2005.5, 2010.5), 2006, 2010)
    built = np.minimum(whole(1972 + 20 * level + 12 * d.bell(), 1872, 2010), sold)
    rebuilt = np.where(d.chance(0.45), np.maximum(built, whole(d.uniform(1950, 2010), 1950, 2010)), built)
    quality = whole(6 + 1.0 * level + 0.7 * d.bell(), 1, 10)
    first = whole(1100 + 190 * level + 220 * d.bell(), 400, 3200)
    stories = d.chance(0.43)
    second = np.where(stories, whole(first * d.uniform(0.55, 1.0), 200, 2000), 0)
    living = first + second
    basement = np.where(d.chance(0.974), whole(first * d.uniform(0.8, 1.05), 150, 3200), 0)
    rooms = whole(living / 230 + 0.8 * d.bell(), 3, 13)
    fires = whole(0.55 + 0.4 * level + 0.6 * d.bell(), 0, 3)
    cars = np.where(d.chance(0.945), whole(1.8 + 0.45 * level + 0.45 * d.bell(), 1, 4), 0)
    garage = cars > 0
    lot = 9500 * (1 + 0.12 * level) * (0.55 + 0.9 * d.uniform())
    lot = whole(lot * np.where(d.chance(0.03), 3.0, 1.0), 1300, 90000)
    kinds = {"Attchd": 0.63, "Detchd": 0.28, "BuiltIn": 0.06, "Basment": 0.03}
    return {
        "Id": np.arange(1, n + 1),
        "MSZoning": zone,
        "LotFrontage": where(~d.chance(0.17), whole(lot / 140 + 8 * d.bell(), 21, 313)),
        "LotArea": lot,
        "LotShape": d.pick({"Reg": 0.63, "IR1": 0.33, "IR2": 0.03, "IR3": 0.01}),
        "Neighborhood": place,
        "HouseStyle": np.where(stories, "2Story", "1Story").astype(object),
        "OverallQual": quality,
        "OverallCond": whole(5.5 - 0.15 * level + 1.05 * d.bell(), 1, 9),
        "YearBuilt": built,
        "YearRemodAdd": np.minimum(rebuilt, sold),
        "ExterQual": grade(0.8 * level + 0.5 * d.bell()),
        "BsmtQual": where(basement > 0, grade(0.7 * level + 0.6 * d.bell())),
        "TotalBsmtSF": basement,
        "CentralAir": np.where(d.chance(np.where(built < 1940, 0.65, 0.98)), "Y", "N").astype(object),
        "1stFlrSF": first,
        "2ndFlrSF": second,
        "GrLivArea": living,
        "FullBath": whole(1.45 + 0.35 * stories + 0.25 * level + 0.4 * d.bell(), 1, 4),
        "BedroomAbvGr": np.minimum(whole(rooms / 2.3 + 0.5 * d.bell(), 1, 6), rooms - 1),
        "KitchenQual": grade(0.8 * level + 0.5 * d.bell()),
        "TotRmsAbvGrd": rooms,
        "Fireplaces": fires,
        "FireplaceQu": where(fires > 0, grade(0.5 * level + 0.7 * d.bell())),
        "GarageType": where(garage, d.pick(kinds)),
        "GarageYrBlt": where(garage, np.minimum(np.where(d.chance(0.8), built, rebuilt), sold)),
        "GarageFinish": where(garage, d.pick({"Unf": 0.44, "RFn": 0.31, "Fin": 0.25})),
        "GarageCars": cars,
        "GarageArea": np.where(garage, whole(cars * 255 + 45 * d.bell(), 160, 1400), 0),
        "PoolQC": where(d.chance(0.005), d.pick({"Ex": 0.3, "Fa": 0.3, "Gd": 0.4})),
        "Fence": where(d.chance(0.19), d.pick({"MnPrv": 0.56, "GdPrv": 0.21, "GdWo": 0.19, "MnWw": 0.04})),
        "MoSold": whole(6.3 + 2.7 * d.bell(), 1, 12),
        "YrSold": sold,
        "SaleCondition": d.pick({"Normal": 0.83, "Partial": 0.08, "Abnorml": 0.07, "Family": 0.02}),
    }
