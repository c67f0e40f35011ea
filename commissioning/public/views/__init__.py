"""Public pages: one figure, list or record in, one template out."""
