"""What templates say: texts of our catalogues, numbers and dates as the reports print them, and the components.

In every template without ``{% load %}``. The page ``/components/`` shows each component with how it is written.
"""

from datetime import date, datetime
from typing import Any

from babel.dates import format_datetime
from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_htmx.jinja import htmx_script as script_of_htmx

from saleve.ems.people.permissions import Operation, allowed
from saleve.language import translated
from saleve.reporting.formatting import amount, locale, long_date, unit_name, with_unit
from saleve.reporting.formatting import signed_percent as with_sign

register = template.Library()


@register.simple_tag
def translate(text: str, **values: Any) -> SafeString:
    """Write a whole sentence in the person's language: ``{% translate "{count} rows were loaded." count=12 %}``."""
    said = translated(text)
    return format_html(said, **values) if values else conditional_escape(said)


@register.simple_tag
def number(value: float | None, decimals: int = 0, unit: str = "") -> str:
    """Write a number with the separators of the language and its unit; a missing one as a dash."""
    return "–" if value is None else with_unit(amount(float(value), decimals, unit), unit)


@register.simple_tag
def unit(name: str) -> str:
    """Write a unit as people read it."""
    return unit_name(name)


@register.simple_tag
def signed_percent(value: float | None, decimals: int = 0) -> str:
    """Write a change in per cent with its sign."""
    return "–" if value is None else with_sign(float(value), decimals)


@register.filter
def day(value: date | None) -> str:
    """Write a date as 22 November 2026."""
    return "–" if value is None else long_date(value)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a date and a time of day."""
    return "–" if value is None else str(format_datetime(value, "d MMMM y, HH:mm", locale=locale()))


@register.simple_tag
def htmx_script() -> SafeString:
    """Load htmx, from the package that ships it."""
    return script_of_htmx()


@register.simple_tag(takes_context=True)
def may(context: Context, operation: str) -> bool:
    """Tell whether the person may do this somewhere: ``{% may "load_data" as may_load %}``."""
    return allowed(context["request"].user, Operation(operation))


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """Return the query of this page with some values changed; an empty value takes the key out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("web/parts/key_figure.html")
def key_figure(
    label: str, value: str, *, note: str = "", address: str = "", state: str = "", primary: bool = False
) -> dict[str, Any]:
    """Show a figure that matters, printed with its unit; ``address`` opens its explanation."""
    return {
        "label": label,
        "value": value,
        "note": note,
        "address": address,
        "state": state,
        "primary": primary,
    }


@register.inclusion_tag("web/parts/badge.html")
def badge(text: str, state: str = "plain") -> dict[str, str]:
    """Show a state in a word: ``good``, ``watch``, ``bad``, ``accent`` or ``plain``; a sign beside it says it without colour."""
    return {"text": text, "state": state, "sign": _SIGNS.get(state, "")}


@register.inclusion_tag("web/parts/notice.html")
def notice(
    text: str, state: str = "plain", *, title: str = "", address: str = "", action: str = ""
) -> dict[str, str]:
    """Tell something above the content, and what to do."""
    return {
        "text": text,
        "state": state,
        "sign": _SIGNS.get(state, ""),
        "title": title,
        "address": address,
        "action": action,
    }


@register.inclusion_tag("web/parts/empty.html")
def empty(title: str, text: str, *, address: str = "", action: str = "") -> dict[str, str]:
    """Say that there is nothing yet, and what to do."""
    return {"title": title, "text": text, "address": address, "action": action}


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, label: str = "", help_text: str = "") -> dict[str, Any]:
    """Show a field of a form: label, help, fault and input, tied together for those who do not see them; of a form of a library in our words."""
    bound.label, bound.help_text = label or bound.label, help_text or bound.help_text
    return {"field": bound, "input": _described(bound), "kind": kind_of(bound)}


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """List what is wrong in a form above it, with links to the fields."""
    faults = (
        [(bound, bound.errors) for bound in form.visible_fields() if bound.errors] if form.is_bound else []
    )
    return {"form": form, "faults": faults, "general": form.non_field_errors() if form.is_bound else []}


@register.inclusion_tag("web/parts/fields.html")
def fields(form: Any) -> dict[str, Any]:
    """Show all fields of a form, with the list of faults above them."""
    return {"form": form}


@register.inclusion_tag("web/parts/progress.html")
def progress_bar(done: float, of: float, label: str) -> dict[str, Any]:
    """Show how far long work is."""
    return {"done": done, "of": of, "label": label}


@register.inclusion_tag("web/parts/tabs.html")
def tabs(items: list[tuple[str, str]], current: str, label: str) -> dict[str, Any]:
    """Show pages beside each other: (text, address) of each; ``current`` is the address that is open."""
    return {"items": items, "current": current, "label": label}


@register.inclusion_tag("web/parts/breadcrumbs.html")
def breadcrumbs(items: list[tuple[str, str]], current: str) -> dict[str, Any]:
    """Show the way from the list to this page."""
    return {"items": items, "current": current}


@register.inclusion_tag("web/parts/table.html")
def data_table(table: Any) -> dict[str, Any]:
    """Show a page of a table that ``web/tables.py`` made."""
    return {"table": table}


@register.inclusion_tag("web/parts/chart.html")
def chart(drawn: Any) -> dict[str, Any]:
    """Show a chart that ``web/charts.py`` drew, with its table behind it."""
    return {"chart": drawn}


@register.filter
def safe_svg(text: str) -> SafeString:
    """Put a drawing of our own renderer into the page."""
    return mark_safe(text)  # noqa: S308 - made by vl-convert from our own specification


def kind_of(bound: BoundField) -> str:
    """Return how the field is laid out: a tick comes before its label, a group of choices has a legend."""
    widget = bound.field.widget
    kinds = {"CheckboxInput": "tick", "CheckboxSelectMultiple": "group", "RadioSelect": "group"}
    return kinds.get(type(widget).__name__, "line")


def _described(bound: BoundField) -> SafeString:
    described = [f"{bound.id_for_label}-help"] if bound.help_text else []
    described += [f"{bound.id_for_label}-error"] if bound.errors else []
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


_SIGNS = {"good": "✓", "watch": "!", "bad": "✕", "accent": "i"}
