"""The gallery under addresses of its own, with the names the frame looks for and no room behind them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path

from hall import appearance, gallery


def echo(request: HttpRequest) -> HttpResponse:
    """What was asked, for the tests of the scripts."""
    return HttpResponse(f"<title>{request.method} {request.path} {request.POST.get('q', '')}</title>")


def error_page(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"{name}.html")


def frame(request: HttpRequest) -> dict[str, object]:
    """A full frame, as hall.access.context gives it to a clerk of the demonstration."""
    labels = ("我的办件", "窗口收件", "全部办件", "一次性告知", "送达", "事项目录", "期限计算器")
    nav = [{"label": label, "url": "#", "active": label == "我的办件"} for label in labels]
    return {
        "frame": {
            "center": "海港区政务服务中心",
            "window_label": "12 号综合窗口 · 行政审批局",
            "nav": nav,
            "user_label": "王丽",
            "role_label": "窗口人员",
            "demonstration": True,
            "unread": 3,
            "site": {"sponsor": "海港区行政审批局", "code": "1303020000"},
            "idle_seconds": request.GET.get("idle", 900),
        }
    }


cases = ([path("find/", echo, name="find")], "cases")
access = (
    [path(f"{name}/", echo, name=name) for name in ("logout", "password", "second_factor", "inbox", "absence")],
    "access",
)
# Where the foot of citizens' pages leads to.
FOOT = {
    "conduct": ("complaint_public_new", "public_bulletins"),
    "rectification": ("published",),
    "pledges": ("public",),
    "appraisal": ("honours",),
}
foot = [([path(f"{room}/{name}/", echo, name=name) for name in names], room) for room, names in FOOT.items()]
urlpatterns: list[URLPattern | URLResolver] = [
    path("gallery/", gallery.show),
    path("gallery/public/", gallery.show_public),
    path("gallery/items/", gallery.items),
    path("appearance/", appearance.switch, name="appearance"),
    path("error/<name>/", error_page),
    path("", include(cases)),
    path("", include(access)),
    *(path("", include(room)) for room in foot),
]
