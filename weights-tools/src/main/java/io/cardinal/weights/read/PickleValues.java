// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The values of a pickle that are not texts, numbers, dictionaries or tensors. */
final class PickleValues {
  private PickleValues() {}

  /** Values without content. */
  enum Constant {
    NONE,
    /** Separates what belongs to one collection on the stack. */
    MARK,
    /** Something that may be there, but is of no interest: a set, a namespace, a huge number. */
    OPAQUE
  }

  /** A tuple; equal only to itself, as it may contain itself. */
  static final class Tuple {
    private final List<Object> items;

    Tuple(Object... items) {
      this.items = Collections.unmodifiableList(Arrays.asList(items));
    }

    List<Object> items() {
      return items;
    }
  }

  /** A list; equal only to itself. */
  static final class Sequence {
    final List<Object> items = new ArrayList<>(0);
  }

  /** What a value is, for messages; contents are left out. */
  static String describe(Object value) {
    if (value instanceof Dict) {
      return "a dictionary";
    } else if (value instanceof Tuple) {
      return "a tuple";
    } else if (value instanceof Sequence) {
      return "a list";
    } else if (value instanceof String) {
      return "a text";
    } else if (value instanceof Number || value instanceof Boolean) {
      return "a number";
    } else if (value instanceof Tensor || value instanceof OtherTensor) {
      return "a single tensor";
    } else if (value == Constant.NONE) {
      return "None";
    }
    return "another object";
  }
}
