// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.Tensor;
import java.util.Map;

/** Looks at the value of every parameter: NaN, infinities, negative variances. */
public final class ValueCheck {
  private static final int CHUNK = 1 << 16;

  private final double[] chunk = new double[CHUNK];
  private long nans;
  private long infinities;
  private int tensors;
  private String first = "";

  private ValueCheck() {}

  /**
   * Checks parameters.
   *
   * @param file the checkpoint's name, for messages
   * @param allowNonFinite whether NaN and infinities pass
   * @return a sentence about what was let pass; empty if there was nothing
   * @throws ModelException if a value is not finite and that is not allowed, or a variance is
   *     negative
   */
  public static String check(String file, Map<String, Tensor> parameters, boolean allowNonFinite) {
    ValueCheck check = new ValueCheck();
    parameters.forEach((key, tensor) -> check.look(file, key, tensor));
    if (check.tensors == 0) {
      return "";
    }
    String found =
        check.nans
            + " NaN and "
            + check.infinities
            + " infinite or beyond float32, in "
            + check.tensors
            + (check.tensors == 1 ? " tensor, " : " tensors, first ")
            + check.first;
    if (!allowNonFinite) {
      throw new ModelException(
          Reason.NOT_FINITE,
          file + " has parameters that are no numbers",
          "finite values",
          found,
          "such a network gives no sound answer; to import it all the same: --allow-non-finite");
    }
    return "parameters that are no numbers: " + found;
  }

  private void look(String file, String key, Tensor tensor) {
    boolean isVariance = key.endsWith("running_var");
    long before = nans + infinities;
    long elements = tensor.elements();
    for (long at = 0; at < elements; at += CHUNK) {
      int count = (int) Math.min(CHUNK, elements - at);
      tensor.read(at, chunk, count);
      for (int i = 0; i < count; i++) {
        float value = (float) chunk[i];
        if (Float.isNaN(value)) {
          nans++;
        } else if (Float.isInfinite(value)) {
          infinities++;
        } else if (isVariance && chunk[i] < 0) {
          throw new ModelException(
              Reason.BAD_VALUE,
              file + ": tensor " + key + " has a negative variance",
              "0 or more",
              chunk[i] + " at " + (at + i),
              "");
        }
      }
    }
    if (nans + infinities > before) {
      tensors++;
      first = first.isEmpty() ? key : first;
    }
  }
}
