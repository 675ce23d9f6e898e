// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

/** Where results go: rows in their formats, files that appear whole. */
@NullMarked
package io.cardinal.cli.output;

import org.jspecify.annotations.NullMarked;
