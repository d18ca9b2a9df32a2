"""The table of house prices."""

import hashlib
import sys

import pytest

from d2lutils.data import CorruptData, load_house_prices, tables
from d2lutils.data.files import DataSet, Source

pd = pytest.importorskip("pandas", reason="tables are pandas data frames")


pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """Puts two tables where they are looked for and declares them the published ones."""
    def publish(*contents):
        sources = []
        for source, content in zip(tables.HOUSES.files, contents):
            (tmp_path / source.path).write_bytes(content)
            sources.append(Source(source.path, hashlib.sha1(content).hexdigest()))
        monkeypatch.setattr(tables, "HOUSES", DataSet("The table", tuple(sources)))
    return publish


def test_tables_are_read_as_they_are(publish):
    publish(b"Id,LotArea,Alley,SalePrice\n1,8450,NA,208500\n2,9600,Grvl,181500\n", b"Id,LotArea,Alley\n3,11250,NA\n")
    train, test = load_house_prices()
    assert list(train.columns) == ["Id", "LotArea", "Alley", "SalePrice"] and list(test.columns) == list(train)[:3]
    assert train["SalePrice"].tolist() == [208500, 181500]
    assert train["Alley"].isna().tolist() == [True, False]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2,3\n4,5,6,7\n", b"\xff\xfe\x00"])
def test_damaged_tables_are_named(publish, content):
    publish(content, content)
    with pytest.raises(CorruptData, match=r"kaggle_house_pred_train\.csv is damaged"):
        load_house_prices()


def test_other_tables_of_the_same_name_are_refused(tmp_path):
    for source in tables.HOUSES.files:
        (tmp_path / source.path).write_text("Id\n1\n")
    with pytest.raises(CorruptData, match="585e9cc93e70b39160e7921475f9bcd7d31219ce"):
        load_house_prices()


def test_what_stands_in(monkeypatch, capsys):
    monkeypatch.setattr(tables, "houses", lambda train: pd.DataFrame({"Id": [1 if train else 2]}))
    for _ in range(2):
        train, test = load_house_prices()
        assert (train["Id"].tolist(), test["Id"].tolist()) == ([1], [2])
    assert capsys.readouterr().err.count("\n") == 1


def test_without_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        load_house_prices()


@pytest.mark.real_data
def test_the_real_houses():
    train, test = load_house_prices()
    assert (train.shape, test.shape) == ((1460, 81), (1459, 80))
    assert list(train.columns[:-1]) == list(test.columns) and train.columns[-1] == "SalePrice"
    assert train["SalePrice"].between(30_000, 800_000).all()
