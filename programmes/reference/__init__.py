"""Reference figures of what was counted: data/ ↔ records."""
