"""The writers of a package's files, and its seal."""
