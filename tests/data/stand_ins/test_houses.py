"""The made table of houses: shaped like the real one, with the effects that it says it has."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from d2lutils.data.stand_ins.houses import (
    BASE,
    CONDITIONS,
    EFFECTS,
    GRADES,
    NEIGHBORHOODS,
    NOISE,
    houses,
    true_log_price,
)


@pytest.fixture(scope="module")
def tables():
    return houses(train=True), houses(train=False)


def test_houses_have_the_shape_of_the_real_table(tables):
    train, test = tables
    assert len(train) == 1460 and len(test) == 1459
    assert list(train.columns) == [*test.columns, "SalePrice"] and train.columns[0] == "Id"
    assert list(train["Id"]) == list(range(1, 1461)) and list(test["Id"]) == list(range(1461, 2920))
    assert (train["SalePrice"] % 100 == 0).all() and train["SalePrice"].dtype == np.int64
    assert train.equals(houses(train=True)) and test.equals(houses(train=False))
    log_price = np.log(train["SalePrice"])
    assert 11.9 < log_price.mean() < 12.1 and 0.35 < log_price.std() < 0.45  # the real ones: 12.02 and 0.40


def test_houses_lack_what_is_not_there(tables):
    for table in tables:
        missing = table.isna()
        for column in ("GarageType", "GarageFinish", "GarageYrBlt"):
            assert (missing[column] == (table["GarageCars"] == 0)).all()
        assert (missing["BsmtQual"] == (table["TotalBsmtSF"] == 0)).all()
        assert (missing["FireplaceQu"] == (table["Fireplaces"] == 0)).all()
        assert ((table["GarageArea"] == 0) == (table["GarageCars"] == 0)).all()
        for column in ("GarageType", "BsmtQual", "LotFrontage", "FireplaceQu", "PoolQC", "Fence"):
            assert 0 < missing[column].mean() < 1
        whole = [c for c in table if c not in ("GarageType", "GarageFinish", "GarageYrBlt", "BsmtQual", "FireplaceQu",
                                               "LotFrontage", "PoolQC", "Fence")]
        assert not missing[whole].to_numpy().any()


def test_houses_make_sense(tables):
    for table in tables:
        assert (table["GrLivArea"] == table["1stFlrSF"] + table["2ndFlrSF"]).all()
        assert ((table["2ndFlrSF"] > 0) == (table["HouseStyle"] == "2Story")).all()
        assert (table["YearBuilt"] <= table["YearRemodAdd"]).all() and (table["YearRemodAdd"] <= table["YrSold"]).all()
        assert (table["GarageYrBlt"].dropna() <= table["YrSold"][table["GarageYrBlt"].notna()]).all()
        assert table["MoSold"].between(1, 12).all() and table["OverallQual"].between(1, 10).all()
        assert (table["BedroomAbvGr"] < table["TotRmsAbvGrd"]).all()
        assert set(table["Neighborhood"]) == set(NEIGHBORHOODS)


def test_house_prices_have_the_effects_that_are_documented(tables):
    train = tables[0]
    log_price = np.log(train["SalePrice"].to_numpy())
    assert 0.9 * NOISE < np.sqrt(np.mean((log_price - true_log_price(train)) ** 2)) < 1.15 * NOISE
    # least squares finds every coefficient again, within four standard errors
    columns = {
        "GrLivArea": np.log(train["GrLivArea"] / 1500), "LotArea": np.log(train["LotArea"] / 10_000),
        "OverallQual": train["OverallQual"] - 6, "OverallCond": train["OverallCond"] - 5,
        "Age": train["YrSold"] - train["YearBuilt"], "CentralAir": train["CentralAir"] == "Y",
        "KitchenQual": train["KitchenQual"].map(GRADES.index),
        **{name: train[name] for name in ("TotalBsmtSF", "GarageCars", "FullBath", "Fireplaces")},
    }
    assert columns.keys() == EFFECTS.keys()
    named = [*columns.values(), *(train["Neighborhood"] == name for name in list(NEIGHBORHOODS)[1:]),
             *(train["SaleCondition"] == name for name in list(CONDITIONS)[1:])]
    design = np.column_stack([np.ones(len(train)), *(np.asarray(column, float) for column in named)])
    found, *_ = np.linalg.lstsq(design, log_price, rcond=None)
    spread = np.sqrt(np.mean((log_price - design @ found) ** 2) * np.linalg.inv(design.T @ design).diagonal())
    places = [row[0] for row in NEIGHBORHOODS.values()]
    conditions = list(CONDITIONS.values())
    want = [BASE, *(EFFECTS[name] for name in columns), *places[1:], *conditions[1:]]
    assert (np.abs(found - want) < 4 * spread).all(), np.abs(found - want) / spread
    # and the effects are large enough to be found: all but the smallest stand out from zero
    assert (np.abs(found[1 : 1 + len(EFFECTS)]) > 3 * spread[1 : 1 + len(EFFECTS)]).sum() >= len(EFFECTS) - 1


@pytest.mark.real_data
def test_houses_have_columns_and_words_of_the_real_table(tables):
    import pandas as pd

    real = pd.read_csv(Path(os.environ["D2L_DATA"]) / "kaggle_house_pred_train.csv")
    assert set(tables[0].columns) <= set(real.columns)
    for column in tables[0]:
        assert pd.api.types.is_numeric_dtype(tables[0][column]) == pd.api.types.is_numeric_dtype(real[column]), column
        if not pd.api.types.is_numeric_dtype(real[column]):
            extra = set(tables[0][column].dropna()) - set(real[column].dropna())
            assert extra <= {"Po"}, (column, extra)


def test_houses_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pandas"):
        houses(train=True)
