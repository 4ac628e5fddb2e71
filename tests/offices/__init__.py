"""Survey files as offices write them, made here with the truth beside every row.

``villages`` invents villages inside real communes and plants faults; ``spellings`` writes a
point the ways people do; ``forms`` writes whole files; ``judge`` holds a report against the
truth. Nothing here reads the product's intake: the two must agree by meaning, not by code.
"""
