"""The economy at month zero: sectors from input-output data, firms, supply network, targets."""
