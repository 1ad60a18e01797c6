"""PromQL over series that a source holds: the functions and operators of Prometheus 2.42 that `functions` lists.

`queries.evaluate_instant` and `queries.evaluate_range` are the doors, `model` what goes in and comes out.
"""
