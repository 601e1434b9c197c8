"""The organisation's own and leased vehicles: distance by odometer or statement, fuel and charged electricity.

GHG Protocol Corporate Standard (2004), chapter 4: scope 1, mobile combustion. Fuel that stands in a file of ``fuels`` as well
would be counted twice.
"""

import polars as pl

from saleve.language import _
from saleve.method.activity.energy import SITE_COLUMNS
from saleve.method.activity.fuels import FUELS
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.periods import PERIOD_COLUMNS, dated, overlaps, split_by_year, split_notes
from saleve.method.activity.rows import (
    before,
    completed,
    finding_of_file,
    findings,
    in_series,
    joined,
    without_errors,
)
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind
from saleve.method.units import convert

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "unit": pl.String(),
        "site": pl.String(),
        "country": pl.String(),
        "vehicle": pl.String(),
        "vehicle_kind": pl.String(),
        "ownership": pl.String(),  # own, leased
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "days": pl.Int64(),
        "distance_km": pl.Float64(),
        "distance_basis": pl.String(),  # stated, odometer
        "fuel": pl.String(),
        "fuel_litres": pl.Float64(),
        "fuel_kg": pl.Float64(),
        "electricity_kwh": pl.Float64(),
        **PROVENANCE,
    }
)
_AMOUNTS = ("distance_km", "fuel_litres", "fuel_kg", "electricity_kwh")
_PER_US_GALLON_LITRES = convert(1, "US gal", "m3") / convert(1, "litre", "m3")
_ROUNDING_KM = 1.0  # an odometer shows whole kilometres

_ODOMETER_START = (
    "odometer start", "start odometer", "odometer start (km)", "opening odometer", "opening reading", "start reading", "start km", "km start", "beginning odometer", "odometer begin", "compteur début",
    "km début", "kilométrage début", "relevé début", "kilometerstand anfang", "km-stand anfang", "anfangsstand", "kilometerstand beginn", "odómetro inicial", "kilometraje inicial", "km inicial",
    "показание одометра на начало", "одометр начало", "начальный пробег", "起始里程", "期初里程", "里程表起始读数", "قراءة العداد البداية", "عداد المسافة البداية",
)  # fmt: skip
_ODOMETER_END = (
    "odometer end", "end odometer", "odometer end (km)", "closing odometer", "closing reading", "end reading", "end km", "km end", "ending odometer", "odometer", "odometer reading", "compteur fin", "km fin",
    "kilométrage fin", "kilométrage", "compteur kilométrique", "kilometerstand ende", "km-stand ende", "endstand", "kilometerstand", "odómetro final", "kilometraje final", "km final", "odómetro",
    "показание одометра на конец", "одометр конец", "конечный пробег", "одометр", "期末里程", "结束里程", "里程表读数", "里程表结束读数", "قراءة العداد النهاية", "قراءة عداد المسافة",
)  # fmt: skip

CATEGORY = Category(
    name="vehicles",
    title="Own and leased vehicles",
    columns=(
        *SITE_COLUMNS,
        Column("vehicle", Kind.TEXT, "Vehicle: its plate or fleet number", required=True, synonyms=(
            "vehicle", "vehicle id", "vehicle number", "fleet number", "plate", "number plate", "licence plate", "license plate", "registration", "registration number", "tag", "car", "véhicule", "immatriculation",
            "plaque", "n° véhicule", "fahrzeug", "kennzeichen", "fahrzeugnummer", "vehículo", "matrícula", "placa", "placas", "número económico", "автомобиль", "госномер", "номер автомобиля", "транспортное средство",
            "车辆", "车牌", "车牌号", "车号", "المركبة", "رقم المركبة", "رقم اللوحة", "السيارة",
        )),
        Column("vehicle_kind", Kind.CHOICE, "Kind of vehicle", synonyms=(
            "vehicle type", "vehicle kind", "vehicle category", "type of vehicle", "type de véhicule", "fahrzeugtyp", "fahrzeugart", "tipo de vehículo", "тип автомобиля", "тип транспорта", "车辆类型", "车型", "نوع المركبة", "نوع السيارة",
        ), choices={
            "car": ("car", "sedan", "suv", "passenger car", "4x4", "voiture", "berline", "pkw", "auto", "coche", "automóvil", "легковой", "легковой автомобиль", "轿车", "小汽车", "越野车", "سيارة", "سيارة ركاب"),
            "van": ("van", "minivan", "light commercial vehicle", "pickup", "camionnette", "fourgonnette", "lieferwagen", "transporter", "furgoneta", "camioneta", "фургон", "микроавтобус", "面包车", "皮卡", "شاحنة صغيرة", "فان"),
            "truck": ("truck", "lorry", "hgv", "camion", "lkw", "lastwagen", "camión", "грузовик", "грузовой", "卡车", "货车", "شاحنة"),
            "bus": ("bus", "minibus", "shuttle", "autobus", "navette", "kleinbus", "autobús", "автобус", "巴士", "班车", "حافلة"),
            "motorcycle": ("motorcycle", "motorbike", "scooter", "moto", "motorrad", "motocicleta", "мотоцикл", "摩托车", "دراجة نارية"),
            "boat": ("boat", "small boat", "bateau", "boot", "lancha", "катер", "лодка", "小艇", "قارب"),
            "ship": ("ship", "vessel", "navire", "schiff", "barco", "buque", "судно", "корабль", "船舶", "سفينة"),
            "forklift": ("forklift", "chariot élévateur", "gabelstapler", "stapler", "montacargas", "погрузчик", "叉车", "رافعة شوكية"),
            "other": ("other", "autre", "andere", "otro", "другое", "其他", "أخرى"),
        }),
        Column("ownership", Kind.CHOICE, "Owned or leased; empty means owned", synonyms=("ownership", "owned or leased", "own/leased", "propriété", "eigentum", "besitz", "propiedad", "собственность", "所有权", "产权", "الملكية"), choices={
            "own": ("own", "owned", "property", "propre", "en propriété", "eigen", "eigentum", "propio", "собственный", "自有", "مملوكة"),
            "leased": ("leased", "lease", "leasing", "long-term rental", "en leasing", "location longue durée", "geleast", "arrendado", "alquilado", "лизинг", "арендованный", "租赁", "مستأجرة"),
        }),
        *PERIOD_COLUMNS,
        Column("odometer_start_km", Kind.NUMBER, "Odometer at the beginning; where empty, the reading of the row before of the same vehicle", unit="km", minimum=0, synonyms=_ODOMETER_START),
        Column("odometer_end_km", Kind.NUMBER, "Odometer at the end", unit="km", minimum=0, synonyms=_ODOMETER_END),
        Column("distance_km", Kind.NUMBER, "Distance driven in the period", unit="km", minimum=0, synonyms=(
            "distance km", "distance", "km", "kilometres", "kilometers", "distance (km)", "km driven", "distance driven", "distance travelled", "mileage km", "kilomètres", "km parcourus", "distance parcourue", "gefahrene kilometer",
            "fahrleistung", "kilometer", "distancia", "distancia recorrida", "kilómetros", "km recorridos", "recorrido", "пробег", "пробег, км", "расстояние", "行驶里程", "里程", "公里数", "距离", "المسافة", "المسافة المقطوعة", "الكيلومترات",
        )),
        Column("distance_miles", Kind.NUMBER, "Distance in miles, where the header states the unit", unit="mile", minimum=0, synonyms=("miles", "mileage", "miles driven", "distance (miles)", "distance miles", "millas", "мили", "英里", "ميل", "meilen")),
        Column("fuel", Kind.CHOICE, "What the vehicle runs on", synonyms=(
            "fuel", "fuel type", "fuel kind", "carburant", "type de carburant", "combustible", "treibstoff", "kraftstoff", "tipo de combustible", "топливо", "вид топлива", "燃料", "燃料类型", "燃油类型", "الوقود", "نوع الوقود",
        ), choices={**FUELS,
            "electricity": ("electricity", "electric", "bev", "ev", "battery electric", "électrique", "électricité", "elektrisch", "elektro", "strom", "eléctrico", "electricidad", "электричество", "электромобиль", "电动", "电", "纯电动", "كهربائي", "كهرباء"),
            "hybrid": ("hybrid", "hev", "hybride", "híbrido", "гибрид", "混合动力", "混动", "هجين"),
            "plug_in_hybrid": ("plug-in hybrid", "phev", "hybride rechargeable", "plug-in-hybrid", "híbrido enchufable", "подключаемый гибрид", "插电混动", "هجين قابل للشحن"),
        }),
        Column("fuel_litres", Kind.NUMBER, "Fuel filled in litres", unit="litre", synonyms=(
            "fuel litres", "litres", "liters", "litre", "liter", "fuel (l)", "fuel consumption", "fuel quantity", "fuel volume", "volume (l)", "quantity (l)", "litres filled", "carburant (l)", "volume (litres)", "consommation (l)", "liter getankt", "getankt (l)", "verbrauch (l)", "kraftstoff (l)",
            "litros", "combustible (l)", "consumo (l)", "литры", "литров", "расход топлива", "расход топлива, л", "升", "加油量", "油耗量", "加油升数", "لتر", "اللترات", "كمية الوقود",
        )),
        Column("fuel_us_gallons", Kind.NUMBER, "Fuel filled in US gallons, where the header states the unit", synonyms=("us gallons", "gallons (us)", "fuel us gallons", "fuel (us gal)")),
        Column("fuel_kg", Kind.NUMBER, "Gas filled in kg", unit="kg", synonyms=("fuel kg", "fuel (kg)", "kg", "gas (kg)", "carburant (kg)", "kraftstoff (kg)", "combustible (kg)", "кг", "公斤", "كغ")),
        Column("electricity_kwh", Kind.NUMBER, "Electricity charged", unit="kWh", synonyms=(
            "electricity kwh", "kwh", "kwh charged", "charging (kwh)", "electricity (kwh)", "recharge (kwh)", "électricité (kwh)", "geladen (kwh)", "strom (kwh)", "electricidad (kwh)", "кВт·ч", "充电量", "充电量（千瓦时）", "千瓦时", "الشحن (كيلوواط ساعة)",
        )),
        Column("driver", Kind.TEXT, "Name or staff number of the driver; never kept", personal=True, synonyms=(
            "driver", "driver name", "user", "name", "conducteur", "chauffeur", "nom", "fahrer", "fahrerin", "conductor", "chofer", "nombre", "водитель", "фио", "司机", "驾驶员", "姓名", "السائق", "الاسم",
        )),
        Column("cost", Kind.MONEY, "What fuel or lease cost", synonyms=("cost", "amount paid", "fuel cost", "total", "price", "coût", "montant", "prix", "kosten", "betrag", "costo", "coste", "importe", "стоимость", "сумма", "费用", "金额", "التكلفة", "المبلغ")),
    ),
    example={"vehicle": "CD 1-23", "vehicle_kind": "car", "period_start": "2025-03-01", "period_end": "2025-03-31", "odometer_start_km": "45210", "odometer_end_km": "46130", "fuel": "diesel", "fuel_litres": "64.5"},
)  # fmt: skip


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return distance in km, fuel in litres or kg and electricity in kWh, one row per row of the file and calendar year."""
    known, period_problems = dated(_measured(completed(rows, CATEGORY, context)), context)
    driven = _driven(in_series(known, ("vehicle",)))
    errors = joined([period_problems, *_errors(driven)])
    good = without_errors(driven, errors)
    problems = joined([errors, split_notes(good), *_of_readings(good), *_of_amounts(good), _overlaps(good)])
    return Normalised(activity=_activity(good), problems=problems)


def _measured(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.coalesce("distance_km", pl.col("distance_miles") * convert(1, "mile", "km")).alias("distance_km"),
        pl.coalesce("fuel_litres", pl.col("fuel_us_gallons") * _PER_US_GALLON_LITRES).alias("fuel_litres"),
        pl.col("ownership").fill_null("own"),
    )


def _driven(rows: pl.DataFrame) -> pl.DataFrame:
    """Take the distance as stated, else from the odometer; a missing first reading is the last one of the row before."""
    named = pl.col("vehicle").is_not_null()
    last = pl.when(named).then(before("odometer_end_km"))
    readings = rows.with_columns(
        last.alias("_last_reading"),
        pl.when(named).then(before("period_end")).alias("_last_day"),
        pl.when(named).then(before("source_row")).alias("_row_before"),
        (pl.col("odometer_start_km").is_null() & pl.col("odometer_end_km").is_not_null()).alias("_open"),
        pl.coalesce("odometer_start_km", last).alias("odometer_start_km"),
    ).with_columns((pl.col("odometer_end_km") - pl.col("odometer_start_km")).alias("_by_odometer_km"))
    basis = (
        pl.when(pl.col("distance_km").is_not_null())
        .then(pl.lit("stated"))
        .when(pl.col("_by_odometer_km").is_not_null())
        .then(pl.lit("odometer"))
    )
    return readings.with_columns(
        basis.alias("distance_basis"),
        pl.col("distance_km").alias("_stated_km"),
        pl.coalesce("distance_km", "_by_odometer_km").alias("distance_km"),
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    nothing = pl.all_horizontal(pl.col(name).is_null() for name in _AMOUNTS)
    return [
        findings(
            rows,
            pl.col("vehicle").is_null(),
            code="vehicle-missing",
            severity="error",
            column="vehicle",
            message=_("The vehicle is not named."),
            suggestion=_("Fill its plate or fleet number, or a name for the whole fleet."),
        ),
        findings(
            rows,
            (pl.col("_by_odometer_km") < 0) & pl.col("_stated_km").is_null(),
            code="odometer-backwards",
            severity="error",
            column="odometer_end_km",
            message=_("The odometer goes backwards, from {start:.0f} to {end:.0f}."),
            suggestion=_("Correct the readings; the two may have changed places, or the odometer was replaced: then state the distance."),
            values={"start": "odometer_start_km", "end": "odometer_end_km"},
        ),
        findings(
            rows,
            nothing & ~pl.col("_open"),
            code="amount-missing",
            severity="error",
            column="distance_km",
            message=_("There is neither a distance nor an amount of fuel or electricity. A missing amount is not taken as zero."),
            suggestion=_("Fill the distance, the readings of the odometer, or the fuel."),
        ),
        findings(
            rows,
            pl.col("fuel_litres").is_not_null() & pl.col("fuel").is_null(),
            code="fuel-missing",
            severity="error",
            column="fuel",
            message=_("There are {litres} litres, but the fuel is not given."),
            suggestion=_('Fill the fuel, or give it for the whole file in saleve.toml: constants = {{fuel = "diesel"}}.'),
            values={"litres": "fuel_litres"},
        ),
    ]  # fmt: skip


def _of_readings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return what the readings of one vehicle show when they are put in a line."""
    ahead = pl.col("odometer_start_km") - pl.col("_last_reading")
    stated_differs = (pl.col("_stated_km") - pl.col("_by_odometer_km")).abs() > (
        assumption("odometer_difference_pct") / 100 * pl.col("_by_odometer_km") + _ROUNDING_KM
    )
    lines = rows.with_columns(
        ahead.alias("_ahead_km"), (-ahead).alias("_behind_km"), pl.col("_last_day").dt.offset_by("1d").alias("_next_day")
    )  # fmt: skip
    idle = (pl.col("period_start") - pl.col("_last_day")).dt.total_days() - 1
    return [
        findings(
            lines,
            pl.col("_behind_km") > _ROUNDING_KM,
            code="odometer-behind",
            severity="warning",
            column="odometer_start_km",
            message=_("The odometer starts at {start:.0f}, below {last:.0f}, where row {row} of the same vehicle ended."),
            suggestion=_("Check both readings: kilometres may be counted twice, or the dates may be in the wrong order."),
            values={"start": "odometer_start_km", "last": "_last_reading", "row": "_row_before"},
        ),
        findings(
            lines,
            pl.col("_ahead_km") > _ROUNDING_KM,
            code="odometer-gap",
            severity="warning",
            column="odometer_start_km",
            message=_("The odometer starts at {start:.0f}, {km:.0f} km after {last:.0f}, where row {row} of the same vehicle ended: these kilometres are in no row."),
            suggestion=_("Add the missing period."),
            values={"start": "odometer_start_km", "last": "_last_reading", "row": "_row_before", "km": "_ahead_km"},
        ),
        findings(
            lines,
            idle >= int(assumption("vehicle_gap_days")),
            code="period-gap",
            severity="warning",
            column="period_start",
            message=_("Nothing is recorded for this vehicle from {last} to {start}."),
            suggestion=_("Add the missing records, or a row with zero if the vehicle stood still."),
            values={"last": "_next_day", "start": "period_start"},
        ),
        findings(
            lines,
            stated_differs,
            code="distance-differs",
            severity="warning",
            column="distance_km",
            message=_("The distance stated, {stated} km, differs from that of the odometer, {read:.0f} km; the one stated is used."),
            suggestion=_("Check the readings."),
            values={"stated": "_stated_km", "read": "_by_odometer_km"},
        ),
        finding_of_file(
            lines,
            pl.col("_open") & pl.col("_by_odometer_km").is_not_null(),
            code="odometer-continued",
            severity="note",
            message=_("Rows with one reading of the odometer, first in row {first}: {count}. The distance counts from the row before of the same vehicle."),
        ),
        finding_of_file(
            lines,
            pl.col("_open") & pl.col("distance_km").is_null(),
            code="odometer-first",
            severity="note",
            message=_("First readings of a vehicle, first in row {first}: {count}. They have no distance yet."),
        ),
    ]  # fmt: skip


def _of_amounts(rows: pl.DataFrame) -> list[pl.DataFrame]:
    days = (pl.col("period_end") - pl.col("period_start")).dt.total_days() + 1
    seen = rows.with_columns(
        (pl.col("distance_km") / days).round(0).alias("_km_a_day"),
        (100 * pl.col("fuel_litres") / pl.col("distance_km")).round(1).alias("_use"),
    )
    on_road = pl.col("vehicle_kind").is_null() | pl.col("vehicle_kind").is_in(["car", "van", "motorcycle"])
    use = pl.col("_use")
    odd = (use > assumption("vehicle_most_litres_per_100_km")) | (
        use < assumption("vehicle_least_litres_per_100_km")
    )
    return [
        findings(
            seen,
            pl.col("_km_a_day") > assumption("vehicle_most_km_per_day"),
            code="distance-implausible",
            severity="warning",
            column="distance_km",
            message=_("The vehicle drove {km:.0f} km a day, more than a vehicle usually can."),
            suggestion=_("Check the distance, its unit and the period."),
            values={"km": "_km_a_day"},
        ),
        findings(
            seen,
            on_road & odd & use.is_finite() & (use > 0),
            code="consumption-implausible",
            severity="warning",
            column="fuel_litres",
            message=_("{use} litres for 100 km are unusual for a car or van."),
            suggestion=_("Check litres and distance; a tank that was filled for several periods explains it too."),
            values={"use": "_use"},
        ),
        findings(
            seen,
            pl.any_horizontal(pl.col(name) < 0 for name in _AMOUNTS[1:]),
            code="amount-negative",
            severity="warning",
            column="fuel_litres",
            message=_("The amount of fuel or electricity is negative; it is kept with its sign and lowers the total."),
            suggestion=_("Keep it if it is a credit note; else correct it."),
        ),
        finding_of_file(
            seen,
            pl.any_horizontal(pl.col(name).is_not_null() for name in _AMOUNTS[1:]),
            code="fuel-of-vehicles",
            severity="note",
            message=_("Rows with fuel or electricity of vehicles, first in row {first}: {count}. Leave them out of the files of fuels and electricity, else they count twice."),
        ),
    ]  # fmt: skip


def _overlaps(rows: pl.DataFrame) -> pl.DataFrame:
    """Two fillings on one day are usual; two periods of one vehicle that overlap are not."""
    periods = rows.filter(pl.col("period_start") < pl.col("period_end"))
    return overlaps(
        periods.with_columns(meter=pl.col("vehicle"), amount=pl.coalesce("distance_km", "fuel_litres"))
    )


def _activity(rows: pl.DataFrame) -> pl.DataFrame:
    in_order = rows.sort("source_row").rename({"organisational_unit": "unit"})
    return split_by_year(in_order, _AMOUNTS).select(ACTIVITY.names()).cast(ACTIVITY)
