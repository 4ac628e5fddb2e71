"""Intake: a province's file, from its bytes to proposed zones with findings.

1. ``files`` recognises the file by its content, refuses what cannot be read, and hands it to a
   reader: ``workbook``, ``delimited`` or ``features``;
2. every reader makes the same ``document``: sheets of raw cells, the encodings undone
   (``encodings`` of bytes, ``fonts`` of old fonts), hostile parsers kept in child processes;
3. ``tables`` finds the header, the data rows and what each column holds;
4. the rows become proposed zones, each with what was repaired, assumed or found wrong.

    from coverage.intake.files import read
    document = read(Path("bao-cao.xlsx"))
"""
