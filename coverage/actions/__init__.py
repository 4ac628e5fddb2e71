"""One function per act of a person: it opens the transaction, acts, and writes the audit line.

An action takes the database, the actor and plain values; it returns a value of the rules. No
other module commits, and no door holds a rule or a query: page, API and command line call the
same action.
"""
