"""The priority (điểm ưu tiên) of every zone: a weighted sum of visible parts, from 0 to 1.

    from coverage.priority import PART_NAMES, Facts, Scale, part_values, rank, score

    values = part_values(facts, scale)
    score(values, weights).score

``parts`` turns the facts of a zone into the values of its parts, ``scoring`` adds them up and
says how far what nobody knows could move the sum, ``ranking`` puts zones in order and says how
far each could rise or fall when the weights vary. docs/priority.md has the formulas and why.
"""

from coverage.priority.parts import PART_NAMES, Facts, Part, Scale, part_values
from coverage.priority.ranking import Ranking, rank, rank_bounds
from coverage.priority.scoring import Score, Weights, score, scores, weights_of

__all__ = [
    "PART_NAMES",
    "Facts",
    "Part",
    "Ranking",
    "Scale",
    "Score",
    "Weights",
    "part_values",
    "rank",
    "rank_bounds",
    "score",
    "scores",
    "weights_of",
]
