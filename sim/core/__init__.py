"""Arrays without economics: columns, graphs, draws, parameters, months, errors."""
