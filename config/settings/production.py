"""A server reached over https, with its own database: refuses to start half configured."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import ENV

if len(ENV.secret_key) < 50:
    raise ImproperlyConfigured("DOCUMIND_SECRET_KEY must be set, to at least 50 characters nobody can guess.")
if not ENV.hosts:
    raise ImproperlyConfigured("DOCUMIND_HOSTS must name the host names of the site, separated by commas.")
if ENV.debug:
    raise ImproperlyConfigured("DOCUMIND_DEBUG shows visitors the inside of the site: unset it.")

SECRET_KEY = ENV.secret_key
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
