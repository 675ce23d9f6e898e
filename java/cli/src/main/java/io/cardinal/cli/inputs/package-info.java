// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Where images come from: files, folders, patterns, lists, manifests, archives. {@code Inputs}
 * gives them one by one, and holds none of those that it gave.
 */
@NullMarked
package io.cardinal.cli.inputs;

import org.jspecify.annotations.NullMarked;
