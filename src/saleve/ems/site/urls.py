"""All addresses of the site; each area of pages lists its own in ``web/<area>.py``."""

from django.contrib import admin
from django.urls import include, path

from saleve.ems.people import single_sign_on
from saleve.ems.site import faults

urlpatterns = [
    path("api/", include("saleve.ems.api.urls")),
    path("", include("saleve.ems.web.urls")),
    path("accounts/", include(single_sign_on.ADDRESSES)),  # before the library's own address of that name
    path("accounts/", include("allauth.urls")),
    path("operator/", admin.site.urls),
]
handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler429 = faults.too_often
handler500 = faults.broken
