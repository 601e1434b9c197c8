"""Global warming potentials of the IPCC's reports, and refrigerants: pure gases, blends, other names.

UN inventories report HFC, PFC, SF6 and NF3 (Kyoto gases) in the total and the ozone-depleting CFC and HCFC apart: hence two figures.
"""

import re

import polars as pl

from .factors import CC0, OGL, US_PUBLIC, open_period
from .package import Package, Resource, shared

SETS = ("SAR", "TAR", "AR4", "AR5", "AR6")
KYOTO_CLASSES = ("HFC", "PFC", "SF6", "NF3", "CO2")

# refrigerant: (class, species of the package gwp, other names)
PURE = {
    "HFC-23": ("HFC", "HFC23", "R-23"), "HFC-32": ("HFC", "HFC32", "R-32"), "HFC-41": ("HFC", "HFC41", "R-41"),
    "HFC-125": ("HFC", "HFC125", "R-125"), "HFC-134": ("HFC", "HFC134", "R-134"),
    "HFC-134a": ("HFC", "HFC134a", "R-134a"), "HFC-143": ("HFC", "HFC143", "R-143"),
    "HFC-143a": ("HFC", "HFC143a", "R-143a"), "HFC-152a": ("HFC", "HFC152a", "R-152a"),
    "HFC-227ea": ("HFC", "HFC227ea", "R-227ea; FM-200"), "HFC-236fa": ("HFC", "HFC236fa", "R-236fa"),
    "HFC-245fa": ("HFC", "HFC245fa", "R-245fa"), "HFC-365mfc": ("HFC", "HFC365mfc", "R-365mfc"),
    "PFC-14": ("PFC", "CF4", "R-14; CF4; perfluoromethane"), "PFC-116": ("PFC", "C2F6", "R-116; C2F6; perfluoroethane"),
    "PFC-218": ("PFC", "C3F8", "R-218; C3F8; perfluoropropane"), "SF6": ("SF6", "SF6", "sulphur hexafluoride; sulfur hexafluoride"),
    "NF3": ("NF3", "NF3", "nitrogen trifluoride"), "R-744": ("CO2", "CO2", "CO2; carbon dioxide"),
    "HCFC-22": ("HCFC", "HCFC22", "R-22; Freon 22"), "HCFC-123": ("HCFC", "HCFC123", "R-123"),
    "HCFC-124": ("HCFC", "HCFC124", "R-124"), "HCFC-141b": ("HCFC", "HCFC141b", "R-141b"),
    "HCFC-142b": ("HCFC", "HCFC142b", "R-142b"), "CFC-11": ("CFC", "CFC11", "R-11; Freon 11"),
    "CFC-12": ("CFC", "CFC12", "R-12; Freon 12"), "CFC-113": ("CFC", "CFC113", "R-113"), "CFC-114": ("CFC", "CFC114", "R-114"),
    "CFC-115": ("CFC", "CFC115", "R-115"), "CFC-13": ("CFC", "CFC13", "R-13"),
    "Halon-1211": ("halon", "Halon1211", "R-12B1; BCF"), "Halon-1301": ("halon", "Halon1301", "R-13B1; BTM"),
}  # fmt: skip

# gases below a GWP of 10 that the IPCC sets at hand do not list: UK Government conversion factors 2022 (AR4 and AR5 alike)
SMALL = {
    "R-290": (3.0, "propane; HC-290"), "R-600": (4.0, "butane; n-butane; HC-600"), "R-600a": (3.0, "isobutane; HC-600a"),
    "R-601": (5.0, "pentane"), "R-601a": (5.0, "isopentane"), "R-1270": (2.0, "propylene; propene; HC-1270"),
    "R-1234yf": (1.0, "HFO-1234yf; YF"), "R-1234ze": (1.0, "HFO-1234ze; R-1234ze(E); HFO-1234ze(E)"),
}  # fmt: skip
NONE = {"R-717": "ammonia; NH3", "R-718": "water"}

# blends with hydrofluoroolefins, absent from the sources at hand: composition from general knowledge (ASHRAE 34)
HFO_BLENDS = {
    "R-448A": "HFC-32 26; HFC-125 26; R-1234yf 20; HFC-134a 21; R-1234ze 7",
    "R-449A": "HFC-32 24.3; HFC-125 24.7; R-1234yf 25.3; HFC-134a 25.7",
    "R-450A": "HFC-134a 42; R-1234ze 58",
    "R-452A": "HFC-32 11; HFC-125 59; R-1234yf 30",
    "R-452B": "HFC-32 67; HFC-125 7; R-1234yf 26",
    "R-454A": "HFC-32 35; R-1234yf 65",
    "R-454B": "HFC-32 68.9; R-1234yf 31.1",
    "R-454C": "HFC-32 21.5; R-1234yf 78.5",
    "R-513A": "R-1234yf 56; HFC-134a 44",
}
# compositions from general knowledge that reproduce the totals printed by the UK Government in 2024 (a test compares)
CHECKED_BLENDS = {
    "R-407E": "HFC-32 25; HFC-125 15; HFC-134a 60",
    "R-407F": "HFC-32 30; HFC-125 30; HFC-134a 40",
    "R-413A": "PFC-218 9; HFC-134a 88; isobutane 3",
    "R-421A": "HFC-125 58; HFC-134a 42",
    "R-422B": "HFC-125 55; HFC-134a 42; isobutane 3",
    "R-427A": "HFC-32 15; HFC-125 25; HFC-143a 10; HFC-134a 50",
    "R-437A": "HFC-125 19.5; HFC-134a 78.5; butane 1.4; pentane 0.6",
    "R-438A": "HFC-32 8.5; HFC-125 45; HFC-134a 44.2; butane 1.7; isopentane 0.6",
    "R-500": "CFC-12 73.8; HFC-152a 26.2",
    "R-502": "HCFC-22 48.8; CFC-115 51.2",
}
BLEND_NAMES = {"R-507A": "R-507; AZ-50", "R-404A": "R-404", "R-410A": "R-410; Puron", "R-407C": "R-407"}
COMPONENT_NAMES = {
    "propane": "R-290",
    "butane": "R-600",
    "isobutane": "R-600a",
    "pentane": "R-601",
    "isopentane": "R-601a",
    "propylene": "R-1270",
}
EPA = "US EPA GHG Emission Factors Hub 2025"
UK = "UK Government GHG conversion factors for company reporting"
IPCC = "IPCC assessment reports"


def gwp() -> Package:
    """Return the package ``gwp``."""
    return Package(
        name="gwp",
        title="Global warming potentials over 100 years, second to sixth assessment report of the IPCC",
        description="Species that Salève uses. CH4 of AR6 is 27.9 without the split into fossil and other origin. Small gases that the "
        "set at hand does not list carry the value of the UK Government's conversion factors 2022 in every set, marked "
        "assumption outside AR4 and AR5. A potential is fixed by convention: it has no range here.",
        edition="SAR, TAR, AR4, AR5, AR6",
        publisher="IPCC assessment reports, by way of the PyPI package globalwarmingpotentials 0.13.2",
        path="https://github.com/openclimatedata/globalwarmingpotentials",
        licence=CC0,
        accounting_basis="not applicable",
        valid_from=None,
        valid_to=None,
        resources=(
            Resource("gwp", gwp_table(), ("species", "gwp_set"), "kg CO2e per kg of the gas, by set"),
        ),
    )


def refrigerants() -> Package:
    """Return the package ``refrigerants``."""
    return Package(
        name="refrigerants",
        title="Refrigerants and blends: kg CO2e per kg, Kyoto gases and others apart, by GWP set",
        description="Blends are computed from their composition and the package gwp. EPA prints R-424A as 3104 (AR5); its own composition "
        "gives 2211.8 and the UK Government prints 2212, so the computed value is shipped. The UK Government of 2016 prints "
        "R-408A with its HCFC-22 in one total. Blends known only by a published total (UK Government 2024, AR5) are shipped "
        "for that set alone. Compositions of blends with "
        "hydrofluoroolefins are general knowledge (unverified). GWPs are fixed by convention, hence ranges of zero: the "
        "uncertainty of leakage lies in the amount. Contains public sector information licensed under the Open Government "
        "Licence v3.0.",
        edition="EPA hub January 2025; UK Government 2016 and 2024",
        publisher=f"{EPA}; {UK}; {IPCC}",
        path="https://www.epa.gov/climateleadership/ghg-emission-factors-hub",
        licence=US_PUBLIC,
        more_licences=(OGL, CC0),
        accounting_basis="direct_release",
        valid_from=None,
        valid_to=None,
        resources=(
            Resource(
                "factors", _factors(), ("factor_id",), "kg CO2e per kg released, by refrigerant and GWP set"
            ),
            Resource(
                "composition", _composition(), ("refrigerant", "component"), "Components of blends by mass"
            ),
            Resource(
                "published",
                _published(),
                ("refrigerant", "gwp_set"),
                "Totals that sources print, for comparison",
            ),
            Resource("names", _names(), ("lookup_key",), "Other names of refrigerants"),
        ),
    )


def gwp_table() -> pl.DataFrame:
    """Return ``species, gwp_set, gwp`` with where it comes from."""
    used = ["CO2", "CH4", "N2O", *dict.fromkeys(species for _, species, _ in PURE.values())]
    source = shared("gwp.csv").filter((pl.col("horizon_years") == "100") & pl.col("gwp_set").is_in(SETS))
    printed = source.filter(pl.col("species").is_in(used)).select(
        "species", "gwp_set", pl.col("gwp").cast(pl.Float64), pl.lit("transcribed").alias("quality"),
        pl.lit(IPCC).alias("source"), "source_table",
    )  # fmt: skip
    defined = [("CO2", name, 1.0, "published", "definition", None) for name in SETS]
    small = [
        (
            species,
            name,
            value,
            "published" if name in ("AR4", "AR5") else "assumption",
            f"{UK} 2022",
            "Refrigerant & other",
        )
        for species, (value, _) in SMALL.items()
        for name in SETS
    ]
    own = pl.DataFrame([*defined, *small], orient="row", schema=printed.schema)
    return pl.concat([printed, own]).with_columns(pl.col("gwp_set").alias("edition"))


def _composition() -> pl.DataFrame:
    epa = shared("refrigerant_blends.csv").select("blend", "composition_mass_pct").rows()
    checked = f"general knowledge, checked against {UK} 2024"
    rows = [(*row, "published", EPA) for row in epa]
    rows += [(*row, "derived", checked) for row in CHECKED_BLENDS.items()]
    rows += [(*row, "unverified", "general knowledge") for row in HFO_BLENDS.items()]
    parts = [
        (
            blend,
            COMPONENT_NAMES.get(name, name),
            float(share),
            quality,
            source,
            "2025-01" if quality == "published" else "1",
        )
        for blend, text, quality, source in rows
        for name, share in (part.rsplit(" ", 1) for part in text.split("; "))
    ]
    schema = ["refrigerant", "component", "mass_pct", "quality", "source", "edition"]
    return pl.DataFrame(parts, orient="row", schema=schema)


def _pure() -> pl.DataFrame:
    rows = [(name, kind, species) for name, (kind, species, _) in PURE.items()]
    rows += [(name, "hydrocarbon or HFO", name) for name in SMALL]
    return pl.DataFrame(rows, orient="row", schema=["refrigerant", "kind", "species"])


def _pure_values() -> pl.DataFrame:
    values = _pure().join(gwp_table().select("species", "gwp_set", "gwp", "quality", "source"), on="species")
    kyoto = pl.col("kind").is_in(KYOTO_CLASSES)
    return values.select(
        "refrigerant", "kind", "gwp_set", "quality", "source",
        pl.when(kyoto).then("gwp").otherwise(0.0).alias("kyoto"),
        pl.when(kyoto).then(0.0).otherwise("gwp").alias("other"),
    )  # fmt: skip


def _blend_values() -> pl.DataFrame:
    """Return the mass-weighted sum of the components; a set that lacks a component gives none."""
    parts = _composition().rename({"quality": "of_blend", "source": "of_source"})
    sizes = parts.group_by("refrigerant").len("size")
    values = _pure_values().rename({"refrigerant": "component"})
    share = pl.col("mass_pct") / 100
    summed = (
        parts.join(values, on="component")
        .group_by("refrigerant", "gwp_set")
        .agg(
            (share * pl.col("kyoto")).sum().round(6).alias("kyoto"),
            (share * pl.col("other")).sum().round(6).alias("other"),
            pl.len().alias("found"),
            pl.col("of_blend").first(),
            pl.col("of_source").first(),
        )
    )
    return summed.join(sizes, on="refrigerant").filter(pl.col("found") == pl.col("size")).select(
        "refrigerant", pl.lit("blend").alias("kind"), "gwp_set",
        pl.col("of_blend").replace({"published": "derived"}).alias("quality"),
        pl.format("composition: {}; " + IPCC, "of_source").alias("source"), "kyoto", "other",
    )  # fmt: skip


def _published() -> pl.DataFrame:
    """Return the totals that EPA (AR5) and the UK Government (2024: AR5; 2016: AR4) print for blends."""
    epa = shared("refrigerant_blends.csv").select(
        pl.col("blend").alias("refrigerant"), pl.lit("AR5 EPA").alias("gwp_set"),
        pl.col("gwp100_ar5_epa_published_hfc_pfc_only").cast(pl.Float64).alias("kyoto_kg_co2e_per_kg"),
        pl.lit(None, pl.Float64).alias("other_kg_co2e_per_kg"),
        pl.lit(f"{EPA}, table 12").alias("source"), pl.lit("2025-01").alias("edition"),
    )  # fmt: skip
    return pl.concat([epa, _uk_2024(), _uk_2016()]).with_columns(pl.lit("published").alias("quality"))


def _uk(year: str) -> pl.DataFrame:
    name = pl.col("activity_key").str.extract(r"\.r(\d{3}[a-z]?)(?:\.|\|)").str.to_uppercase()
    rows = shared("factors_desnz.csv").filter(
        (pl.col("year_valid_from") == year) & pl.col("activity_key").str.starts_with("refrigerant_other")
    )
    return rows.with_columns(
        pl.format("R-{}", name).alias("refrigerant"), pl.col("kgco2e_per_unit").cast(pl.Float64)
    ).filter(pl.col("activity_key").str.contains(r"blends\."))


def _uk_2024() -> pl.DataFrame:
    rows = _uk("2024")
    of = {part: rows.filter(pl.col("activity_key").str.contains(part)).select("refrigerant", part=pl.col("kgco2e_per_unit"))
          for part in ("only_kyoto", "total_emissions")}  # fmt: skip
    both = of["total_emissions"].join(of["only_kyoto"], on="refrigerant", how="left", suffix="_kyoto")
    kyoto = pl.col("part_kyoto").fill_null(0)
    return both.select(
        "refrigerant", pl.lit("AR5").alias("gwp_set"), kyoto.alias("kyoto_kg_co2e_per_kg"),
        (pl.col("part") - kyoto).round(6).alias("other_kg_co2e_per_kg"),
        pl.lit(f"{UK} 2024").alias("source"), pl.lit("2024").alias("edition"),
    )  # fmt: skip


def _uk_2016() -> pl.DataFrame:
    return _uk("2016").filter(pl.col("activity_key").str.contains("kyoto_protocol_blends", literal=True)).select(
        "refrigerant", pl.lit("AR4").alias("gwp_set"), pl.col("kgco2e_per_unit").alias("kyoto_kg_co2e_per_kg"),
        pl.lit(None, pl.Float64).alias("other_kg_co2e_per_kg"),
        pl.lit(f"{UK} 2016").alias("source"), pl.lit("2016").alias("edition"),
    )  # fmt: skip


def _factors() -> pl.DataFrame:
    computed = pl.concat([_pure_values(), _blend_values()]).with_columns(pl.lit("1").alias("edition"))
    none = pl.DataFrame(
        [
            (name, "no greenhouse gas", set_name, "published", "definition", 0.0, 0.0, "1")
            for name in NONE
            for set_name in SETS
        ],
        orient="row",
        schema=computed.schema,
    )
    known = pl.concat([computed, none])
    printed = _published().filter((pl.col("gwp_set") == "AR5") & (pl.col("source") == f"{UK} 2024"))
    others = printed.join(known, on="refrigerant", how="anti").select(
        "refrigerant", pl.lit("blend").alias("kind"), "gwp_set", "quality", "source",
        pl.col("kyoto_kg_co2e_per_kg").alias("kyoto"), pl.col("other_kg_co2e_per_kg").alias("other"), "edition",
    )  # fmt: skip
    return pl.concat([known, others.select(known.columns)]).select(
        pl.format("refrigerant.{}.{}", pl.col("refrigerant").str.to_lowercase(), pl.col("gwp_set").str.to_lowercase()).alias("factor_id"),
        "refrigerant", "kind", "gwp_set",
        pl.col("kyoto").alias("kyoto_kg_co2e_per_kg"), pl.col("other").alias("other_kg_co2e_per_kg"),
        pl.lit("WORLD").alias("place"), *open_period(), "edition", pl.lit("direct_release").alias("accounting_basis"),
        pl.lit("kg").alias("unit"), pl.lit(0.0).alias("low_pct"), pl.lit(0.0).alias("high_pct"),
        pl.lit("assumption").alias("uncertainty_basis"), "source",
        pl.when(pl.col("source").str.starts_with(UK)).then(pl.lit("OGL-UK-3.0")).otherwise(pl.lit("us-public-domain; CC0-1.0")).alias("licence"),
        "quality",
    )  # fmt: skip


def _names() -> pl.DataFrame:
    """Return every name by which people call a refrigerant; R-22 and R22 are one name."""
    known = _factors()["refrigerant"].unique().to_list()
    others = {name: names for name, (_, _, names) in PURE.items()} | {
        name: names for name, (_, names) in SMALL.items()
    }
    rows = [(key(name), name, name) for name in sorted(known)]
    for name, text in {**others, **NONE, **BLEND_NAMES}.items():
        rows += [(key(other), other, name) for other in text.split("; ")]
    table = pl.DataFrame(rows, orient="row", schema=["lookup_key", "code", "refrigerant"])
    return table.unique("lookup_key", keep="first", maintain_order=True).with_columns(
        pl.lit("1").alias("edition")
    )


def key(name: str) -> str:
    """Return the name as look-ups compare it: capitals and digits, without a leading 'refrigerant' or 'gas'."""
    return re.sub(r"[^A-Z0-9]", "", re.sub(r"^\s*(REFRIGERANT|GAS|FREON)\b", "", name.upper()))
