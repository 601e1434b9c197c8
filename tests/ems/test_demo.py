"""The demo organisation: the same at every run, marked synthetic, readable as real files are, with the shares it should have."""

from collections import Counter
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from saleve.ems.demo import write_demo
from saleve.ems.inventories import Computed, compute_inventory
from saleve.method.inventory import Selection, persons, total

FACILITIES = ("electricity", "fuels", "district_energy", "refrigerants")
YEARS = range(2010, 2026)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    return compute_inventory(write_demo(tmp_path_factory.mktemp("computed")))


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def tonnes(computed: Computed, year: int, **selected: str) -> float:
    kg = total(computed.inventory, Selection(year=year, **selected)).kg_co2e
    return (kg or 0) / 1000


def air_tonnes(computed: Computed, year: int, *categories: str) -> float:
    return sum(tonnes(computed, year, source="air_travel", category=category) for category in categories)


def test_two_runs_write_the_same_bytes(demo: Path, tmp_path: Path):
    again = files(write_demo(tmp_path))
    assert {name: path.read_bytes() for name, path in files(demo).items()} == {
        name: path.read_bytes() for name, path in again.items()
    }


def test_every_year_has_its_ticket_export_and_the_last_two_are_workbooks(demo: Path):
    endings = {path.name[8:12]: path.suffix for path in (demo / "travel").glob("tickets-*")}
    assert endings == {str(year): ".xlsx" if year >= 2024 else ".csv" for year in YEARS}


def test_every_file_says_that_it_is_synthetic(demo: Path):
    named = {name for name in files(demo) if "synthetic" in name}
    assert set(files(demo)) - named == {"saleve.toml", "README.txt"}
    assert "SYNTHETIC" in (demo / "saleve.toml").read_text("utf-8")
    assert "SYNTHETIC" in (demo / "README.txt").read_text("utf-8")


def test_the_reports_note_and_the_organisations_name_say_that_all_is_synthetic(computed: Computed):
    assert "synthetic" in computed.workspace.organisation
    assert "SYNTHETIC" in str(computed.workspace.header.note)


def test_workbooks_begin_with_a_notice_and_hold_real_dates(demo: Path):
    sheet = openpyxl.load_workbook(demo / "travel" / "tickets-2025-synthetic.xlsx", read_only=True).active
    rows = list(sheet.iter_rows(max_row=5, values_only=True))
    assert rows[0][0].startswith("SYNTHETIC DATA")
    assert rows[2][:3] == ("Ticket number", "Date of issue", "Travel date")
    assert rows[3][2].year == 2025


def test_early_exports_are_french_with_decimal_commas_and_days_first(demo: Path):
    lines = (demo / "travel" / "tickets-2012-synthetic.csv").read_text("cp1252").splitlines()
    first = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert first["Date de départ"].endswith("/2012")
    assert first["Montant"][-3] == ","


def test_about_6000_tickets_a_year_until_the_collapse_of_2020(computed: Computed):
    rows = {file.file[15:19]: file.rows for file in computed.taken.files if "tickets-" in file.file}
    assert all(5_500 < rows[str(year)] < 6_500 for year in range(2010, 2020))
    assert rows["2020"] == pytest.approx(0.25 * rows["2019"], rel=0.02)
    assert rows["2021"] < rows["2020"]
    assert rows["2025"] == pytest.approx(0.7 * rows["2019"], rel=0.05)


def test_aircraft_is_known_on_a_fifth_to_a_third_of_tickets(demo: Path):
    tickets = pl.read_csv(demo / "travel" / "tickets-2019-synthetic.csv", infer_schema_length=None)
    assert 0.2 < tickets["Aircraft"].count() / tickets.height < 0.33


def test_every_file_is_read_and_no_row_is_lost(computed: Computed, demo: Path):
    assert not computed.taken.refused
    assert len(computed.taken.files) == len(files(demo)) - 2
    for file in computed.taken.files:
        assert file.rows == file.accepted + file.repaired + file.rejected + file.netted


def test_each_ticket_export_has_the_faults_of_a_real_one(computed: Computed):
    expected = {"airport-unknown": 2, "date-unreadable": 1}
    for file in computed.taken.files:
        if "tickets-" in file.file:
            errors = file.problems.filter(pl.col("severity") == "error")["code"].to_list()
            assert Counter(errors) == expected, file.file
            assert file.netted > 0, file.file
            noted = set(file.problems["code"])
            assert {
                "code-repaired",
                "rail-station",
                "line-refund",
                "line-void",
                "column-pseudonymised",
            } <= noted


def test_bills_people_and_areas_have_no_faults(computed: Computed):
    others = [file for file in computed.taken.files if file.category not in {"air_travel", "home_leave"}]
    assert all(file.accepted == file.rows for file in others)
    assert not pl.concat(file.problems for file in others).filter(pl.col("severity") != "note").height


def test_no_staff_number_is_kept(computed: Computed):
    for category in computed.taken.ledger.categories():
        texts = computed.taken.ledger.scan(f"entries/{category}").cast({pl.Categorical: pl.String})
        for column in texts.select(pl.selectors.string()).collect().iter_columns():
            assert not column.str.contains(r"^P-\d{4}$").any()


def test_tegel_gives_way_to_berlin_brandenburg(demo: Path):
    later = [
        pl.read_csv(demo / "travel" / f"tickets-{year}-synthetic.csv", infer_schema_length=None)
        for year in (2019, 2021)
    ]
    before, after = (" ".join(table["Routing"]) for table in later)
    assert ("TXL" in before, "BER" in before) == (True, False)
    assert ("TXL" in after, "BER" in after) == (False, True)


def test_flights_are_about_70_per_cent_of_2019_and_99_with_facilities(computed: Computed):
    everything = tonnes(computed, 2019)
    flights = tonnes(computed, 2019, source="air_travel")
    facilities = sum(tonnes(computed, 2019, source=source) for source in FACILITIES)
    assert flights / everything == pytest.approx(0.70, abs=0.025)
    assert (flights + facilities) / everything == pytest.approx(0.99, abs=0.005)


def test_missions_of_staff_and_consultants_are_about_half_of_the_flights_of_2019(computed: Computed):
    flights = tonnes(computed, 2019, source="air_travel")
    assert air_tonnes(computed, 2019, "staff_mission", "consultant") / flights == pytest.approx(
        0.50, abs=0.03
    )


def test_home_leave_is_about_29_per_cent_of_the_flights_of_2019(computed: Computed):
    flights = tonnes(computed, 2019, source="air_travel")
    assert air_tonnes(computed, 2019, "home_leave") / flights == pytest.approx(0.29, abs=0.025)


def test_the_size_is_that_of_an_agency_with_one_headquarters(computed: Computed):
    people = persons(computed.inventory, 2019)
    assert 4_000 < tonnes(computed, 2019) < 8_000
    assert people is not None
    assert 4 < tonnes(computed, 2019) / people < 6


def test_flights_collapse_in_2020_and_come_back_in_part(computed: Computed):
    flights = {year: tonnes(computed, year, source="air_travel") for year in (2019, 2020, 2025)}
    assert flights[2020] < 0.35 * flights[2019]
    assert 0.6 < flights[2025] / flights[2019] < 0.75


def test_2025_stands_about_on_the_path_after_years_below_it(computed: Computed):
    gaps = {position.year: position.gap_kg_co2e / position.path_kg_co2e for position in computed.positions}
    assert tonnes(computed, 2010) > tonnes(computed, 2019)
    assert gaps[2021] < -0.3
    assert -0.02 < gaps[2025] < 0.05


def test_hydropower_certificates_make_the_headquarters_electricity_zero_by_market(computed: Computed):
    by_market = tonnes(computed, 2019, source="electricity", site="Main building", electricity_basis="market")
    by_location = tonnes(
        computed, 2019, source="electricity", site="Main building", electricity_basis="location"
    )
    assert by_market == 0
    assert by_location > 100


def test_progress_is_told_from_beginning_to_end(tmp_path: Path):
    told: list[tuple[str, int, int]] = []
    write_demo(tmp_path, progress=lambda what, done, count: told.append((what, done, count)))
    assert [done for _what, done, _count in told] == sorted(done for _what, done, _count in told)
    assert told[-1][1] == told[-1][2]
