"""One machine, nothing configured: what `scripts/run` starts."""

from config.local_secret import secret_key
from config.settings.base import *  # noqa: F403
from config.settings.base import DATA, ENV

SECRET_KEY = ENV.secret_key or secret_key(DATA)
