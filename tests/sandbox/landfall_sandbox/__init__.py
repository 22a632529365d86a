"""A local AWS for Landfall: moto's server plus documented AWS behaviour that moto lacks.

Start it with ``python -m landfall_sandbox``; see the README beside this package.
"""
