"""Phủ Sóng's domain: what a dead zone is and what may be done with it.

The chain, in the order a province's file travels it:

1. ``intake`` reads what an office really sends and proposes zones, with findings per row;
2. ``zones`` is a village without signal, with its own permanent id;
3. ``evidence`` gives a verdict per operator and technology, which the operator may dispute
   (``disputes``); ``criteria`` says by dated rules who pays;
4. ``zone_life`` is the table of every move of a zone: reviewed, approved, tendered, on air;
5. ``consultation`` asks operators what they will build alone;
6. ``lots`` groups the approved zones that the public fund pays for;
7. ``packages`` and ``dossier`` make the sealed tender package.

``actions`` is one function per act of a person; ``storage`` is the only place with queries;
every other module here is a rule: pure, values in, values out. ``.importlinter`` is the map.

This package shares its name with the test-coverage tool coverage.py, which must therefore
never be installed beside it (DECISIONS.md, decision 1).
"""
