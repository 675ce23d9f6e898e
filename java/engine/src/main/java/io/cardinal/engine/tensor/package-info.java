// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Named numbers on their way from a file to the kernels.
 *
 * <p>A {@link io.cardinal.engine.tensor.Tensor} has a {@link io.cardinal.engine.tensor.DataType}, a
 * shape, and elements that are read in pieces, as doubles, so that no network need stand in memory
 * twice. {@link io.cardinal.engine.tensor.FormulaTensors} makes networks of made-up weights, the
 * same everywhere, to test and to measure with.
 */
@NullMarked
package io.cardinal.engine.tensor;

import org.jspecify.annotations.NullMarked;
