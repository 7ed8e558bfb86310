"""The report: one file in which a comparison, who gained, and what it rests on can be read anywhere."""
