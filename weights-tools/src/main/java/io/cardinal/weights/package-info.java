// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The weights tools: checkpoints of other tools become Cardinal models.
 *
 * <p>Start with {@link io.cardinal.weights.CheckpointImporter}: it opens a checkpoint with {@link
 * io.cardinal.weights.ImportOptions} and gives an {@link io.cardinal.weights.ImportedModel}, whose
 * definition {@link io.cardinal.engine.ModelFile#write} puts into a file, or which {@link
 * io.cardinal.engine.Model} opens at once. Within, {@code read} opens the container, {@code map}
 * finds out which network the tensors are, this package adds preprocessing and labels.
 *
 * <p>{@link io.cardinal.weights.CheckpointInspector} says what a file holds and why it is or is not
 * imported; {@link io.cardinal.weights.verify.Verifier} compares a model with its checkpoint;
 * {@link io.cardinal.weights.RandomModel} makes a model without any checkpoint, to measure with;
 * {@link io.cardinal.weights.onnx.OnnxModel} writes one for other engines.
 *
 * <p>What a file does wrong is an {@link io.cardinal.engine.ModelException}.
 */
@NullMarked
package io.cardinal.weights;

import org.jspecify.annotations.NullMarked;
