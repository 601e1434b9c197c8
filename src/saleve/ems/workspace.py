"""A workspace: one folder with the organisation's files and ``saleve.toml``."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from saleve.ems.contradictions import month_and_day
from saleve.ems.degree_days import stated_degree_days
from saleve.ems.factor_files import imported_copies, own_factors
from saleve.ems.faults import Fault
from saleve.ems.rule_files import chosen_rule_set
from saleve.ems.settings import FILE_NAME, WorkspaceError, read_settings
from saleve.ems.signing import public_file
from saleve.language import _
from saleve.ledger.evidence import EvidenceStore
from saleve.ledger.loading import Stores
from saleve.ledger.profiles import ProfileStore
from saleve.method.activity.normalising import Context
from saleve.method.base_year import Break, Policy, Restatement, policy
from saleve.method.bridges import DEGREE_DAYS
from saleve.method.coverage import Presence
from saleve.method.emissions.aviation.parameters import AirTravelSettings
from saleve.method.emissions.rules import RULES, RuleBook, Rules
from saleve.method.reference.countries import country_table, find_country
from saleve.method.requests import Owner
from saleve.method.suppression import SMALLEST_GROUP
from saleve.method.uncertainty import UncertaintySettings
from saleve.reporting.plan_records import Contact
from saleve.reporting.records import ReportHeader

READABLE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".parquet")
# tables of the organisation that [inventory] names: no activity
OWN_TABLES = ("grid_factors", "exchange_rates", "price_index", "account_categories")
# files of the web application that lie beside the organisation's
SITE_FILES = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "db.sqlite3-journal", "site.key")
OWN_FOLDERS = ("reports", "ledger", "evidence", "profiles", "templates", "inventories", "factors", "figures")
_HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class Site:
    """A place where the organisation works; ``country`` is ISO 3166-1 alpha-3."""

    name: str
    country: str
    city: str = ""
    part_of: str = ""  # the site of which this is a building
    aliases: tuple[str, ...] = ()
    opened: date | None = None
    closed: date | None = None
    sources_ended: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    sources_began: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation, as rows name it, and the unit of which it is a part."""

    name: str
    title: str = ""
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """How to read a file of the workspace: what its header does not say."""

    path: Path
    category: str | None = None
    sheet: str | None = None
    year: int | None = None
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    constants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """The target as data; ``base_t_co2e`` only where the base year's figure comes from outside the workspace."""

    base_year: int = 2010
    target_year: int = 2030
    reduction_pct: float = 45.0
    base_t_co2e: float | None = None


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """How persons are protected: where the keys lie, how long files with names are kept, which groups are too small to show."""

    key_file: str = "pseudonyms.key"
    signing_key_file: str = "signing.key"
    keep_personal_files_months: int | None = None  # None: for ever
    smallest_group: int = (
        SMALLEST_GROUP  # groups of fewer travellers are hidden in what leaves the organisation
    )


@dataclass(frozen=True)
class Workspace:
    """Everything ``saleve.toml`` says, checked."""

    folder: Path
    organisation: str
    acronym: str
    payer_names: tuple[str, ...]
    sites: tuple[Site, ...]
    files: tuple[FileEntry, ...]
    rules: Rules  # what saleve.toml says, for all years
    book: RuleBook  # the rules of each year
    target: TargetSettings | None  # None: the organisation has stated no target
    header: ReportHeader
    units: tuple[Unit, ...] = ()
    default_cabin: str = "average"
    first_year: int | None = None
    last_year: int | None = None
    expected_sources: tuple[str, ...] = ()
    sources_began: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))  # at every site
    owners: tuple[Owner, ...] = ()  # who owes which data
    language: str = "en"
    reference_docx: Path | None = None
    ignored: tuple[Path, ...] = ()  # files of the folder that are no tables
    privacy: PrivacySettings = field(default_factory=PrivacySettings)
    plan: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # words of [plan]
    contacts: tuple[Contact, ...] = ()
    stated: frozenset[str] = frozenset()  # keys that saleve.toml sets, such as inventory.gwp_set
    own_tables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # key -> file
    repairs_off: tuple[str, ...] = ()  # names of rules by which intake must not repair
    uncertainty: UncertaintySettings = field(default_factory=UncertaintySettings)
    base_year_policy: Policy = field(default_factory=policy)
    breaks: tuple[Break, ...] = ()  # years from which on the series is another
    degree_days: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DEGREE_DAYS))
    restatements: tuple[Restatement, ...] = ()  # what changed the emissions of the base year

    @property
    def stores(self) -> Stores:
        """Where the workspace keeps its ledger and its evidence."""
        evidence = EvidenceStore(self.folder / "evidence")
        return Stores(self.folder / "ledger", evidence, self.rules.own_values or {})

    @property
    def profiles(self) -> ProfileStore:
        """What was taught about the headers of files."""
        return ProfileStore(self.folder / "profiles")

    @property
    def key_file(self) -> Path:
        """The keys of the pseudonyms, outside the ledger."""
        return self.folder / self.privacy.key_file

    @property
    def signing_key_file(self) -> Path:
        """The key that signs packs; its public halves stand beside it."""
        return self.folder / self.privacy.signing_key_file

    def context(self, entry: FileEntry) -> Context:
        """Return what the organisation told us beside this file."""
        return Context(
            year=entry.year,
            constants=MappingProxyType({key: str(value) for key, value in entry.constants.items()}),
            payer_names=self.payer_names,
            default_cabin=self.default_cabin,
            own_values=MappingProxyType(dict(self.rules.own_values or {})),
            switched_off=frozenset(self.repairs_off),
            sites=MappingProxyType(
                {alias: site.name for site in self.sites for alias in (site.name, *site.aliases)}
            ),
        )


def open_workspace(folder: Path) -> Workspace:
    """Read ``saleve.toml`` and list the files of the folder; raises ``WorkspaceError`` in plain words."""
    if not folder.is_dir():
        raise WorkspaceError(
            _("{folder} is not a folder. Name the folder that holds saleve.toml.").format(folder=folder)
        )
    return workspace_of(folder, read_settings(folder))


def workspace_of(folder: Path, settings: Mapping[str, Any]) -> Workspace:
    """Return the workspace that these checked settings make of the folder; raises ``WorkspaceError`` for what does not fit."""
    organisation = settings["organisation"]
    inventory = settings.get("inventory", {})
    report = settings.get("report", {})
    sites = tuple(_site(number, entry) for number, entry in enumerate(settings.get("sites", []), start=1))
    names = (organisation["name"], organisation.get("acronym", ""), *organisation.get("also_known_as", []))
    rules = _rules(folder, settings, sites)
    return Workspace(
        folder=folder,
        organisation=organisation["name"],
        acronym=organisation.get("acronym", ""),
        payer_names=tuple(name for name in names if name),
        sites=sites,
        files=tuple(_files(folder, settings)),
        rules=rules,
        book=RuleBook(rules, chosen_rule_set(folder, inventory.get("rule_set")), _stated(settings)),
        target=TargetSettings(**settings["target"]) if "target" in settings else None,
        header=_header(organisation["name"], report),
        units=tuple(Unit(**entry) for entry in settings.get("units", [])),
        default_cabin=settings.get("air_travel", {}).get("default_cabin", "average"),
        first_year=inventory.get("first_year"),
        last_year=inventory.get("last_year"),
        expected_sources=tuple(inventory.get("sources", [])),
        sources_began=MappingProxyType(dict(inventory.get("sources_began", {}))),
        owners=tuple(_owner(entry, sites) for entry in settings.get("owners", [])),
        language=report.get("language", "en"),
        reference_docx=folder / report["reference_docx"] if "reference_docx" in report else None,
        ignored=tuple(_ignored(folder, settings)),
        privacy=PrivacySettings(**settings.get("privacy", {})),
        plan=MappingProxyType(dict(settings.get("plan", {}))),
        contacts=tuple(Contact(**entry) for entry in settings.get("contacts", [])),
        stated=frozenset(
            f"{name}.{key}" for name, table in settings.items() if isinstance(table, dict) for key in table
        ),
        own_tables=MappingProxyType(_named_tables(settings)),
        repairs_off=tuple(settings.get("intake", {}).get("repairs_off", [])),
        uncertainty=UncertaintySettings(**settings.get("uncertainty", {})),
        base_year_policy=policy(settings.get("base_year")),
        breaks=tuple(Break(**entry) for entry in settings.get("breaks", [])),
        restatements=tuple(Restatement(**entry) for entry in settings.get("restatements", [])),
        degree_days=stated_degree_days(settings.get("degree_days", []), _names_of(sites)),
    )


def presences(workspace: Workspace) -> list[Presence]:
    """Return when each site was there and had each source; one without a name stands for what names no site."""
    everywhere = workspace.sources_began
    return [Presence("", began=everywhere)] + [
        Presence(
            site.name, site.opened, site.closed, site.sources_ended, {**everywhere, **site.sources_began}
        )
        for site in workspace.sites
    ]


def _site(number: int, entry: Mapping[str, Any]) -> Site:
    country = find_country(str(entry["country"]))
    if country is None:
        message = _("Site {site}: the country {country} is not known. Write its name or a code such as CHE.")
        text = message.format(site=entry["name"], country=entry["country"])
        raise WorkspaceError(Fault(text, "sites", "country", number))
    return Site(**{**entry, "country": _iso3(country.iso2), "aliases": tuple(entry.get("aliases", ()))})


def _owner(entry: Mapping[str, Any], sites: Iterable[Site]) -> Owner:
    names = _names_of(sites)
    return Owner(
        owner=entry["owner"],
        categories=tuple(entry.get("categories", ())),
        sites=tuple(names.get(site.strip().lower(), site) for site in entry.get("sites", ())),
        due=month_and_day(entry["due"]) if "due" in entry else None,
    )


def _names_of(sites: Iterable[Site]) -> dict[str, str]:
    """Return name or alias in small letters -> name of the site."""
    return {alias.strip().lower(): site.name for site in sites for alias in (site.name, *site.aliases)}


def _iso3(iso2: str) -> str:
    codes = dict(country_table().select("iso2", "iso3").iter_rows())
    return str(codes[iso2])


def _rules(folder: Path, settings: Mapping[str, Any], sites: Iterable[Site]) -> Rules:
    chosen = {
        key: value
        for key, value in settings.get("inventory", {}).items()
        if key not in ("first_year", "last_year", "sources", "sources_began", "rule_set", *OWN_TABLES)
    }
    for key in OWN_TABLES:
        own = settings.get("inventory", {}).get(key)
        chosen[key] = pl.read_csv(_existing(folder, own)) if own else None
    chosen["editions"] = chosen.pop("editions_known_by", None)
    chosen["own_values"] = MappingProxyType(dict(settings.get("assumptions", {})))
    chosen["own_factors"] = own_factors(folder)
    places = MappingProxyType({site.name: site.country for site in sites})
    return Rules(**chosen, air_travel=_air_travel(folder, settings.get("air_travel", {})), places=places)


def _stated(settings: Mapping[str, Any]) -> frozenset[str]:
    """Return the rules that ``saleve.toml`` states itself: they hold in all years, whatever the rule set says."""
    named = {name for name in settings.get("inventory", {}) if name in RULES}
    return frozenset(named | ({"air_travel_method"} if "method" in settings.get("air_travel", {}) else set()))


def _air_travel(folder: Path, settings: Mapping[str, Any]) -> AirTravelSettings:
    tables: dict[str, Any] = {
        key: pl.read_csv(_existing(folder, settings[key]), infer_schema_length=None)
        for key in ("routes", "mix", "layouts")
        if key in settings
    }
    choices = {key: settings[key] for key in ("method", "distance_correction") if key in settings}
    return AirTravelSettings(**choices, **tables)


def _header(organisation: str, report: Mapping[str, Any]) -> ReportHeader:
    texts = {key: value for key, value in report.items() if key not in ("language", "reference_docx")}
    return ReportHeader(
        organisation=organisation, **{**texts, "references": tuple(texts.get("references", ()))}
    )


def _files(folder: Path, settings: Mapping[str, Any]) -> Iterable[FileEntry]:
    """Return the files that entries name (a pattern may name many), then all others of the folder that can be read."""
    entries = settings.get("files", [])
    present = sorted(readable_files(folder))
    named: set[Path] = set()
    for entry in entries:
        matches = [path for path in present if fnmatch(path.relative_to(folder).as_posix(), entry["path"])]
        matches = matches or [_existing(folder, entry["path"])]
        named.update(matches)
        details = {key: value for key, value in entry.items() if key not in ("path", "ignore")}
        if not entry.get("ignore"):
            yield from (FileEntry(path=path, **details) for path in matches)
    own_tables = _own_tables(folder, settings) | imported_copies(folder, present)
    yield from (FileEntry(path=path) for path in present if path not in named and path not in own_tables)


def readable_files(folder: Path) -> Iterable[Path]:
    """Return the files of the folder that can be tables; of the folders that Salève keeps itself none."""
    return (path for path in _visible(folder) if path.suffix.lower() in READABLE)


def _ignored(folder: Path, settings: Mapping[str, Any]) -> Iterable[Path]:
    """Yield what stands in the folder and is no table, so that nobody believes it was counted."""
    beside = {FILE_NAME, *SITE_FILES, *(path.name for path in _own_tables(folder, settings))}
    privacy = PrivacySettings(**settings.get("privacy", {}))
    signing = Path(privacy.signing_key_file)
    beside |= {Path(privacy.key_file).name, signing.name, public_file(signing).name}
    return (
        path
        for path in sorted(_visible(folder))
        if path.suffix.lower() not in READABLE and path.name not in beside and path.stem.lower() != "readme"
    )


def _visible(folder: Path) -> Iterable[Path]:
    # what a ledger of thousands of files holds is not walked through
    for place, folders, names in os.walk(folder):
        own = OWN_FOLDERS if Path(place) == folder else ()
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN) and name not in own]
        shown = (Path(place, name) for name in names if not name.startswith(_HIDDEN))
        yield from (path for path in shown if path.is_file())


def _own_tables(folder: Path, settings: Mapping[str, Any]) -> set[Path]:
    """Return the tables that are not activity: the organisation's own schedules, layouts and factors."""
    return {folder / name for name in _named_tables(settings).values()}


def _named_tables(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return key of saleve.toml -> file, for the tables of the organisation's own."""
    keys = [("air_travel", key) for key in ("routes", "mix", "layouts")]
    keys += [("inventory", key) for key in (*OWN_TABLES, "rule_set")]
    found = {f"{name}.{key}": settings.get(name, {}).get(key) for name, key in keys}
    return {key: file for key, file in found.items() if file}


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        message = _("{file} names {path}, but there is no such file. Correct the name or add the file.")
        raise WorkspaceError(message.format(file=FILE_NAME, path=name))
    return path
