// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What {@code benchmarks/run} runs: {@link io.cardinal.benchmarks.report.ShortRun} measures, {@link
 * io.cardinal.benchmarks.report.Results} keep the raw figures, {@link
 * io.cardinal.benchmarks.report.Tables} and {@link io.cardinal.benchmarks.report.Pages} write them
 * into the documents.
 */
@NullMarked
package io.cardinal.benchmarks.report;

import org.jspecify.annotations.NullMarked;
