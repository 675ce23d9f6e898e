// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

/**
 * What rows show.
 *
 * @param ranks answers for each image, 1 or more
 * @param hasLogits whether the network's outputs stand in place of probabilities
 */
public record RowStyle(int ranks, boolean hasLogits) {}
