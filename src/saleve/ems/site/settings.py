"""The settings of Django, all from the folder that ``SALEVE_WORKSPACE`` names."""

import os

from saleve.ems.sign_on_secret import oidc_secret
from saleve.ems.site.configuration import (
    MAIL_PASSWORD_VARIABLE,
    database,
    secret_key,
    site_settings,
    workspace_folder,
)

WORKSPACE = workspace_folder()
SITE = site_settings(WORKSPACE)
SECRET_KEY = secret_key(WORKSPACE)
DEBUG = False
ALLOWED_HOSTS = list(SITE.hosts) or ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "saleve.ems.site.urls"
WSGI_APPLICATION = "saleve.ems.site.wsgi.application"

INSTALLED_APPS = [
    "saleve.ems.web",  # first: its templates go before those of the libraries
    "saleve.ems.people",
    "saleve.ems.audit_log",
    "saleve.ems.jobs",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the list of passkeys says how long ago
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]

MIDDLEWARE = [
    "saleve.ems.site.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "saleve.ems.web.speaking.Speaking",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "saleve.ems.people.gate.Gate",
    "saleve.ems.site.faults.Telling",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["saleve.ems.web.templatetags.saleve"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "saleve.ems.web.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": database(WORKSPACE, SITE.database)}
CACHES = {  # shared by the processes, so that limits of tries hold for all of them
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("zh-hans", "中文"),
]
LANGUAGE_COOKIE_NAME = "saleve_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- static files
STATIC_URL = "/static/"
STATIC_ROOT = WORKSPACE / ".site" / "static"
MADE_FILES = WORKSPACE / ".site" / "made"  # what site/serving.py makes from installed packages
STATICFILES_DIRS = [MADE_FILES] if MADE_FILES.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# -- people
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "saleve.ems.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator vouches for the address
ACCOUNT_EMAIL_NOTIFICATIONS = bool(SITE.mail_host)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address that somebody typed
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE.https else "http"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = SITE.proxies
MFA_ADAPTER = "saleve.ems.people.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE.https
MFA_TOTP_ISSUER = "Salève"
MFA_TOTP_TOLERANCE = 1  # half a minute before and after, for clocks that differ
SOCIALACCOUNT_ADAPTER = "saleve.ems.people.adapters.SignOnAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = (
    True  # of an address that the provider has verified, to the account of that address
)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "saleve.ems.people.single_sign_on.Provider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "organisation",
                "name": SITE.oidc_name or "OpenID Connect",
                "client_id": SITE.oidc_client,
                "secret": oidc_secret(WORKSPACE),
                "settings": {"server_url": SITE.oidc_issuer, "verified_email": SITE.oidc_owns_addresses},
            }
        ]
        if SITE.oidc_issuer
        else [],
    }
}

# -- mail: without a server, links are shown to the administrator instead
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SITE.mail_host else 'dummy'}.EmailBackend"
EMAIL_HOST = SITE.mail_host
EMAIL_PORT = SITE.mail_port
EMAIL_HOST_USER = SITE.mail_user
EMAIL_HOST_PASSWORD = os.environ.get(MAIL_PASSWORD_VARIABLE, "")
EMAIL_USE_TLS = SITE.mail_port != 25
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SITE.mail_from or "saleve@localhost"

# -- sessions and safety
SESSION_COOKIE_AGE = SITE.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "saleve.ems.web.faults.no_csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in SITE.hosts] if SITE.https else []
SECURE_SSL_REDIRECT = False  # the proxy that speaks https sends people there
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE.https and SITE.proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if SITE.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
