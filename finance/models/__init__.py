"""What finance keeps beside the journal: bank accounts, batches, the ledger, year end."""
