# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""What benchmarks/rivals/run measured, as a table in Markdown and as a chart in SVG."""

from statistics import median
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


def figures(results):
    """For each case its engines: (name, ms per image or None, of peak or None, why it is missing)."""
    for case in results["cases"]:
        rows = []
        for engine, run in case["engines"].items():
            milliseconds = median(run["ms_per_image"]) if run["ms_per_image"] else None
            fractions = [
                2e-6 * case["multiply_adds"] / (time * peak * case["threads"])
                for time, peak in zip(run["ms_per_image"], case["peak_gflops"])
                if peak
            ]
            fraction = median(fractions) if fractions else None
            rows.append((engine, milliseconds, fraction, run.get("missing", "")))
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
        f"seconds each, the engines taking turns; medians. Measured on {results['date']}; sources:",
        f"commit {results['commit']}. Versions: "
        + "; ".join(f"{name} {versions[e]}" for e, name in NAMES.items() if e in versions)
        + ".",
        "",
        "| network, images of a call, threads | engine | ms per image | of peak | times Cardinal's |",
        "|---|---|---:|---:|---:|",
    ]
    for case, rows in figures(results):
        ours = dict((row[0], row[1]) for row in rows).get("cardinal")
        for engine, milliseconds, fraction, missing in rows:
            cells = [describe(case), NAMES[engine]]
            if milliseconds is None:
                cells += [f"missing: {missing}", "-", "-"]
            else:
                cells += [
                    f"{milliseconds:.1f}",
                    "-" if fraction is None else f"{fraction:.2f}",
                    f"{milliseconds / ours:.2f}" if ours else "-",
                ]
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


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
        longest = max((row[1] for row in rows if row[1]), default=1)
        svg.append(text(12, y + 20, describe(case), 'font-weight="bold"'))
        y += TITLE - 4
        end = y + ROW * len(rows)
        for engine, milliseconds, fraction, missing in rows:
            colour = COLOURS.get(engine, THEIRS)
            svg.append(text(24, y + 13, NAMES[engine]))
            if milliseconds is None:
                svg.append(text(left + 4, y + 13, f"missing: {missing}"[:85], 'fill="#888888"'))
            else:
                svg += bar(left, y, milliseconds / longest, colour, f"{milliseconds:.1f}")
                if fraction is not None:
                    svg += bar(right, y, fraction, colour, f"{fraction:.2f}")
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
