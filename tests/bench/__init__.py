"""Benches: each module measures one thing beside a peer or a limit, in the same run.

A bench module has a ``TITLE`` and ``run(bench)``, which yields its tables. To add one, write the
module and name it in ``__main__.BENCHES``. What is measured with is in ``workbench``, what the
machine is in ``machine``, what the data are in ``places``.
"""
