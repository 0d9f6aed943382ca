"""Orders as shops write them: exported, read back, held against the invoice that is right."""
