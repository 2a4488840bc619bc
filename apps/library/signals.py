"""The one thing the library says to the apps above it."""

from django.dispatch import Signal

# Sent inside the transaction that gave a document a new current revision.
# Arguments: `document` (Document, its `revision` set).
document_changed = Signal()
