// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import org.jspecify.annotations.Nullable;

/**
 * How a run's results are written.
 *
 * @param rows the rows' format
 * @param style what rows show
 * @param vectors the format of the pooled vectors, or null where they are not wanted
 * @param columns numbers in a pooled vector
 */
record ResultFormats(RowFormat rows, RowStyle style, @Nullable VectorFormat vectors, int columns) {}
