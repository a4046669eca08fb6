"""How soon the next item is on the screen, measured in Chromium.

    python -m benchmarks.next_item OUT --field pekerjaan

Works on a copy of OUT: takes the first choice of each item of one question, with a second between,
and tells the milliseconds from the Enter key until the next item is painted, and until the answer
is kept.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.scripted_reviewer import Served

_WATCH = """() => {
  const seen = window.seen = { pressed: 0, kept: [], times: [] };
  document.addEventListener("keydown", () => { seen.pressed = performance.now(); }, true);
  const ask = window.fetch;
  window.fetch = async (...given) => {
    const answer = await ask(...given);
    if (given[0] === "/api/decide") seen.kept.push(performance.now() - seen.pressed);
    return answer;
  };
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    seen.times.push(performance.now() - seen.pressed);
  }))).observe(document.getElementById("card"), { childList: true });
}"""


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.next_item")
    parser.add_argument("out", type=Path)
    parser.add_argument("--field", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(options.out, Path(folder) / "out"))
        with Served(copy) as link, sync_playwright() as started:
            browser = started.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            painted, kept = _walk(browser.new_page(), link, options.field)
            browser.close()
    for what, times in (("painted", painted), ("kept", kept)):
        worst = sorted(times)[int(0.95 * (len(times) - 1))]
        print(f"{what}: {len(times)} items, median {statistics.median(times):.0f} ms", end=", ")
        print(f"p95 {worst:.0f} ms")


def _walk(page: Page, link: str, field: str) -> tuple[list[float], list[float]]:
    page.goto(link)
    page.wait_for_selector("main a.button")
    page.goto(f"{link.split('/enter')[0]}/queue?field={field}")
    page.wait_for_selector("[data-item]")
    page.evaluate(_WATCH)
    while page.query_selector('[data-first]:not([data-first=""])'):
        item = page.get_attribute("[data-item]", "data-item")
        time.sleep(1)
        page.keyboard.press("Enter")
        page.wait_for_selector(f'[data-item="{item}"]', state="detached")
        page.wait_for_selector("#card[aria-busy=true]", state="detached")
    seen = page.evaluate("window.seen")
    return list(seen["times"]), list(seen["kept"])


if __name__ == "__main__":
    main()
