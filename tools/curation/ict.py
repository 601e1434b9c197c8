"""Making of information technology, per device: ADEME; and the sectors by which its cost is counted where no devices are."""

import polars as pl

from .factors import ETALAB, finish, gases, until
from .package import Package, Resource, shared

# our kind: element of the Base Carbone
ELEMENTS = {
    "laptop": "27002",
    "desktop": "27003",
    "monitor": "27006",
    "tablet": "27007",
    "smartphone": "27012",
    "printer": "27026",
    "projector": "28313",
    "server": "20894",
}
SECTORS = {
    "laptop": "334111", "desktop": "334111", "thin_client": "334111", "tablet": "334111", "server": "334111", "storage": "334112",
    "monitor": "334118", "printer": "334118", "other": "334118", "smartphone": "334210", "desk_phone": "334210", "network": "334290",
    "video_conference": "334310", "projector": "333316", "cloud": "518210", "data_centre": "518210",
}  # fmt: skip


def package() -> Package:
    """Return the package ``ict``."""
    return Package(
        name="ict",
        title="Information technology: making of a device by kind (ADEME), sectors for its cost",
        description="kg CO2e for one device bought, without its electricity in use: laptop, office desktop, screen of 23.8 inches, tablet of 9 to 11 "
        "inches, smartphone of 5 inches, laser printer, video projector, server. That use is left out is our reading; the list does not print "
        "it of every row. ADEME states 50 % for devices and 80 % for servers. Network equipment is given per kg only and disks per disk: no "
        "factor. The sectors are our assignment (assumption). ADEME, Base Carbone V23.6, Licence Ouverte.",
        edition="ADEME V23.6",
        publisher="ADEME Base Carbone",
        path="https://base-empreinte.ademe.fr",
        licence=ETALAB,
        accounting_basis="cradle_to_gate",
        valid_from=None,
        valid_to=None,
        resources=(
            Resource("factors", _factors(), ("factor_id",), "One record a kind of device"),
            Resource("sectors", _sectors(), ("equipment",), "Sector of the package spending that serves the cost of a kind"),
        ),
    )  # fmt: skip


def _factors() -> pl.DataFrame:
    wanted = pl.DataFrame(list(ELEMENTS.items()), orient="row", schema=["equipment", "element"])
    source = shared("factors_ademe.csv").with_columns(
        pl.col("factor_id").str.split(".").list.last().alias("element")
    )
    return finish(
        source.join(wanted, on="element").with_columns(
            pl.format("ict.ademe.{}", "equipment").alias("factor_id"),
            pl.lit("WORLD").alias("place"),  # a device is made for the world, whosever list it stands in
            *until(),
            *gases(),
            pl.col("uncertainty_pct").alias("low_pct"),
            pl.col("uncertainty_pct").alias("high_pct"),
            pl.lit("published").alias("uncertainty_basis"),
            pl.lit("item").alias("unit"),
            pl.lit("V23.6").alias("edition"),
            pl.lit("cradle_to_gate").alias("accounting_basis"),
            pl.lit("as in the source").alias("gwp_set"),
            pl.col("activity").str.split(" > ").list.slice(-2).list.join(", ").alias("note"),
            pl.lit("published").alias("quality"),
        ),
        "equipment",
        "note",
    )


def _sectors() -> pl.DataFrame:
    table = pl.DataFrame(list(SECTORS.items()), orient="row", schema=["equipment", "sector"])
    return table.with_columns(
        pl.lit("1").alias("edition"),
        pl.lit("assumption").alias("quality"),
        pl.lit("Salève: nearest sector by its title").alias("source"),
    )
