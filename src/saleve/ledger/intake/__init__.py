"""Zero-loss intake: a file as people have it becomes rows that are accepted, repaired or rejected, each with its reason.

reading    any file -> sheets of text cells with their row numbers
mapping    headers -> columns of a source category
parsing    cells -> dates, numbers, money, choices; worked out once for each distinct cell
checking   all of it for one file; the three counts always add up
rejects    what was not loaded, as a workbook to correct and load again
"""
