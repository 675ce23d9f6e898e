// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The weights tools: checkpoints of other tools become Cardinal models.
 *
 * <p>Start with {@link io.cardinal.weights.CheckpointImporter}.
 */
module io.cardinal.weights {
  exports io.cardinal.weights;
  exports io.cardinal.weights.onnx;
  exports io.cardinal.weights.verify;

  requires com.fasterxml.jackson.databind;
  requires transitive io.cardinal.engine;
  requires static org.jspecify;
}
