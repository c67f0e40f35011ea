"""Rules of finance that no constraint can hold, one module per noun.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""
