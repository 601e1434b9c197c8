"""Where activity rows live: files come in at `intake`, and stay as tables that are only ever added to (decision 6).

intake          any file -> rows that are accepted, repaired or rejected
loading         a file -> evidence, entries, activity, findings, in one commit
settling        what no longer counts because another line settles it, over all batches
correcting      a new version of one entry; withdrawing entries and batches
rejecting       rejected rows given back, and recognised when they come again
estimating      estimates in place of data that never came
reconciling     the statement of a batch; tallies: of all batches
verifying       does the ledger hold what it promises
store           reading the ledger, now or as it was
committing      writing it, all or nothing; compacting: small files put together
journal, tables, tableset, schemas   what the folder consists of
evidence, pseudonyms   files as they came; names as keyed hashes
profiles, proposing, templates, wording   what headers mean, and forms to fill in
"""
