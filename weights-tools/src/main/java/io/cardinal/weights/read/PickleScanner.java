// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lists the globals that a pickle of any protocol names, without giving any of it a meaning: for
 * messages about pickles that are refused.
 */
final class PickleScanner {
  private static final int MAX_GLOBALS = 1_000;
  private static final int MAX_STEPS = 10_000_000;
  private static final int MAX_LINE = 1 << 16;
  private static final int MAX_TEXT = 256;

  /**
   * What was found.
   *
   * @param globals as {@code module.name}, in order of first use
   */
  record Result(List<String> globals) {}

  private final ByteSource in;
  private final Set<String> globals = new LinkedHashSet<>();
  private String lastText = "";
  private String textBefore = "";

  private PickleScanner(ByteSource in) {
    this.in = in;
  }

  /** Scans up to the end of the pickle, to what is no pickle, or to the end of the data. */
  static Result scan(ByteSource in) {
    PickleScanner scanner = new PickleScanner(in);
    try {
      boolean goesOn = true;
      for (int i = 0; goesOn && i < MAX_STEPS && scanner.globals.size() < MAX_GLOBALS; i++) {
        goesOn = scanner.step(in.unsignedByte());
      }
    } catch (ModelException e) {
      return new Result(List.copyOf(scanner.globals)); // damaged: what was seen so far counts
    }
    return new Result(List.copyOf(scanner.globals));
  }

  /** Steps over one opcode; false at the end. */
  private boolean step(int opcode) {
    switch (opcode) {
      case 'c', 'i' -> globals.add(in.line(MAX_LINE) + "." + in.line(MAX_LINE));
      // STACK_GLOBAL takes the two texts before it, as pickle.py writes them
      case 0x93 -> globals.add(textBefore + "." + lastText);
      case 0x80, 'K', 'h', 'q', 0x82 -> in.skip(1);
      case 'M', 0x83 -> in.skip(2);
      case 'J', 'j', 'r', 0x84 -> in.skip(4);
      case 'G', 0x95 -> in.skip(8);
      case 'U', 0x8a, 'C', 0x8c -> text(in.unsignedByte());
      case 'T', 'X', 'B', 0x8b -> text(in.littleInt() & 0xffffffffL);
      case 0x8d, 0x8e, 0x96 -> text(in.littleLong());
      case 'F', 'I', 'L', 'P', 'g', 'p' -> in.line(MAX_LINE);
      case 'S', 'V' -> remember(in.line(MAX_LINE));
      default -> {
        return isPlain(opcode); // false for STOP and for what is no opcode
      }
    }
    return true;
  }

  private static boolean isPlain(int opcode) {
    return "(012NQRabdelostu)]}".indexOf(opcode) >= 0
        || (opcode >= 0x81 && opcode <= 0x94)
        || opcode == 0x97
        || opcode == 0x98;
  }

  private void text(long length) {
    if (length >= 0 && length <= MAX_TEXT) {
      remember(in.text(length, StandardCharsets.UTF_8));
    } else {
      in.skip(length);
    }
  }

  private void remember(String text) {
    textBefore = lastText;
    lastText = text;
  }
}
