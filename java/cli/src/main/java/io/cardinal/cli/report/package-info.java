// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Runs as pages to look at: {@link io.cardinal.cli.report.ClassifyReport} and {@link
 * io.cardinal.cli.report.EvaluateReport} collect, in bounded memory, what {@link
 * io.cardinal.cli.report.Page} lays out. All markup goes through {@link
 * io.cardinal.cli.report.Html}, which escapes whatever strangers named.
 */
@NullMarked
package io.cardinal.cli.report;

import org.jspecify.annotations.NullMarked;
