"""The recipes of CONTRIBUTING.md, applied to a copy of the source and looked at there."""
