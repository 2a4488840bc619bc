"""Settings that hold everywhere; local, test and production add what differs."""

from __future__ import annotations

import sys
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from config import commands, local_postgres
from config import env as environment

ROOT = environment.ROOT
ENV = environment.read()
DATA = ENV.data

DEBUG = ENV.debug
HOST, PORT = ENV.host, ENV.port
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *ENV.hosts]

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.ai",
    "apps.events",
    "apps.library",
    "apps.indexing",
    "apps.search",
    "apps.chat",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_eventstream",
    "django_htmx",
    "template_partials",
    "csp",
    "huey.contrib.djhuey",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.privacy",
    "apps.core.bodies.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.preferences",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

_POOL: dict[str, Any] = {"min_size": 0, "max_size": commands.connections(sys.argv), "timeout": 10}
DATABASES: dict[str, Any] = {
    "default": {
        **(dj_database_url.parse(ENV.database_url) if ENV.database_url else local_postgres.connection(DATA)),
        "OPTIONS": {"pool": _POOL},
        "CONN_HEALTH_CHECKS": True,
    }
}
USES_LOCAL_POSTGRES = not ENV.database_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}
    if ENV.redis_url
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
}

# The queue only wakes workers: what must be done is in Postgres (apps/indexing/models.py, IndexRun).
HUEY: dict[str, Any] = {
    "name": "documind",
    **(
        {"huey_class": "apps.core.queue.RedisQueue", "url": ENV.redis_url}
        if ENV.redis_url
        else {"huey_class": "apps.core.queue.PostgresQueue"}
    ),
    "immediate": False,
    # On SIGTERM a worker takes nothing new and has these seconds to end what it does.
    "consumer": {
        "workers": ENV.workers,
        "worker_type": "process",
        "graceful_signal": "TERM",
        "shutdown_timeout": 25.0,
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.LoginForm",
    "signup": "apps.accounts.forms.SignupForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "reset_password": "apps.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "10/m/ip", "reset_password": "10/m/ip,3/5m/key"}
ACCOUNT_SIGNUP_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.behind_proxy else 0
OPEN_SIGNUP = ENV.open_signup
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

LANGUAGE_CODE = "en"
# Each by the name its readers give it.
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = DATA / "media"
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_BYTES = ENV.upload_megabytes * 1024 * 1024
# What is larger than this goes to a temporary file as it arrives.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

EVENTSTREAM_CHANNELMANAGER_CLASS = "apps.events.channels.OwnChannel"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.core.errors.csrf_failure"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = ENV.behind_proxy
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

ADMIN_PATH = ENV.admin_path

EMBEDDER = "apps.ai.embedders.use.UniversalSentenceEncoder"
GENERATOR = (
    "apps.ai.generators.anthropic.AnthropicGenerator"
    if ENV.has_model
    else "apps.ai.generators.quotations.QuotationsGenerator"
)
ANTHROPIC_API_KEY = ENV.anthropic_api_key
ANTHROPIC_BASE_URL = ENV.anthropic_base_url
ANSWER_MODEL = ENV.model
ANSWER_CITATIONS = ENV.model_citations
ANSWER_MAX_TOKENS = ENV.model_max_tokens
ANSWER_DRAIN_SECONDS = ENV.answer_drain_seconds
ANSWER_PRICES = ENV.model_prices
ANSWER_SILENCE_SECONDS = ENV.model_silence_seconds
# For one user; in all conversations together.
ANSWERS_AT_ONCE = ENV.answers_at_once
ANSWERS_AN_HOUR = ENV.answers_an_hour

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django_eventstream": {"level": "WARNING"},
        # With a handler of its own, or huey would bring another one and say everything twice.
        "huey": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "daphne": {"level": "WARNING"},
        # It notes every request to the model's server.
        "httpx2": {"level": "WARNING"},
    },
}
