// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

/**
 * How a run's results are written.
 *
 * @param rows the rows' format
 * @param style what rows show
 * @param hasVectors whether the pooled vectors are wanted
 * @param columns numbers in a pooled vector
 */
record ResultFormats(RowFormat rows, RowStyle style, boolean hasVectors, int columns) {}
