// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How arguments are understood.
 *
 * @param isNulSeparated whether names in lists end at a NUL in place of a line's end
 * @param column of a manifest that has the names
 * @param base where relative names in lists and manifests lie; null for the working folder
 * @param filter which images of folders and archives are wanted
 * @param isFollowing whether links to folders inside folders are followed
 * @param maxFileBytes largest member of an archive that is read
 */
record InputRules(
    boolean isNulSeparated,
    String column,
    @Nullable Path base,
    NameFilter filter,
    boolean isFollowing,
    long maxFileBytes) {}
