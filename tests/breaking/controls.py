"""How to break each constraint of limits, interests, schedules and proposals."""

HOW = {}
