"""Published data in forms that others have agreed on: grants as 360Giving data, a contracts
register, and a dictionary of every column.
"""
