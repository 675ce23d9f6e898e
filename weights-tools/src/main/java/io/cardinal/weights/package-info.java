// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The weights tools: checkpoints of other tools become Cardinal models.
 *
 * <p>{@link io.cardinal.weights.CheckpointImporter} is the way in: {@code read} opens the
 * container, {@code map} finds out which network the tensors are, this package adds preprocessing
 * and labels. {@link io.cardinal.weights.CheckpointInspector} says what a file holds and why it is
 * or is not imported.
 */
@NullMarked
package io.cardinal.weights;

import org.jspecify.annotations.NullMarked;
