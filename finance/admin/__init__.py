"""Finance's part of the staff site; one module per noun."""
