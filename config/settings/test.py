"""The tests' settings: the real parts, with cheap passwords and plain static files."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ROOT, STORAGES

SECRET_KEY = "only for tests, where there is nothing to protect: 0123456789"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Looked for when asked for: a list of all of them would be made anew for every browser of every test.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# Only what can be made again at any time, such as the vocabulary of the token counter.
DATA = ROOT / ".pytest_cache" / "data"
STATIC_ROOT = DATA / "static"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
