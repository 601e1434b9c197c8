"""A small organisation with flights and bills of two years, for tests of what is done with an inventory."""

from pathlib import Path

SETTINGS = """[organisation]
name = "Example Office"
[[sites]]
name = "HQ"
country = "CHE"
"""
BILLS = "Site,Year,kWh\nHQ,2023,100000\nHQ,2024,80000\n"
FUEL = "Site,Year,Fuel,Amount,Unit\nHQ,2023,natural gas,50000,kWh\nHQ,2024,natural gas,40000,kWh\n"


def tickets(year: int) -> str:
    """Six travellers of one unit, two of another, one of a third."""
    header = "Ticket number,Traveller,Department,Travel date,Routing,Class\n"
    units = ["North"] * 6 + ["South"] * 2 + ["East"]
    lines = [
        f"{year}{number:09d},Person {number},{unit},{year}-03-0{number + 1},GVA-{'NBO' if number % 2 else 'VIE'}-GVA,Y"
        for number, unit in enumerate(units)
    ]
    return header + "\n".join(lines) + "\n"


def office(folder: Path) -> Path:
    """Write the organisation and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "saleve.toml").write_text(SETTINGS, "utf-8")
    (folder / "electricity.csv").write_text(BILLS, "utf-8")
    (folder / "fuels.csv").write_text(FUEL, "utf-8")
    for year in (2023, 2024):
        (folder / f"tickets-{year}.csv").write_text(tickets(year), "utf-8")
    return folder
