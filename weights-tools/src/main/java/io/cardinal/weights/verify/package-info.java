// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Compares what a model file holds with what it was made of.
 *
 * <p>{@link io.cardinal.weights.verify.Verifier} takes the two definitions and gives a {@link
 * io.cardinal.weights.verify.Difference} for each tensor whose numbers differ.
 */
@NullMarked
package io.cardinal.weights.verify;

import org.jspecify.annotations.NullMarked;
