// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a long run is: a bar that is drawn again and again on a terminal, elsewhere a plain
 * line every few seconds. Used on one thread.
 */
final class Progress implements AutoCloseable {
  private static final long BAR_NANOSECONDS = 100_000_000L;
  private static final long LINE_NANOSECONDS = 5_000_000_000L;
  private static final int BAR_WIDTH = 24;

  private final Console console;
  private final Kind kind;
  private final LongSupplier total;
  private final LongSupplier clock;
  private final long start;
  private long last;
  private boolean isDrawn;

  /** How progress is shown. */
  enum Kind {
    /** A bar on a terminal, plain lines elsewhere. */
    AUTO,
    /** A bar with rate and time left. */
    BAR,
    /** A line every five seconds. */
    PLAIN,
    /** Nothing. */
    NONE;

    /** The names on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Progress.
   *
   * @param total asked when something is shown: how many there are, -1 if that is not known
   */
  Progress(Console console, Kind kind, LongSupplier total) {
    this(console, kind, total, System::nanoTime);
  }

  /** Progress by a clock of nanoseconds. */
  Progress(Console console, Kind kind, LongSupplier total, LongSupplier clock) {
    this.clock = clock;
    this.start = clock.getAsLong();
    this.last = start;
    this.console = console;
    this.total = total;
    this.kind = kind == Kind.AUTO ? (Console.isTerminal() ? Kind.BAR : Kind.PLAIN) : kind;
  }

  /** Tells how many of the total are done. */
  void update(long done) {
    long now = clock.getAsLong();
    long interval = kind == Kind.BAR ? BAR_NANOSECONDS : LINE_NANOSECONDS;
    if (kind == Kind.NONE || now - last < interval) {
      return;
    }
    last = now;
    double rate = done * 1e9 / (now - start);
    long all = total.getAsLong();
    boolean isKnown = all >= done;
    String text =
        isKnown
            ? String.format(
                Locale.ROOT,
                "%d of %d images, %.1f images/s, %s left",
                done,
                all,
                rate,
                time(rate > 0 ? Math.round((all - done) / rate) : 0))
            : String.format(Locale.ROOT, "%d images, %.1f images/s", done, rate);
    if (kind == Kind.BAR) {
      int filled = isKnown ? (int) (BAR_WIDTH * done / Math.max(1, all)) : 0;
      String bar = "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "] ";
      console.raw("\r" + (isKnown ? bar : "") + text + "\u001b[K");
      isDrawn = true;
    } else {
      console.note(text);
    }
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (isDrawn) {
      console.raw("\r\u001b[K");
    }
  }

  private static String time(long seconds) {
    return seconds < 60
        ? seconds + " s"
        : String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
  }
}
