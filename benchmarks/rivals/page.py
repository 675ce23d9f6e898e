# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""What benchmarks/rivals/run measured, as a table in Markdown and as a chart in SVG."""

from statistics import median
from typing import NamedTuple, Optional
from xml.sax.saxutils import escape

NAMES = {
    "cardinal": "Cardinal",
    "cardinal-onednn": "Cardinal on oneDNN",
    "onnxruntime": "ONNX Runtime",
    "openvino": "OpenVINO",
    "torch-eager": "PyTorch, eager",
    "torch-inductor": "PyTorch, Inductor",
}

WIDTH, NAME, BAR, ROW, TITLE, TOP = 860, 190, 270, 18, 34, 62
COLOURS = {"cardinal": "#b03a2e", "cardinal-onednn": "#cd7a70"}
THEIRS, LIMIT = "#6b7a8a", "#222222"


class Row(NamedTuple):
    """An engine in a case: medians over the rounds, None where there is nothing to take them of."""

    engine: str
    milliseconds: Optional[float]  # per image
    fraction: Optional[float]  # of the peak measured in the same round
    ratio: Optional[float]  # to Cardinal's time in the same round
    missing: str  # why there is no time


def figures(results):
    """Each case with its rows."""
    for case in results["cases"]:
        ours = case["engines"]["cardinal"]["ms_per_image"]
        rows = []
        for engine, run in case["engines"].items():
            times = run["ms_per_image"]
            fractions = [
                2e-6 * case["multiply_adds"] / (time * peak * case["threads"])
                for time, peak in zip(times, case["peak_gflops"])
                if peak
            ]
            ratios = [time / our for time, our in zip(times, ours)]
            medians = [median(each) if each else None for each in (times, fractions, ratios)]
            rows.append(Row(engine, *medians, run.get("missing", "")))
        yield case, rows


def describe(case):
    images, threads = case["batch"], case["threads"]
    return (
        f"{case['architecture']}, {images} image{'s'[:images > 1]}, "
        f"{threads} thread{'s'[:threads > 1]}"
    )


def machine(results):
    m = results["machine"]
    return f"{m['cpu']}, {m['cores']} core{'s'[: m['cores'] > 1]} given"


def table(results):
    versions = results["versions"]
    lines = [
        f"Machine: {machine(results)}. Float32; {results['rounds']} rounds of {results['seconds']:g}",
        f"seconds each, the engines taking turns; medians, of ratios too. Measured on {results['date']};",
        f"sources: commit {results['commit']}. Versions: "
        + "; ".join(f"{name} {versions[e]}" for e, name in NAMES.items() if e in versions)
        + ".",
        "",
        "| network, images of a call, threads | engine | ms per image | of peak | times Cardinal's |",
        "|---|---|---:|---:|---:|",
    ]
    for case, rows in figures(results):
        for row in rows:
            cells = [describe(case), NAMES[row.engine]]
            if row.milliseconds is None:
                cells += [f"missing: {row.missing}", "-", "-"]
            else:
                cells += [f"{row.milliseconds:.1f}", of(row.fraction), of(row.ratio)]
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def of(share):
    return "-" if share is None else f"{share:.2f}"


def chart(results):
    cases = list(figures(results))
    height = TOP + sum(TITLE + ROW * len(rows) for _, rows in cases) + 16
    left, right = NAME, NAME + BAR + 70
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(12, 22, f"ResNeXt in float32 on {machine(results)}", 'font-size="15"'),
        text(left, 46, "milliseconds per image: less is better"),
        text(right, 46, "fraction of the cores' peak: the line is all of it"),
    ]
    y = TOP
    for case, rows in cases:
        longest = max((row.milliseconds for row in rows if row.milliseconds), default=1)
        svg.append(text(12, y + 20, describe(case), 'font-weight="bold"'))
        y += TITLE - 4
        end = y + ROW * len(rows)
        for row in rows:
            colour = COLOURS.get(row.engine, THEIRS)
            svg.append(text(24, y + 13, NAMES[row.engine]))
            if row.milliseconds is None:
                svg.append(text(left + 4, y + 13, f"missing: {row.missing}"[:85], 'fill="#888888"'))
            else:
                share = row.milliseconds / longest
                svg += bar(left, y, share, colour, f"{row.milliseconds:.1f}")
                if row.fraction is not None:
                    svg += bar(right, y, row.fraction, colour, of(row.fraction))
            y += ROW
        svg.append(f'<path d="M{right + BAR} {end - ROW * len(rows)}V{end}" stroke="{LIMIT}"/>')
        y += 4
    return "\n".join(svg + ["</svg>"]) + "\n"


def bar(x, y, share, colour, label):
    length = round(share * BAR, 1)
    inside = length > 50
    place = x + length - 5 if inside else x + length + 5
    style = 'text-anchor="end" fill="#ffffff"' if inside else ""
    return [
        f'<rect x="{x}" y="{y + 2}" width="{length}" height="{ROW - 4}" fill="{colour}"/>',
        text(round(place, 1), y + 13, label, style),
    ]


def text(x, y, content, style=""):
    return f'<text x="{x}" y="{y}"{" " + style if style else ""}>{escape(content)}</text>'
