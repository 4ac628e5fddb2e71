"""The demo's chain, step by step, through the same commands that a person would type."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from api import command_line

PROJECT = Path(__file__).resolve().parents[2]
PHUSONG = PROJECT / ".venv" / "bin" / "phusong"
VAR = Path(os.environ.get("PHUSONG_VAR") or PROJECT / "var")
OUT = VAR / "demo"
SHARED = Path(os.environ.get("PHUSONG_SHARED_DATA") or PROJECT.parent / "shared" / "data")
SURVEY_ENDINGS = {".csv", ".xlsx", ".geojson"}
REASONS_SHOWN = 6


@dataclass
class Chain:
    """Runs commands one after another with a line each; counts what a person wants to know."""

    steps: int
    done: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def step(self, words: str) -> None:
        """Announce the next step."""
        self.done += 1
        print(f"\n[{self.done}/{self.steps}] {words}", flush=True)

    def run(self, *arguments: object, one_is_fine: bool = False) -> bool:
        """Run one phusong command; stop the demo with its own words when it fails.

        With ``one_is_fine`` status 1 is told and not fatal: rows were rejected, or a province has
        nothing for the fund to pay. Return whether the status was 0.
        """
        started = time.monotonic()
        words = [str(argument) for argument in arguments]
        said, refused = io.StringIO(), io.StringIO()
        # In this process: the same commands as typed, without a start of Python for each.
        with redirect_stdout(said), redirect_stderr(refused):
            status = command_line.run(words)
        if status not in ({0, 1} if one_is_fine else {0}):
            sys.exit(f"phusong {' '.join(words)}\n{said.getvalue()}{refused.getvalue()}")
        shown = " ".join(Path(word).name if "/" in word else word for word in words)
        print(f"    phusong {shown} … {time.monotonic() - started:.1f} s", flush=True)
        if status == 1 and refused.getvalue():
            print(f"      {refused.getvalue().strip().splitlines()[0]}", flush=True)
        return status == 0


def read(path: Path) -> dict:
    """Return a command's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def province_of(survey: Path) -> str:
    """Return the province code at the end of a survey file's name: clean_68.csv."""
    return survey.stem.rsplit("_", 1)[-1]


def load_places(chain: Chain) -> None:
    """Load names, changes and approximate areas; then the real polygons where they are."""
    chain.step("Đơn vị hành chính: tên, mã, thay đổi ngày 01/7/2025")
    communes = SHARED / "communes_2026-04-30.gpkg"
    if not communes.exists():
        chain.run("places", "load", "--activate")
        print("    Không có ranh giới thật: dùng ranh giới gần đúng từ tâm xã.")
        return
    chain.run("places", "load")
    chain.run("places", "changes", SHARED / "admin_changes_2025.csv")
    chain.step("Ranh giới thật, đợt 30/04/2026")
    provinces = SHARED / "provinces_2026-04-30.geojson"
    chain.run("places", "load", provinces, "--vintage", "2026-04-30", "--level", "province")
    chain.run("places", "load", communes, "--vintage", "2026-04-30", "--level", "commune",
              "--activate")  # fmt: skip


def submit_surveys(chain: Chain, surveys: list[Path]) -> dict[str, dict]:
    """Submit each province's file; return the reports by file name."""
    chain.step(f"Tệp khảo sát của {len(surveys)} tỉnh")
    folder = OUT / "surveys"
    folder.mkdir(parents=True, exist_ok=True)
    reports = {}
    for survey in surveys:
        answer = folder / f"{survey.stem}.json"
        chain.run("survey", "submit", survey, "--province", province_of(survey), "--json", answer,
                  one_is_fine=True)  # fmt: skip
        reports[survey.name] = read(answer)
    return reports


def build_packages(chain: Chain, provinces: list[str]) -> None:
    """Build every province's package; publish the first and check its seal, the rest stay drafts."""
    folder = OUT / "packages"
    built: list[dict] = []
    chain.step("Gói thầu của từng tỉnh")
    for code in provinces:
        answer = OUT / f"package_{code}.json"
        answer.unlink(missing_ok=True)
        chain.run("package", "build", "--province", code, "-o", folder, "--json", answer,
                  one_is_fine=True)  # fmt: skip
        if answer.exists():
            built.append(read(answer))
    chain.step("Công bố một gói: ký, niêm phong, kiểm tra")
    if built and built[0]["status"] == "draft":
        chain.run("package", "publish", built[0]["number"], "-o", folder)
        Path(built[0]["file"]).unlink()
    for package in sorted(folder.glob("*.zip")):
        chain.run("package", "verify", package)


def summary(chain: Chain, reports: dict[str, dict], packages: list[Path]) -> None:
    """Print the numbers that a person would want, and where each result lies."""
    print("\n" + "─" * 78)
    print(f"{'Tệp':<26}{'Dòng':>7}{'Nhận':>7}{'Cảnh báo':>10}{'Từ chối':>9}{'Hộ dân':>9}")
    sums: Counter[str] = Counter()
    for name, report in reports.items():
        totals = report["totals"]
        households = sum(
            row["households"] or 0 for row in report["rows"] if row["status"] != "rejected"
        )
        sums.update(totals)
        sums["households"] += households
        print(f"{name:<26}{totals['rows']:>7}{totals['accepted']:>7}{totals['warned']:>10}"
              f"{totals['rejected']:>9}{households:>9}")  # fmt: skip
        for row in report["rows"]:
            if row["status"] == "rejected":
                errors = [f["rule"] for f in row["findings"] if f["severity"] == "error"]
                chain.reasons.update(errors[:1])
    print(f"{'Cộng':<26}{sums['rows']:>7}{sums['accepted']:>7}{sums['warned']:>10}"
          f"{sums['rejected']:>9}{sums['households']:>9}")  # fmt: skip
    print("\nLý do từ chối: " + ", ".join(
        f"{rule} × {count}" for rule, count in chain.reasons.most_common(REASONS_SHOWN)
    ))  # fmt: skip
    lots = {path.stem.removeprefix("lots_"): read(path) for path in sorted(OUT.glob("lots_*.json"))}
    zones = sum(len(lot["zones"]) for found in lots.values() for lot in found["lots"])
    count = sum(len(found["lots"]) for found in lots.values())
    print(f"Vùng vào lô (Quỹ chi trả): {zones} · Lô: {count} · Gói thầu: {len(packages)}")
    print(f"\nTrả lời cho từng tệp   {OUT / 'surveys'}/*.json")
    print(f"Gói thầu               {OUT / 'packages'}/*.zip")
    print(f"Bản đồ                 {OUT / 'maps'}/*.html")


def main() -> None:
    """Run the chain; then serve unless told not to."""
    real = (SHARED / "surveys").is_dir()
    chain = Chain(steps=11 if real else 10)
    source = SHARED / "surveys"
    towers = SHARED / "towers_vn_synthetic.csv"
    if not real:
        source = OUT / "sample"
        towers = source / "towers.csv"
        subprocess.run([sys.executable, Path(__file__).with_name("sample.py"), source], check=True)
    surveys = sorted(
        path for path in source.iterdir()
        if path.suffix in SURVEY_ENDINGS and path.name not in {"truth.csv", "towers.csv"}
    )  # fmt: skip
    OUT.mkdir(parents=True, exist_ok=True)
    chain.run("db", "start")
    load_places(chain)
    chain.step("Sổ trạm phát sóng")
    chain.run("towers", "load", towers, "--json", OUT / "towers.json")
    reports = submit_surveys(chain, surveys)
    provinces = sorted({province_of(survey) for survey in surveys})
    chain.step("Căn cứ: trạm gần nhất của từng nhà mạng; ai chi trả")
    chain.run("evidence", "assess", "--json", OUT / "evidence.json")
    chain.step("Thẩm định: Cục nhận và duyệt các vùng đã báo cáo")
    for code in provinces:
        chain.run("review", "take-up", "--province", code)
        chain.run("review", "approve", "--province", code,
                  "--reason", "Bản chạy thử: duyệt mọi vùng tỉnh đã báo cáo",
                  "--json", OUT / f"review_{code}.json")  # fmt: skip
    chain.step("Lô: các vùng do Quỹ chi trả, theo cụm")
    for code in provinces:
        chain.run("lots", "propose", "--province", code, "--json", OUT / f"lots_{code}.json",
                  one_is_fine=True)  # fmt: skip
    chain.step("Vị trí trạm trong từng lô, cột có sẵn trước")
    for code in provinces:
        chain.run("lots", "sites", "--province", code, "--json", OUT / f"sites_{code}.json",
                  one_is_fine=True)  # fmt: skip
    build_packages(chain, provinces)
    chain.step("Bản đồ cả nước và từng tỉnh")
    (OUT / "maps").mkdir(exist_ok=True)
    chain.run("map", "national", "-o", OUT / "maps" / "national.html")
    for code in provinces:
        chain.run("map", "province", code, "-o", OUT / "maps" / f"province_{code}.html")
    summary(chain, reports, sorted((OUT / "packages").glob("*.zip")))
    if "--server=yes" in sys.argv:
        print("\nMở http://127.0.0.1:8000 (dừng bằng Ctrl+C)", flush=True)
        os.execv(PHUSONG, [PHUSONG, "serve"])
    chain.run("db", "stop")


if __name__ == "__main__":
    main()
