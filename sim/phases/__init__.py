"""The phases of a month: each reads columns, asks a rule, writes columns, books money.

They stand between the rules, which know no state, and the model, which only lists them. (The
design had this code in the model itself; as one file it would be longer than its reader's patience.)
"""
