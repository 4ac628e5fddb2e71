"""The command line's commands, one module per noun; each calls the same actions as the pages.

A module offers one click command or group named ``commands``; api/command_line.py lists them.
"""
