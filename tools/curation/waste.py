"""Waste by stream and treatment: UK Government factors by year, ADEME Base Carbone; two ways of drawing the line, never mixed."""

import polars as pl

from .factors import ETALAB, OGL, finish, gases, half_widths, until, years
from .package import Package, Resource, shared

# our stream: (material in the UK list, what should be known of the choice)
UK_MATERIALS = {
    "residual": ("refuse.commercial_and_industrial_waste", None),
    "paper": ("paper.paper_and_board_mixed", None),
    "glass": ("other.glass", None),
    "plastic": ("plastic.plastics_average_plastics", None),
    "metal": ("metal.metal_scrap_metal", None),
    "packaging": ("plastic.plastics_average_plastics", "mixed recyclables are not listed: average plastics stand in"),
    "food": ("refuse.organic_food_and_drink_waste", None),
    "garden": ("refuse.organic_garden_waste", None),
    "textiles": ("other.clothing", None),
    "electronic": ("electrical_items.weee_mixed", None),
    "lamps": ("electrical_items.weee_small", "lamps are not listed: small electrical items stand in"),
    "batteries": ("electrical_items.batteries", None),
}  # fmt: skip
# treatment in the UK list -> ours, with the one that holds where both stand in a year
UK_TREATMENTS = {
    "closed_loop": ("recycling", 1),
    "open_loop": ("recycling", 2),
    "combustion": ("incineration_with_energy_recovery", 1),
    "incineration_with_energy_recovery": ("incineration_with_energy_recovery", 1),
    "composting": ("composting", 1),
    "anaerobic_digestion": ("anaerobic_digestion", 1),
    "landfill": ("landfill", 1),
}
_INCINERATION = ("incineration", "incineration_with_energy_recovery", "incineration_without_energy_recovery")
# element of the Base Carbone: (streams, treatments)
ADEME_ELEMENTS = {
    "34650": (("residual",), _INCINERATION), "34652": (("residual",), ("landfill",)), "34654": (("residual",), ("not_stated",)),
    "34480": (("paper",), ("recycling",)), "34482": (("paper",), _INCINERATION), "34484": (("paper",), ("landfill",)),
    "34486": (("paper",), ("not_stated",)),
    "34472": (("glass",), ("recycling",)), "34474": (("glass",), _INCINERATION), "34476": (("glass",), ("landfill",)),
    "34478": (("glass",), ("not_stated",)),
    "34524": (("plastic",), ("recycling",)), "34586": (("plastic",), _INCINERATION), "34588": (("plastic",), ("landfill",)),
    "34590": (("plastic",), ("not_stated",)),
    "34462": (("metal",), _INCINERATION), "34466": (("metal",), ("landfill",)),
    "34636": (("food",), ("anaerobic_digestion",)), "34638": (("food", "garden"), ("composting",)),
    "34646": (("food", "garden"), _INCINERATION), "34648": (("food", "garden"), ("landfill",)),
    "34592": (("wood",), _INCINERATION), "34594": (("wood",), ("landfill",)), "34596": (("wood",), ("not_stated",)),
    "34630": (("textiles",), ("recycling", "not_stated")), "34632": (("textiles",), (*_INCINERATION, "landfill")),
    "34620": (("electronic",), ("recycling", "not_stated")), "34618": (("lamps",), ("recycling", "not_stated")),
    "34658": (("batteries",), ("recycling", "not_stated")), "34622": (("bulky",), ("recycling", "not_stated")),
    "34680": (("construction",), ("recycling", "not_stated")),
    "34712": (("chemicals",), (*_INCINERATION, "hazardous_treatment")), "34714": (("chemicals",), ("landfill",)),
    "34713": (("medical",), (*_INCINERATION, "hazardous_treatment")),
}  # fmt: skip


def package() -> Package:
    """Return the package ``waste``."""
    return Package(
        name="waste",
        title="Waste by stream and treatment: UK Government by year, ADEME Base Carbone",
        description="Two ways of drawing the line, which an inventory must not mix. end_of_life_cut_off (UK Government 2016-2025): collection, "
        "transport and landfill; of recycling, composting, digestion and burning with energy recovery the transport to the plant "
        "(and, of composting and digestion, the process): what follows belongs to whoever uses the energy or material. "
        "end_of_life_impacts (ADEME Base Carbone V23.6, France): the whole treatment, without credit for what it saves. "
        "The UK source states no uncertainty: 50 % is our assumption. Its composting and digestion of mixed waste are left out. "
        "Streams that no list has (toner, other) have no factor. Average plastics stand in for mixed recyclables and small electrical "
        "items for lamps (assumption). ADEME's rows for cardboard serve paper, for steel packaging metal, for other plastics plastic, "
        "for inert rubble construction. Contains public sector information licensed under the Open Government Licence v3.0; ADEME, "
        "Base Carbone V23.6, Licence Ouverte.",
        edition="UK Government 2016-2025; ADEME V23.6",
        publisher="UK Government (BEIS/DESNZ) GHG conversion factors for company reporting; ADEME Base Carbone",
        path="https://www.gov.uk/government/collections/government-conversion-factors-for-company-reporting",
        licence=OGL,
        more_licences=(ETALAB,),
        accounting_basis="per record: end_of_life_cut_off or end_of_life_impacts",
        valid_from=None,
        valid_to="2025-12-31",
        resources=(
            Resource("factors", pl.concat([_desnz(), _ademe()]), ("factor_id",), "One record a stream, treatment, place and year"),
        ),
    )  # fmt: skip


def _desnz() -> pl.DataFrame:
    named = shared("factors_desnz.csv").with_columns(
        pl.col("activity_key").str.extract(r"^waste_disposal\.(\w+\.\w+)\.\w+\|").alias("material"),
        pl.col("activity_key").str.extract(r"\.(\w+)\|tonnes$").alias("uk_treatment"),
    )
    streams = _table([(stream, *uk) for stream, uk in UK_MATERIALS.items()], ["stream", "material", "note"])
    treatments = _table(
        [(uk, *ours) for uk, ours in UK_TREATMENTS.items()], ["uk_treatment", "treatment", "rank"]
    )
    organic = pl.col("treatment").is_in(["composting", "anaerobic_digestion"])
    held = (
        named.join(streams, on="material")
        .join(treatments, on="uk_treatment")
        .filter(~(organic & (pl.col("stream") == "residual")))
    )
    one = held.sort("rank").unique(
        ["stream", "treatment", "year_valid_from"], keep="first", maintain_order=True
    )
    return finish(
        one.with_columns(
            pl.format("waste.desnz.{}.{}.{}", "stream", "treatment", "year_valid_from").alias("factor_id"),
            pl.lit("GBR").alias("place"),
            *years(),
            *gases(),
            *half_widths("waste_factor_half_width_pct"),
            pl.lit("tonne").alias("unit"),
            pl.col("year_valid_from").alias("edition"),
            pl.lit("end_of_life_cut_off").alias("accounting_basis"),
            pl.when(pl.col("note").is_null()).then(pl.lit("published")).otherwise(pl.lit("assumption")).alias("quality"),
        ),
        "stream", "treatment", "note",
    )  # fmt: skip


def _ademe() -> pl.DataFrame:
    wanted = _table(
        [(element, stream, treatment) for element, (streams, treatments) in ADEME_ELEMENTS.items() for stream in streams for treatment in treatments],
        ["element", "stream", "treatment"],
    )  # fmt: skip
    source = shared("factors_ademe.csv").with_columns(
        pl.col("factor_id").str.split(".").list.last().alias("element")
    )
    return finish(
        source.join(wanted, on="element").with_columns(
            pl.format("waste.ademe.{}.{}.{}", "stream", "treatment", "element").alias("factor_id"),
            pl.lit("FRA").alias("place"),
            *until(),
            *gases(),
            *half_widths("waste_factor_half_width_pct"),
            pl.lit("tonne").alias("unit"),
            pl.lit("V23.6").alias("edition"),
            pl.lit("end_of_life_impacts").alias("accounting_basis"),
            pl.lit("as in the source").alias("gwp_set"),
            pl.col("notes").str.extract(r"boundary: ([^;]+)").alias("note"),
            pl.lit("published").alias("quality"),
        ),
        "stream", "treatment", "note",
    )  # fmt: skip


def _table(rows: list[tuple[object, ...]], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, orient="row", schema=names)
