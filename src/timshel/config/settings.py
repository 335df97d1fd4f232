"""Settings from the environment, typed and checked at start-up.

Every setting that an operator may change is read here by a function that says what is wrong
when it cannot be read; the table in docs/guides/administrator.md lists them.
"""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from timshel.kernel.database_url import parse_database_url

PACKAGE_DIRECTORY = Path(__file__).resolve().parent.parent
WEB_DIRECTORY = PACKAGE_DIRECTORY / "interfaces" / "web"


def env_text(name: str, default: str) -> str:
    """Return the environment's text for ``name``."""
    return os.environ.get(name, default)


def env_flag(name: str, *, default: bool) -> bool:
    """Return a yes/no setting; anything else than a known word is refused."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return default


def env_number(name: str, default: int) -> int:
    """Return a whole-number setting."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def env_list(name: str, default: str) -> list[str]:
    """Return a comma-separated setting as a list."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_networks(name: str) -> list[str]:
    """Return a comma-separated setting of network addresses, each checked."""
    networks = env_list(name, "")
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {network!r} is no network address.") from error
    return networks


def data_directory() -> Path:
    """Return the folder that holds files, the secret key and the embedded database."""
    return Path(env_text("TIMSHEL_DATA", ".data")).expanduser().resolve()


def secret_key(directory: Path) -> str:
    """Return the signing key: from the environment, or kept in the data directory."""
    given = env_text("TIMSHEL_SECRET_KEY", "")
    if given:
        return given
    path = directory / "secret-key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(48)


DATA_DIRECTORY = data_directory()
SECRET_KEY = secret_key(DATA_DIRECTORY)
DEBUG = env_flag("TIMSHEL_DEBUG", default=False)
ALLOWED_HOSTS = env_list("TIMSHEL_HOSTS", "*")
SECURE_COOKIES = env_flag("TIMSHEL_SECURE_COOKIES", default=False)
BASE_ADDRESS = env_text("TIMSHEL_ADDRESS", "http://localhost:8000").rstrip("/")
# Hosts within the own network that processes may call all the same.
WEBHOOK_HOSTS = frozenset(host.lower() for host in env_list("TIMSHEL_WEBHOOK_HOSTS", ""))
TRUSTED_PROXIES = env_networks("TIMSHEL_TRUSTED_PROXIES")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "timshel.kernel.journal",
    "timshel.kernel.live",
    "timshel.kernel.idempotency",
    "timshel.kernel.quota",
    "timshel.kernel.progress",
    "timshel.kernel.search",
    "timshel.context.organization",
    "timshel.context.people",
    "timshel.context.issue",
    "timshel.context.interested_parties",
    "timshel.context.scope",
    "timshel.leadership.policy",
    "timshel.leadership.authority",
    "timshel.leadership.approval",
    "timshel.leadership.responsibility",
    "timshel.leadership.mandate",
    "timshel.leadership.process_profile",
    "timshel.planning.planned_action",
    "timshel.planning.risk",
    "timshel.planning.objective",
    "timshel.planning.plan",
    "timshel.support.competence",
    "timshel.support.resource",
    "timshel.support.communication",
    "timshel.support.communication_plan",
    "timshel.support.notification",
    "timshel.support.webhook",
    "timshel.support.documentation",
    "timshel.support.meeting",
    "timshel.operation.work",
    "timshel.operation.teamwork",
    "timshel.operation.rating",
    "timshel.operation.process",
    "timshel.operation.task",
    "timshel.operation.view",
    "timshel.operation.call",
    "timshel.operation.bulk",
    "timshel.operation.macro",
    "timshel.service_portfolio.service",
    "timshel.service_portfolio.parties",
    "timshel.service_portfolio.catalogue",
    "timshel.relationship_agreement.service_level",
    "timshel.design_transition.maintenance",
    "timshel.resolution_fulfilment.incident",
    "timshel.resolution_fulfilment.guest",
    "timshel.resolution_fulfilment.service_request",
    "timshel.resolution_fulfilment.outage",
    "timshel.resolution_fulfilment.matching",
    "timshel.resolution_fulfilment.status",
    "timshel.resolution_fulfilment.alert",
    "timshel.resolution_fulfilment.intake",
    "timshel.performance_evaluation.measurement",
    "timshel.performance_evaluation.reporting",
    "timshel.performance_evaluation.indicator",
    "timshel.performance_evaluation.internal_audit",
    "timshel.performance_evaluation.management_review",
    "timshel.improvement.nonconformity",
    "timshel.improvement.initiative",
    "timshel.improvement.conformity",
    "timshel.interfaces.web",
    "timshel.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "timshel.interfaces.web.static_files.StaticFilesMiddleware",
    "timshel.interfaces.web.compression.CompressionMiddleware",
    "timshel.interfaces.web.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "timshel.interfaces.web.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "timshel.interfaces.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "timshel.config.urls"
WSGI_APPLICATION = "timshel.config.wsgi.application"
AUTH_USER_MODEL = "authority.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "portal-home"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB_DIRECTORY, PACKAGE_DIRECTORY / "interfaces" / "api" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "timshel.interfaces.web.context.page",
            ],
            "builtins": ["timshel.interfaces.web.templatetags.timshel"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

DATABASES = {"default": parse_database_url(env_text("DATABASE_URL", "postgresql:///timshel"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "timshel.config.formats"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [PACKAGE_DIRECTORY / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB_DIRECTORY / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = WEB_DIRECTORY / "static_build"
# Collected files have names that change with their content; before collecting (a fresh clone,
# tests) they are served as they lie.
STATIC_COLLECTED = env_flag(
    "TIMSHEL_STATIC_COLLECTED",
    default=not DEBUG and (STATIC_ROOT / "staticfiles.json").exists(),
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIRECTORY / "files"},
    },
    "staticfiles": {
        "BACKEND": "timshel.interfaces.web.static_files.HashedFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "timshel.interfaces.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env_list("TIMSHEL_TRUSTED_ORIGINS", "")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
ATTACHMENT_MAX_BYTES = env_number("TIMSHEL_ATTACHMENT_MAX_BYTES", 25 * 1024 * 1024)
ATTACHMENTS_MAX_COUNT = 10

# Requests to the API in a minute: of each token or service account, and of all from one address
# that come without a valid token; 0 for no limit
API_REQUESTS_PER_MINUTE = env_number("TIMSHEL_API_REQUESTS_PER_MINUTE", 600)
API_STRANGERS_PER_MINUTE = env_number("TIMSHEL_API_STRANGERS_PER_MINUTE", 120)

# How many days the number of a caller who gave up is kept
CALL_NUMBER_DAYS = env_number("TIMSHEL_CALL_NUMBER_DAYS", 30)

# How many days alerts are kept after they cleared and their incident was closed; at least 8, and 0
# for good
ALERT_DAYS = env_number("TIMSHEL_ALERT_DAYS", 365)

# Mail: "console", "folder" (files in the data directory) or smtp://user:password@host:port
MAIL_URL = env_text("TIMSHEL_MAIL", "folder")
MAIL_SENDER = env_text("TIMSHEL_MAIL_SENDER", "Service desk <service.desk@timshel.example>")
MAIL_REPLY_TO = env_text("TIMSHEL_MAIL_REPLY_TO", "")  # the sender's address if empty
# What is larger is refused where a mail server brings it, and held for a person where it lies in
# a mailbox.
MAIL_MAX_BYTES = env_number("TIMSHEL_MAIL_MAX_BYTES", 50 * 1024 * 1024)
MAIL_DOMAIN = env_text("TIMSHEL_MAIL_DOMAIN", "timshel.example")
# Reports about a message come back to this local part under MAIL_DOMAIN, signed for the message;
# empty: to the address of its sender.
MAIL_BOUNCES = env_text("TIMSHEL_MAIL_BOUNCES", "bounces")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("TIMSHEL_LOG_LEVEL", "WARNING")},
    "loggers": {"timshel": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
