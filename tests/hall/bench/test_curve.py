"""The picture of cost against scale: every job, every scale, nothing that was not measured."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hall.bench import curve

LINES = [
    {"job": "sweep", "scale": "1m", "ours": 2.0, "floor": 0.5, "ratio": 4.0, "unit": "s", "n": 10_000},
    {"job": "sweep", "scale": "10k", "ours": 0.2, "floor": 0.1, "ratio": 2.0, "unit": "s", "n": 900},
    {"job": "due", "scale": "1m", "ours": 1_200_000.0, "floor": None, "ratio": None, "unit": "due dates/s", "n": 1},
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(lines) -> ET.Element:
    return ET.fromstring(curve.draw(curve.points(lines)))  # noqa: S314 - drawn by ourselves a line above


def words(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def test_points_lie_in_order_of_scale():
    assert [point.cases for point in curve.points(LINES)["sweep"]] == [10_000, 1_000_000]


def test_of_two_runs_at_one_scale_the_last_counts():
    again = [*LINES, LINES[0] | {"ours": 1.0}]
    assert curve.points(again)["sweep"][-1].ours == 1.0


def test_every_job_has_its_chart_with_unit_and_direction():
    said = words(drawn(LINES))
    assert "sweep, s (less is better)" in said
    assert "due, due dates/s (more is better)" in said


def test_ours_and_floor_are_two_lines_and_no_floor_is_none():
    lines = list(drawn(LINES).iter(f"{SVG}polyline"))
    assert len(lines) == 3
    assert sum("stroke-dasharray" in line.attrib for line in lines) == 1


def test_dearer_lies_higher():
    line = next(line for line in drawn(LINES[:2]).iter(f"{SVG}polyline") if "stroke-dasharray" not in line.attrib)
    first, last = (float(pair.split(",")[1]) for pair in line.attrib["points"].split())
    assert last < first


@pytest.mark.parametrize("values", [(0.0012, 0.0013), (1.0, 1.0), (99.0, 101.0), (1e6, 2e6)])
def test_everything_drawn_lies_inside(values):
    low, high = values
    lines = [LINES[0] | {"scale": "10k", "ours": low, "floor": low}, LINES[0] | {"ours": high, "floor": high}]
    for circle in drawn(lines).iter(f"{SVG}circle"):
        assert 0 < float(circle.attrib["cy"]) < curve.HEIGHT
        assert 0 < float(circle.attrib["cx"]) < curve.WIDTH


def test_one_scale_alone_is_drawn_too():
    assert len(list(drawn([LINES[2]]).iter(f"{SVG}circle"))) == 1


def test_the_command_writes_where_it_says(tmp_path: Path, capsys):
    file, out = tmp_path / "runs.jsonl", tmp_path / "to" / "curve.svg"
    file.write_text("\n".join(map(json.dumps, LINES)) + "\n")
    call_command("bench_curve", str(file), "--out", str(out))
    assert out.read_text().startswith("<svg")
    assert str(out) in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "nonsense", '{"job": "x"}', '{"job": "x", "scale": "9k", "ours": 1}', "[1]", "3"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "runs.jsonl"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("bench_curve", str(file), "--out", str(tmp_path / "curve.svg"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("bench_curve", str(tmp_path / "nowhere"))
