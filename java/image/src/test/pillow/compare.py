#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Cardinal authors
# SPDX-License-Identifier: Apache-2.0
"""Compares what BrokenImagesTest wrote with what Pillow makes of the same files.

Usage: compare.py broken-images.tar target/broken-images.tsv

Needs Pillow 13. Prints a table of file kinds by outcome, then every file on which the two do not
agree, with our reason and Pillow's, or with the number of samples that differ.
"""

import collections
import hashlib
import io
import sys
import tarfile
import warnings

from PIL import Image

MOST_PIXELS = 50_000_000


def decode(content):
    """Pillow's RGB of a file as (width, height, digest), or the error's class and text."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                return f"over {MOST_PIXELS} pixels: {image.width} x {image.height}"
            kind = image.format
            rgb = image.convert("RGB")
    except Exception as error:  # whatever Pillow raises is its refusal
        return f"{type(error).__name__}: {error}".split("\n", 1)[0]
    digest = hashlib.sha256(rgb.tobytes()).hexdigest()
    return kind, (str(rgb.width), str(rgb.height), digest)


def main(tar, answers):
    warnings.simplefilter("ignore")
    ours = {}
    with open(answers, encoding="utf-8") as lines:
        for line in lines:
            name, kind, outcome, width, height, digest = line.split("\t")[:6]
            ours[name] = kind, outcome, (width, height, digest)
    table = collections.Counter()
    different = []
    with tarfile.open(tar) as archive:
        for member in archive:
            kind, outcome, pixels = ours[member.name]
            theirs = decode(archive.extractfile(member).read())
            answered = not isinstance(theirs, str)
            if outcome == "ANSWER":
                verdict = "we answer, Pillow refuses"
                if answered:
                    verdict = "equal" if theirs[1] == pixels else "other pixels"
            else:
                verdict = "we refuse, Pillow answers" if answered else "both refuse"
            table[kind, verdict] += 1
            if verdict not in ("equal", "both refuse"):
                found = theirs if not answered else f"{theirs[0]} {theirs[1][0]} x {theirs[1][1]}"
                different.append((verdict, kind, outcome, found, member.name))
    for (kind, verdict), count in sorted(table.items()):
        print(f"{count:6} {kind:8} {verdict}")
    for line in sorted(different):
        print("\t".join(line))


if __name__ == "__main__":
    main(*sys.argv[1:])
