"""What this app says to the apps above it."""

from django.dispatch import Signal

# Sent once in the life of an installation, after its owner has been made.
# Arguments: `user` (User), `samples` (bool: whether the small sample library is wanted).
owner_created = Signal()
