"""The doors: HTTP, web pages, the command line, the worker. No rule, no query.

``main.create_app`` is the web door, ``command_line.main`` the console script ``phusong``;
``problems`` turns the domain's errors into sentences and statuses for both.
"""
