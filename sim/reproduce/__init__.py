"""Published figures rebuilt from nothing: an ensemble of economies, what is measured on them, the card."""
