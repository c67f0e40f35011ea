"""Public pages of what is counted."""
