"""The rows of appraisal, by subject."""

from hall.appraisal.models.attendance import Attendance, AttendanceChange
from hall.appraisal.models.award import Award
from hall.appraisal.models.duty import DutyLog, DutySwap, DutyTurn
from hall.appraisal.models.scheme import Line, SchemeVersion
from hall.appraisal.models.score import AppraisalPeriod, Confirmation, ManualMark, Objection, Score, ScoreEntry

__all__ = [
    "AppraisalPeriod",
    "Attendance",
    "AttendanceChange",
    "Award",
    "Confirmation",
    "DutyLog",
    "DutySwap",
    "DutyTurn",
    "Line",
    "ManualMark",
    "Objection",
    "SchemeVersion",
    "Score",
    "ScoreEntry",
]
