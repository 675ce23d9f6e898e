// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

/** Which value of the network is the answer. */
public enum Head {
  /** The classifier's output. */
  LOGITS,
  /** The pooled vector that goes into the classifier. */
  FEATURES
}
