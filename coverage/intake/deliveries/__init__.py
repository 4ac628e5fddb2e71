"""Lists of delivery: which lots were awarded to whom, and which zones an operator put on air."""
