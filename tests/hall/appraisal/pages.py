"""Visiting pages of the room as somebody."""

from typing import Any

from django.test import Client
from django.urls import reverse

from hall.access.models import User


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(user: User, name: str, /, *args: Any, status: int = 200, **query: str) -> str:
    response = browser(user).get(reverse(f"appraisal:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def send(user: User, name: str, /, *args: Any, **data: Any) -> Any:
    return browser(user).post(reverse(f"appraisal:{name}", args=args), data)
