"""Small files of sources that have no site, no kind or no factor: every document of the year is made all the same."""

import pytest

from saleve.ems.inventories import compute_inventory
from saleve.ems.reports import KINDS, write_kind

FILES = {
    "saleve.toml": '[organisation]\nname = "Office"\n[[sites]]\nname = "Geneva"\ncountry = "Switzerland"\n',
    "hotels.csv": "Hotel,City,Country,Check in,Nights,Rooms\nA,Paris,France,2025-03-01,3,1\nB,Nairobi,Kenya,2025-04-01,2,2\n",
    "rail trips.csv": "Date,From,To,Mode,Distance (km),Persons\n2025-03-01,Geneva,Bern,Train,158,2\n",
    "waste.csv": "Site,Month,Waste,Treatment,Weight (kg)\nGeneva,2025-01,paper,recycling,120\n",
    "electricity.csv": "Site,From,To,Consumption (kWh)\nGeneva,2025-01-01,2025-12-31,100000\n",
    "purchases.csv": "Date,Supplier,Account,Amount,Currency\n2025-02-01,X,Office furniture,1000,CHF\n",
    "headcount.csv": "Year,Persons,Site\n2025,40,Geneva\n",
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return compute_inventory(folder)


def test_every_file_is_counted(computed):
    assert computed.taken.refused == []
    assert set(computed.inventory.cells["source"]) == {"hotels", "ground_travel", "waste", "electricity", "procurement"}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_made_of_sources_without_site_or_factor(computed, kind, tmp_path):
    made = write_kind(computed, kind, year=2025, formats=["xlsx"], out=tmp_path)
    assert [path.stat().st_size > 5000 for path in made] == [True]
