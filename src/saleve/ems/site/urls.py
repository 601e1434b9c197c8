"""All addresses of the site; each area of pages lists its own in ``web/<area>.py``."""

from django.contrib import admin
from django.urls import include, path

from saleve.ems.site import faults

urlpatterns = [
    path("api/", include("saleve.ems.api.urls")),
    path("", include("saleve.ems.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
]
handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler500 = faults.broken
