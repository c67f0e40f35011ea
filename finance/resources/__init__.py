"""Spreadsheets of finance ↔ rows; they translate, actions decide."""
