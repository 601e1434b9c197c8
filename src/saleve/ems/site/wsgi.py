"""What the server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleve.ems.site.settings")
application = get_wsgi_application()

from saleve.ems.site.warming import warm_beside  # noqa: E402 - after the settings

warm_beside()
