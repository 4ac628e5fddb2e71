"""Choosing sites: which of many candidate positions cover the most, or all, at the least cost.

    from coverage.siting import Goal, SitingProblem, choose

    choice = choose(SitingProblem(weights, costs, covers), Goal.most(sites=3))

Three questions, one answer with its proof: *maximal covering* (most weight with p sites; Church
and ReVelle 1974), *set covering* (least cost for all; Toregas and others 1971), and the maximal
covering within a budget. ``reduction`` shrinks the instance without losing an optimum,
``greedy`` and ``swaps`` find a good choice, ``relaxation`` bounds every choice from the other
side and fixes what cannot differ, ``exact`` hands what is left to HiGHS. What is too large for
that is closed in on piece by piece: ``windows`` choose a neighbourhood anew, ``weighting``
exchanges the sites of a cover, ``regions`` bound what whole sites can do; ``nearness`` tells what
lies together, ``timetable`` deals out the time. The gap between the two sides is always told;
unless the answer says ``limited``, the same input gives the same choice.
"""

from coverage.siting.choosing import choose
from coverage.siting.problem import Choice, Goal, SitingProblem

__all__ = ["Choice", "Goal", "SitingProblem", "choose"]
