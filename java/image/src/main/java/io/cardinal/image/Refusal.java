// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;

/** The refusals that several decoders share, worded once. */
final class Refusal {
  private Refusal() {}

  static ImageException truncated(ImageKind kind, String expected, long length) {
    return new ImageException(
        Reason.TRUNCATED,
        "the " + kind.title() + " file is cut short",
        expected,
        "the end of the file after " + length + " bytes",
        "copy or download the file again");
  }

  static ImageException corrupt(ImageKind kind, String expected, String found) {
    return new ImageException(
        Reason.CORRUPT,
        "the " + kind.title() + " file is damaged",
        expected,
        found,
        "get an undamaged copy, or open it in a viewer and save it again");
  }

  static ImageException unsupported(ImageKind kind, String expected, String found) {
    return new ImageException(
        Reason.UNSUPPORTED,
        "this sort of " + kind.title() + " is not supported",
        expected,
        found,
        "convert it to an ordinary RGB JPEG or PNG");
  }

  static ImageException tooMuchWork(ImageKind kind, String expected, String found) {
    return new ImageException(
        Reason.TOO_MUCH_WORK,
        "the " + kind.title() + " file would take too long to decode",
        expected,
        found,
        "save it anew, as a baseline JPEG or a PNG");
  }
}
