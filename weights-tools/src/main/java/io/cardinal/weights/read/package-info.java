// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Containers: from the bytes of a checkpoint to named tensors.
 *
 * <p>A container is recognised by its content. Nothing in a file is executed, every count, offset
 * and length is checked in 64 bits before memory is taken for it, and what is not read is refused
 * under its own name.
 */
@NullMarked
package io.cardinal.weights.read;

import org.jspecify.annotations.NullMarked;
