"""Runs of what the law asks to be published, and what the public tells the office."""

from transparency.models.problems import Problem
from transparency.models.runs import APPEND_ONLY, Run, RunWithdrawal

__all__ = ["APPEND_ONLY", "Problem", "Run", "RunWithdrawal"]
