"""The words of the access room."""

from django.db import models


class Role(models.TextChoices):
    """One account holds exactly one role (三权分立). What a role may do stands in roles.py."""

    CLERK = "clerk", "窗口人员"
    APPROVER = "approver", "审批人员"
    CHIEF = "chief", "首席代表"
    SUPERVISOR = "supervisor", "督查人员"
    ADMIN = "admin", "系统管理员"
    AUDITOR = "auditor", "审计人员"


class DeviceKind(models.TextChoices):
    """What a screen without a log-in is for."""

    PAD = "pad", "窗口评价器"
    WALL = "wall", "大屏"
