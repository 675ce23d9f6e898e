// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The network without pictures: from a model file to logits.
 *
 * <p>Start with {@link io.cardinal.engine.Model}: open a file, call {@code infer} from any thread
 * with preprocessed floats, close it. {@link io.cardinal.engine.EngineOptions} says how many
 * threads and how much memory it may take; {@link io.cardinal.engine.ModelInfo} says what network
 * it is, what input it wants and what its classes are called.
 *
 * <p>{@link io.cardinal.engine.ModelFile} reads and writes model files; what is in one is a {@link
 * io.cardinal.engine.ModelDefinition}. The network itself is a {@link
 * io.cardinal.engine.spec.ResNeXtSpec}, its weights are {@link io.cardinal.engine.tensor.Tensor}s,
 * and how it runs on this machine is an {@link io.cardinal.engine.plan.ExecutionPlan}, which prints
 * as a table.
 *
 * <p>A file that cannot be used is a {@link io.cardinal.engine.ModelException}, a machine that
 * cannot run it a {@link io.cardinal.engine.NativeException}; both are unchecked, with a reason,
 * what was expected and found, and what to do.
 */
@NullMarked
package io.cardinal.engine;

import org.jspecify.annotations.NullMarked;
