"""Meetings held online: participant-hours, the amount for which estimates of network, servers and devices are published."""

import polars as pl

from saleve.language import _
from saleve.method.activity.normalising import Context, Normalised
from saleve.method.activity.occasions import UNIT, YEAR, with_year, year_problems
from saleve.method.activity.rows import completed, findings, joined, without_errors
from saleve.method.reference.assumptions import assumption
from saleve.method.schema import PROVENANCE, Category, Column, Kind

ACTIVITY = pl.Schema(
    {
        "year": pl.Int64(),
        "date": pl.Date(),
        "unit": pl.String(),
        "meeting": pl.String(),
        "platform": pl.String(),
        "video": pl.Boolean(),
        "meetings": pl.Float64(),
        "participants": pl.Float64(),  # of one meeting
        "duration_hours": pl.Float64(),  # of one meeting
        "participant_hours": pl.Float64(),  # of all meetings of the row
        "hours_basis": pl.String(),  # stated, participants and duration
        **PROVENANCE,
    }
)

CATEGORY = Category(
    name="virtual_meetings",
    title="Virtual meetings",
    columns=(
        Column("meeting", Kind.TEXT, "Name or number of the meeting", synonyms=("meeting", "meeting title", "meeting id", "meeting name", "subject", "topic", "réunion", "titre de la réunion", "sujet", "besprechung", "sitzung", "thema", "reunión", "título de la reunión", "tema", "совещание", "тема", "встреча", "会议", "会议主题", "会议名称", "الاجتماع", "موضوع الاجتماع")),
        Column("date", Kind.DATE, "Day of the meeting", synonyms=("date", "meeting date", "start", "start time", "start date", "date de la réunion", "début", "datum", "beginn", "startzeit", "fecha", "fecha de la reunión", "inicio", "дата", "дата встречи", "日期", "会议日期", "开始时间", "التاريخ", "تاريخ الاجتماع")),
        YEAR,
        Column("participants", Kind.NUMBER, "Participants of one meeting; a mean may have a fraction", unit="persons", minimum=0, synonyms=(
            "participants", "attendees", "number of participants", "participant count", "attendee count", "nombre de participants", "teilnehmende", "teilnehmer", "anzahl teilnehmende", "participantes", "número de participantes", "asistentes",
            "участники", "количество участников", "число участников", "参会人数", "与会人数", "参加人数", "المشاركون", "عدد المشاركين",
        )),
        Column("duration", Kind.TEXT, "Duration of one meeting with its unit: 1:30, 1h30, 90 min", synonyms=("duration", "length", "durée", "dauer", "duración", "длительность", "продолжительность", "时长", "会议时长", "المدة")),
        Column("duration_hours", Kind.NUMBER, "Duration of one meeting in hours, where the header states the unit", unit="hours", minimum=0, synonyms=("duration hours", "duration (hours)", "duration (h)", "hours", "durée (heures)", "durée (h)", "heures", "dauer (stunden)", "dauer (h)", "stunden", "duración (horas)", "duración (h)", "horas", "длительность (ч)", "часы", "продолжительность (часы)", "时长（小时）", "时长(小时)", "小时", "المدة (ساعات)", "ساعات")),
        Column("duration_minutes", Kind.NUMBER, "Duration of one meeting in minutes, where the header states the unit", unit="minutes", minimum=0, synonyms=("duration minutes", "duration (minutes)", "duration (min)", "minutes", "durée (minutes)", "durée (min)", "dauer (minuten)", "dauer (min)", "minuten", "duración (minutos)", "duración (min)", "minutos", "длительность (мин)", "минуты", "продолжительность (минуты)", "时长（分钟）", "时长(分钟)", "分钟", "المدة (دقائق)", "دقائق")),
        Column("participant_hours", Kind.NUMBER, "Hours of all participants together, as the platform counts them", unit="hours", minimum=0, synonyms=("participant hours", "participant-hours", "person hours", "heures-participants", "teilnehmerstunden", "personenstunden", "horas-participante", "человеко-часы", "参会人时", "人时", "ساعات المشاركين")),
        Column("participant_minutes", Kind.NUMBER, "Minutes of all participants together, as the platform counts them", unit="minutes", minimum=0, synonyms=("participant minutes", "participant-minutes", "total participant minutes", "person minutes", "minutes-participants", "teilnehmerminuten", "minutos-participante", "минуты участников", "参会分钟数", "دقائق المشاركين")),
        Column("meetings", Kind.NUMBER, "Number of such meetings; one where the file does not say", minimum=0, synonyms=("meetings", "number of meetings", "meeting count", "nombre de réunions", "anzahl sitzungen", "anzahl besprechungen", "número de reuniones", "количество совещаний", "количество встреч", "会议数量", "会议次数", "عدد الاجتماعات")),
        Column("platform", Kind.TEXT, "Platform", synonyms=("platform", "tool", "software", "system", "plateforme", "outil", "plattform", "plataforma", "herramienta", "платформа", "平台", "会议平台", "المنصة")),
        Column("video", Kind.YES_NO, "Whether cameras were on", synonyms=("video", "camera", "camera on", "vidéo", "caméra", "kamera", "cámara", "видео", "камера", "视频", "摄像头", "فيديو", "الكاميرا")),
        Column("organiser", Kind.TEXT, "Name of the organiser or a participant; never kept", personal=True, synonyms=("organiser", "organizer", "host", "host name", "user", "user name", "email", "name", "organisateur", "hôte", "nom", "organisator", "gastgeber", "organizador", "anfitrión", "nombre", "организатор", "фио", "主持人", "组织者", "姓名", "المنظم", "المضيف", "الاسم")),
        UNIT,
    ),
    example={"meeting": "Study group 5", "date": "2025-04-02", "participants": "85", "duration": "2:30", "platform": "Conference system"},
)  # fmt: skip

_CLOCK = r"^\s*(\d+):([0-5]?\d)(?::([0-5]?\d))?\s*$"
_HOURS = (
    r"(?i)(\d+(?:[.,]\d+)?)\s*(?:hours?|hrs?|heures?|stunden?|std\.?|horas?|часов|часа?|小时|ساعات|ساعة|h|ч)"
)
_MINUTES = r"(?i)(\d+(?:[.,]\d+)?)\s*(?:minutes?|minuten|minutos?|mins?|минут[аы]?|мин|分钟?|دقائق|دقيقة|m)(?:[^a-z]|$)"
_MINUTES_AFTER_HOURS = r"(?i)\d\s*h\s*(\d{1,2})\s*$"
_SECONDS = r"(?i)(\d+)\s*(?:seconds?|secs?|secondes?|sekunden|segundos?|сек\w*|秒|ثانية|s)\b"


def normalise(rows: pl.DataFrame, context: Context) -> Normalised:
    """Return participant-hours, one row per row of the file: as stated, else participants times hours times meetings."""
    whole = with_year(completed(rows, CATEGORY, context), context, "date")
    meetings = _counted(_timed(whole))
    errors = joined([year_problems(meetings, context, "date"), *_errors(meetings)])
    good = without_errors(meetings, errors)
    problems = joined([errors, *_warnings(good)])
    return Normalised(activity=good.select(ACTIVITY.names()).cast(ACTIVITY), problems=problems)


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """Bring the duration to hours, each different text once."""
    hour, minute, second = (
        pl.col("duration").str.extract(_CLOCK, group).cast(pl.Float64) for group in (1, 2, 3)
    )
    clock = hour + minute / 60 + second.fill_null(0.0) / 3600
    hours, minutes, seconds = _number(_HOURS), _number(_MINUTES), _number(_SECONDS)
    minutes = pl.coalesce(minutes, _number(_MINUTES_AFTER_HOURS))
    spelled = hours.fill_null(0.0) + minutes.fill_null(0.0) / 60 + seconds.fill_null(0.0) / 3600
    said = pl.any_horizontal(hours.is_not_null(), minutes.is_not_null(), seconds.is_not_null())
    read = rows.select("duration").unique(maintain_order=True).with_columns(
        pl.coalesce(clock, pl.when(said).then(spelled)).alias("_read_hours")
    )  # fmt: skip
    known = rows.join(read, on="duration", how="left", nulls_equal=True, maintain_order="left")
    return known.with_columns(
        pl.coalesce("duration_hours", pl.col("duration_minutes") / 60, "_read_hours").alias("duration_hours")
    )


def _number(pattern: str) -> pl.Expr:
    return pl.col("duration").str.extract(pattern, 1).str.replace(",", ".", literal=True).cast(pl.Float64)


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    stated = pl.coalesce("participant_hours", pl.col("participant_minutes") / 60)
    meetings = pl.col("meetings").fill_null(1.0)
    counted = pl.col("participants") * pl.col("duration_hours") * meetings
    basis = pl.when(stated.is_not_null()).then(pl.lit("stated")).when(counted.is_not_null()).then(pl.lit("participants and duration"))  # fmt: skip
    return rows.with_columns(
        meetings.alias("meetings"),
        pl.coalesce(stated, counted).alias("participant_hours"),
        counted.alias("counted_hours"),
        basis.alias("hours_basis"),
    )


def _errors(rows: pl.DataFrame) -> list[pl.DataFrame]:
    unread = pl.col("duration").is_not_null() & pl.col("duration_hours").is_null()
    return [
        findings(
            rows,
            unread,
            code="duration-unreadable",
            severity="error",
            column="duration",
            message=_("'{text}' is no duration with a unit."),
            suggestion=_("Write it as 1:30, 1h30 or 90 min, or say hours or minutes in the header."),
            values={"text": "duration"},
        ),
        findings(
            rows,
            pl.col("participant_hours").is_null() & ~unread,
            code="amount-missing",
            severity="error",
            column="participants",
            message=_("There are neither participant-hours nor participants and a duration. A missing number is not taken as zero."),
            suggestion=_("Fill the participants and the duration."),
        ),
        findings(
            rows,
            pl.col("participant_hours") < 0,
            code="amount-negative",
            severity="error",
            column="participants",
            message=_("Participants or duration are negative."),
            suggestion=_("Correct the number."),
        ),
    ]  # fmt: skip


def _warnings(rows: pl.DataFrame) -> list[pl.DataFrame]:
    key = ["meeting", "date", "participants", "duration_hours", "platform"]
    again = rows.with_columns(
        pl.col("source_row").cum_count().over(key).alias("_times"),
        pl.col("source_row").first().over(key).alias("_row_before"),
    )
    named = pl.col("meeting").is_not_null() & pl.col("date").is_not_null()
    difference = (pl.col("participant_hours") - pl.col("counted_hours")).round(1)
    return [
        findings(
            rows,
            pl.col("duration_hours") > assumption("virtual_meeting_longest_hours"),
            code="duration-implausible",
            severity="warning",
            column="duration",
            message=_("One meeting of {hours:.1f} hours is very long."),
            suggestion=_("Check whether the number is in minutes, or the sum of several meetings."),
            values={"hours": "duration_hours"},
        ),
        findings(
            rows,
            pl.col("participant_hours") == 0,
            code="amount-zero",
            severity="warning",
            column="participants",
            message=_("The meeting has no participant-hours. It is kept with zero."),
            suggestion=_("Leave the number empty if it is not known."),
        ),
        findings(
            rows,
            difference > 0,
            code="hours-differ",
            severity="warning",
            column="participant_hours",
            message=_("The row states {stated:.1f} participant-hours, more than participants times duration, {counted:.1f}; the hours stated are used."),
            suggestion=_("Check the three numbers and their units."),
            values={"stated": "participant_hours", "counted": "counted_hours"},
        ),
        findings(
            again,
            named & (pl.col("_times") > 1),
            code="counted-twice",
            severity="warning",
            column="meeting",
            message=_("The same meeting stands in row {other} already; both are counted."),
            suggestion=_("Remove the row if it is a copy."),
            values={"other": "_row_before"},
        ),
    ]  # fmt: skip
