"""Photographs of the main pages for README.md: `screenshots.py FOLDER [ADDRESS]`, started by script/screenshots."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DESK, PHONE = (1280, 860), (375, 740)
EXAMPLE = "start=2026-04-13&count=20&unit=workday&pause_start_1=2026-04-17&pause_end_1=2026-04-22"
Open = str | Callable[[Page], object]


def case_under_review(page: Page) -> None:
    """The clerk's own case that has longest to go, so that the ruler has something to show."""
    page.goto("/work/?state=reviewing&lamp=ok")
    page.goto(page.locator("a[data-open]").last.get_attribute("href") or "/work/")


def first_guide(page: Page) -> None:
    page.goto("/guides/?q=spjy")
    page.goto(page.locator(".tap-list a").first.get_attribute("href") or "/guides/")


# name of the picture, who looks (nobody: a citizen), with which screen, at what
PICTURES: tuple[tuple[str, str, tuple[int, int], Open], ...] = (
    ("worklist", "clerk", DESK, "/work/"),
    ("register", "clerk", DESK, "/work/register/"),
    ("case", "clerk", DESK, case_under_review),
    ("all-cases", "supervisor", DESK, "/work/cases/"),
    ("catalogue", "chief", DESK, "/manage/items/"),
    ("calendar", "admin", DESK, "/manage/calendar/"),
    ("health", "admin", DESK, "/health/"),
    ("home", "", DESK, "/"),
    ("calculator", "", DESK, f"/calculator/?{EXAMPLE}"),
    ("phone-home", "", PHONE, "/"),
    ("phone-guide", "", PHONE, first_guide),
    ("phone-calculator", "", PHONE, f"/calculator/?{EXAMPLE}"),
)


def log_in(page: Page, role: str, password: str) -> None:
    page.goto("/login/")
    page.locator("[name=username]").fill(role)
    page.locator("[name=password]").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if "/login/" in page.url:
        sys.exit(f"{role} 登录不了：HALL_DEMO_PASSWORD 要用 script/up 打印的口令。")


def photograph(browser: Browser, folder: Path, address: str, password: str) -> None:
    """Every picture of the table; a person logs in once for all of theirs."""
    for role in dict.fromkeys(role for _, role, _, _ in PICTURES):
        context = browser.new_context(base_url=address, locale="zh-CN")
        page = context.new_page()
        if role:
            log_in(page, role, password)
        for name, _, (width, height), place in (line for line in PICTURES if line[1] == role):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(place) if isinstance(place, str) else place(page)
            page.screenshot(path=folder / f"{name}.png")
        context.close()


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit("用法：script/screenshots 文件夹 [地址]")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    address = sys.argv[2] if len(sys.argv) == 3 else "http://127.0.0.1:8000"
    browser_path = os.environ.get("HALL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        photograph(browser, folder, address, os.environ.get("HALL_DEMO_PASSWORD", ""))
        browser.close()


if __name__ == "__main__":
    main()
