"""The Django app of the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Layout, components, pages."""

    name = "saleve.ems.web"
    label = "web"
