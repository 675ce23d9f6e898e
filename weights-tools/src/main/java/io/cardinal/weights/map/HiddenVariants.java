// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Networks with exactly the keys and shapes of a plain ResNeXt or ResNet that compute something
 * else: anti-aliased ones. Only a name tells.
 */
public final class HiddenVariants {
  private static final Pattern ANTI_ALIASED =
      Pattern.compile("(^|[^a-z])(se|eca)?(resnet|resnext)(aa|blur)\\d*.*");

  private HiddenVariants() {}

  /**
   * Refuses a name that stands for such a network.
   *
   * @param checkpoint its name, for messages
   * @param where the name stands
   * @param name of an architecture or a file
   */
  public static void refuse(String checkpoint, String where, String name) {
    if (ANTI_ALIASED.matcher(name.toLowerCase(Locale.ROOT)).find()) {
      throw refusal(checkpoint, where, name);
    }
  }

  static ModelException refusal(String checkpoint, String where, String found) {
    return new ModelException(
        Reason.UNSUPPORTED_VARIANT,
        checkpoint + " is no plain ResNeXt or ResNet, though its tensors look like one",
        "an architecture without anti-aliasing or other changes",
        found + " (" + where + ")",
        "");
  }
}
