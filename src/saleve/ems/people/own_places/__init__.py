"""What a person sees and does where a role names categories, units or sites.

tables    rows and sums of any table that lie within the places of the person
ledger    batches and rows of the ledger: which to see, which to correct
files     a file that is brought: all its rows lie within, or it is refused with the first that does not
"""
