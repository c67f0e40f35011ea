"""Every figure of finance's reports, each computed in one place over the journal."""
