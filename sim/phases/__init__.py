"""The phases of a month: each reads columns, asks a rule, writes columns, books money.

They stand between the rules, which know no state, and the model, which only lists them.
"""
