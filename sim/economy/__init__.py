"""What exists: firms, input groups, links, sectors, household cells, banks, and the ledger."""
