"""The vocabulary that everyone speaks: values that cross the seams between core, features and adapters.

Holds no behaviour that needs a database, a network or the time. Imports nothing of ours but itself.
"""
