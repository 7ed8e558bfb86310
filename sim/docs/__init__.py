"""The model's documentation: its description by the ODD protocol, a glossary, a data dictionary.

What is declared in the code is printed, not typed: ``python -m sim.docs`` writes the data dictionary
and the tables of parameters inside the description anew.
"""
