// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/** Compares what a model file holds with what it was made of. */
@NullMarked
package io.cardinal.weights.verify;

import org.jspecify.annotations.NullMarked;
