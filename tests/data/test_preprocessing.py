"""Tables as rows of numbers: equal to scikit-learn's, and blind to every row that fit was not given."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lutils.data.preprocessing import MISSING, OneHot, Standardizer, TablePreprocessor, as_words, to_tensor
from d2lutils.data.stand_ins.houses import houses

pd = pytest.importorskip("pandas", reason="tables are pandas data frames")

NAN = float("nan")


def sklearn_numbers():
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # keep_empty_features: a column without any number stays, as it does with ours
    fill = SimpleImputer(strategy="constant", fill_value=0, keep_empty_features=True)
    return make_pipeline(StandardScaler(), fill)


@settings(deadline=None, max_examples=40)
@given(n=st.integers(1, 12), d=st.integers(1, 5), gaps=st.floats(0, 0.9), seed=st.integers(0, 999))
def test_numbers_are_standardised_as_scikit_learn_does(n, d, gaps, seed):
    from sklearn.impute import MissingIndicator

    rng = np.random.default_rng(seed)
    train, rows = (rng.normal(rng.normal(0, 100, d), 10.0 ** rng.integers(-3, 4, d), (m, d)) for m in (n, 7))
    train[rng.random(train.shape) < gaps], rows[rng.random(rows.shape) < gaps] = NAN, NAN
    train[:, 0] = np.where(np.isnan(train[:, 0]), NAN, 0.1)  # a constant column
    with np.errstate(invalid="ignore"):
        pipeline = sklearn_numbers().fit(train)
        indicator = MissingIndicator(error_on_new=False).fit(train)
        want = np.hstack([pipeline.transform(rows), indicator.transform(rows)])
    got = Standardizer().fit(torch.from_numpy(train)).transform(torch.from_numpy(rows))
    torch.testing.assert_close(got, torch.from_numpy(want).to(torch.float64), rtol=1e-9, atol=1e-9)


def test_training_columns_have_mean_0_and_deviation_1():
    x = torch.tensor([[1.0, 5.0], [NAN, 5.0], [3.0, 5.0], [8.0, 5.0]], dtype=torch.float64)
    z = Standardizer().fit(x).transform(x)
    there = z[[0, 2, 3], 0]
    assert z.shape == (4, 3) and abs(there.mean()) < 1e-12
    torch.testing.assert_close(there.std(correction=0), torch.tensor(1.0, dtype=torch.float64))
    assert z[:, 1].tolist() == [0.0] * 4 and z[:, 2].tolist() == [0.0, 1.0, 0.0, 0.0] and z[1, 0] == 0


@pytest.mark.parametrize("value", [0.1, 1e9 + 0.3, -7e-5, 0.0])
def test_a_column_that_is_constant_up_to_rounding_is_not_blown_up(value):
    x = torch.full((1460, 1), value, dtype=torch.float64)
    fitted = Standardizer().fit(x)
    assert fitted.scale.item() == 1 and fitted.transform(x).abs().max() < 1e-3
    assert fitted.transform(x + 2.0).isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_long_column_far_from_zero_is_standardised_in_any_dtype(dtype):
    """Years: mean 2000, deviation 10. Summed in float32, they look constant up to rounding."""
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(2000, 10, (200_000, 1))).to(dtype)
    fitted = Standardizer().fit(x)
    exact = x.double()
    torch.testing.assert_close(fitted.mean, exact.mean(0), rtol=1e-12, atol=0)
    torch.testing.assert_close(fitted.scale, exact.std(0, correction=0), rtol=1e-9, atol=0)
    z = fitted.transform(x)
    assert z.dtype == dtype
    torch.testing.assert_close(z.double().std(0, correction=0), torch.ones(1, dtype=torch.float64), rtol=1e-4, atol=0)


@pytest.mark.parametrize("dtype, out", [(torch.float16, torch.float16), (torch.int64, torch.float32)])
def test_half_precision_and_whole_numbers(dtype, out):
    x = torch.tensor([[300], [310], [320]], dtype=dtype)
    z = Standardizer().fit(x).transform(x)
    assert z.dtype == out
    torch.testing.assert_close(z.double(), torch.tensor([[-1.5**0.5], [0], [1.5**0.5]]).double(), rtol=1e-3, atol=1e-3)


def test_tables_that_are_reversed_sliced_or_empty(table):
    made = TablePreprocessor().fit(table)
    whole = made.transform(table)
    assert torch.equal(made.transform(table[::-1]), whole.flip(0))
    assert torch.equal(made.transform(table.iloc[::2, ::-1]), whole[::2])
    assert made.transform(table.iloc[:0]).shape == (0, whole.shape[1])
    assert TablePreprocessor().fit(table[::-1]).names == made.names
    assert OneHot().fit(table["air"]).transform(table["air"][:0]).shape == (0, 3)
    assert Standardizer().fit(torch.ones(3, 2)).transform(torch.ones(0, 2)).shape == (0, 2)


WORDS = st.lists(st.one_of(st.none(), st.sampled_from(["Gd", "TA", "Ex", "é", "Po"])), min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(train=WORDS, rows=WORDS)
def test_words_are_encoded_as_scikit_learn_does(train, rows):
    from sklearn.preprocessing import OneHotEncoder

    def column(words):
        return pd.Series([NAN if word is None else word for word in words], dtype=object)

    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(column(train).to_frame())
    ours = OneHot().fit(column(train))
    theirs = [MISSING if not isinstance(word, str) else word for word in encoder.categories_[0]]
    assert ours.categories == theirs
    want = torch.from_numpy(encoder.transform(column(rows).to_frame()))
    torch.testing.assert_close(ours.transform(column(rows)), want)


def test_codes_are_one_category_as_whole_and_as_floating_numbers():
    """A single gap turns a column of whole numbers into floats: 20 becomes 20.0."""
    train, rows = pd.Series([20, 60, 20]), pd.Series([60.0, NAN, 20.0])
    assert as_words(train) == ["20", "60", "20"] and as_words(rows) == ["60", MISSING, "20"]
    assert OneHot().fit(train).transform(rows).tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.fixture
def table():
    return pd.DataFrame({
        "area": [50.0, 80.0, NAN, 120.0], "class": [20, 60, 20, 60], "same": [1, 1, 1, 1],
        "air": ["Y", "N", "Y", None],
    })  # fmt: skip


def test_a_table_becomes_named_columns(table):
    made = TablePreprocessor(words="class").fit(table)
    x = made.transform(table)
    assert made.names == ["area", "same", "area missing", "class=20", "class=60", "air=N", "air=Y", f"air={MISSING}"]
    assert x.shape == (4, 8) and x.dtype == torch.float64 and x.isfinite().all()
    assert x[2].tolist() == [0, 0, 1, 1, 0, 0, 1, 0] and x[3, 5:].tolist() == [0, 0, 1]


def test_what_training_sees_does_not_depend_on_the_test_rows(table):
    """Test rows may be anything: rows of the training table, made of them, come out the same bit for bit."""
    made = TablePreprocessor().fit(table)
    before, names = made.transform(table), made.names
    mean, scale = made.standardizer.mean.clone(), made.standardizer.scale.clone()
    wild = pd.DataFrame({"area": [1e9, NAN], "class": [7, 8], "same": [5, NAN], "air": ["never seen", "Y"]})
    unseen = made.transform(wild)
    assert unseen.isfinite().all() and unseen[0, made.names.index("air=Y")] == 0
    assert unseen[0, [made.names.index(f"air={word}") for word in ("N", "Y", MISSING)]].sum() == 0
    assert torch.equal(made.transform(table), before)
    assert made.names == names
    assert torch.equal(made.standardizer.mean, mean) and torch.equal(made.standardizer.scale, scale)


def test_houses_prepared_with_other_test_houses_are_the_same():
    train, test = (houses(train=part).drop(columns="Id") for part in (True, False))
    features = train.drop(columns="SalePrice")

    def prepare(train, test, together):
        made = TablePreprocessor().fit(pd.concat([train, test]) if together else train)
        return made.transform(train), made.transform(test)

    other = test.assign(LotArea=test["LotArea"] * 3, Neighborhood="Elsewhere")
    apart, apart_other = (prepare(features, rows, together=False)[0] for rows in (test, other))
    assert torch.equal(apart, apart_other)
    leaky, leaky_other = (prepare(features, rows, together=True)[0] for rows in (test, other))
    assert leaky.shape != leaky_other.shape or not torch.equal(leaky, leaky_other), "the test could not fail"


@settings(deadline=None, max_examples=20)
@given(order=st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order):
    table = pd.DataFrame({"a": [1.0, 2.0, NAN, 4.0, 8.0, 9.0], "b": ["x", "y", "x", None, "z", "z"]})
    made, mixed = TablePreprocessor().fit(table), TablePreprocessor().fit(table.iloc[list(order)])
    torch.testing.assert_close(made.transform(table), mixed.transform(table))


def test_errors_name_the_column_and_the_way_out(table):
    made = TablePreprocessor().fit(table)
    with pytest.raises(RuntimeError, match="call fit.* training rows only"):
        TablePreprocessor().transform(table)
    with pytest.raises(ValueError, match="no rows"):
        TablePreprocessor().fit(table.iloc[:0])
    with pytest.raises(ValueError, match="no column area, air, .*target"):
        made.transform(table.drop(columns=["area", "air"]))
    with pytest.raises(ValueError, match="column area had numbers"):
        made.transform(table.assign(area=["large"] * 4))
    with pytest.raises(ValueError, match="column area is infinite in row 1"):
        made.transform(table.assign(area=[1.0, np.inf, 2.0, 3.0]))
    with pytest.raises(ValueError, match="several columns named air"):
        TablePreprocessor().fit(pd.concat([table, table[["air"]]], axis=1))


def test_columns_that_training_did_not_have_are_ignored(table):
    made = TablePreprocessor().fit(table)
    assert torch.equal(made.transform(table.assign(extra=1.0)[["extra", *table.columns[::-1]]]), made.transform(table))


def test_tables_of_one_kind(table):
    assert TablePreprocessor().fit(table[["air"]]).transform(table).shape == (4, 3)
    assert TablePreprocessor().fit(table[["area"]]).transform(table).shape == (4, 2)
    assert to_tensor(table, []).shape == (4, 0)


@pytest.mark.parametrize("given", [np.ones((3, 2)), torch.ones(3, 2), [[1.0]]], ids=lambda given: type(given).__name__)
def test_what_is_no_table_is_refused(table, given):
    for function in (TablePreprocessor().fit, TablePreprocessor().fit(table).transform):
        with pytest.raises(ValueError, match="table must be a pandas.DataFrame, not "):
            function(given)
