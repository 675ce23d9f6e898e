// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.cli.UsageException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments and options that say which images are meant. */
public final class InputOptions {
  private static final String DEFAULT_COLUMN = "path";

  @Parameters(
      paramLabel = "PATH",
      description = "files, folders, archives, patterns, CSV or JSONL manifests, - or @LIST")
  List<String> paths = List.of();

  @Option(
      names = {"-0", "--null"},
      description = "names in lists end at a NUL, as find -print0 writes them")
  boolean isNulSeparated;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "the column or field of a manifest that has the paths (default: path)")
  @Nullable String column;

  @Option(
      names = "--base-dir",
      paramLabel = "DIR",
      description = "relative names in lists and manifests lie there; rows show them unchanged")
  @Nullable Path base;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description = {
        "take only such images of folders and archives; with a slash a pattern is one of paths",
        "inside, else one of names. May be given several times"
      })
  List<String> includes = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "leave out such images of folders and archives; several times likewise")
  List<String> excludes = List.of();

  @Option(
      names = "--follow-links",
      description = "follow links to folders inside folders; those to files are always followed")
  boolean isFollowing;

  /** The arguments as they were given. */
  public List<String> paths() {
    return paths;
  }

  /**
   * Opens what was given.
   *
   * @param standardInput the list that {@code -} stands for; not closed
   * @param maxFileBytes largest member of an archive that is read
   * @return the images; {@link UsageException} if a list is not there or options do not fit
   */
  public Inputs open(InputStream standardInput, long maxFileBytes) {
    check();
    return new Inputs(paths, rules(maxFileBytes), standardInput);
  }

  private InputRules rules(long maxFileBytes) {
    return new InputRules(
        isNulSeparated,
        column == null ? DEFAULT_COLUMN : column,
        base,
        new NameFilter(includes, excludes),
        isFollowing,
        maxFileBytes);
  }

  private void check() {
    if (paths.isEmpty()) {
      throw new UsageException(
          "give image files, folders, archives, - or @LIST; see cardinal classify --help");
    }
    if (column != null && paths.stream().noneMatch(Manifest::isManifest)) {
      throw new UsageException("--column goes with a manifest, a file named *.csv or *.jsonl");
    }
    boolean hasList = paths.stream().anyMatch(path -> path.equals("-") || path.startsWith("@"));
    if (isNulSeparated && !hasList) {
      throw new UsageException("--null goes with a list, - or @LIST");
    }
    if (base != null && !hasList && paths.stream().noneMatch(Manifest::isManifest)) {
      throw new UsageException("--base-dir goes with a list or a manifest");
    }
  }
}
