// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.UsageException;
import io.cardinal.engine.safetensors.AtomicFile;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The folder of a run that is written in shards: which file is where, and what is done.
 *
 * <p>A shard is finished when the file of its rows has its name. What belongs to it, statistics and
 * vectors, gets its names before, and those are forced to disk first: whatever a kill or a loss of
 * power leaves, a file of rows is whole and everything that belongs to it is there.
 */
final class RunFolder {
  /** How hidden names begin in it. */
  static final String PREFIX = AtomicFile.PREFIX + "run-";

  private static final String RUN = "run.json";
  private static final String FINISHED = "finished.json";
  private static final String LOCK = ".cardinal-lock";
  private static final String STATISTICS = "stats.json";
  private static final Pattern PART = Pattern.compile("part-\\d{5,}\\..*");

  private final FileLayer layer;
  private final Path folder;
  private final String rowsEnding;
  private final Pattern rowsPart;

  /** A folder whose rows are in files of that ending. */
  RunFolder(FileLayer layer, Path folder, String rowsEnding) {
    this.layer = layer;
    this.folder = folder;
    this.rowsEnding = rowsEnding;
    this.rowsPart = Pattern.compile("part-\\d{5,}\\." + rowsEnding);
  }

  Path path() {
    return folder;
  }

  /** A file of a shard. */
  static String part(int shard, String ending) {
    return String.format(Locale.ROOT, "part-%05d.%s", shard, ending);
  }

  Path rows(int shard) {
    return folder.resolve(part(shard, rowsEnding));
  }

  Path vectors(int shard, String ending) {
    return folder.resolve(part(shard, "features." + ending));
  }

  Path statistics(int shard) {
    return folder.resolve(part(shard, STATISTICS));
  }

  /** Makes the folder, and locks it against other runs until the lock is closed. */
  Closeable lock() {
    return OutputException.get(
        folder,
        () -> {
          layer.createFolder(folder);
          return layer
              .lock(folder.resolve(LOCK))
              .orElseThrow(
                  () ->
                      new IOException(
                          "another run writes there now; wait for it, or give another folder"));
        });
  }

  /** Whether a run has begun here. */
  boolean hasRun() {
    return names().stream()
        .anyMatch(
            name -> name.equals(RUN) || name.equals(FINISHED) || PART.matcher(name).matches());
  }

  boolean isFinished() {
    return names().contains(FINISHED);
  }

  /** What identifies the run that has begun here. */
  RunIdentity identity() {
    if (!names().contains(RUN)) {
      throw new UsageException(
          folder + " has shards, but no " + RUN + " that says of which run; give another folder");
    }
    return parse(RUN, RunIdentity::parse);
  }

  void writeIdentity(RunIdentity identity) {
    write(folder.resolve(RUN), identity.toJson());
  }

  /** Says for good that all inputs are done. */
  void writeFinished(byte[] json) {
    write(folder.resolve(FINISHED), json);
  }

  /** The finished shards, in order; {@link UsageException} if one has been changed or taken. */
  List<Shard> shards() {
    Set<String> names = new LinkedHashSet<>(names());
    List<Shard> shards = new ArrayList<>();
    while (names.remove(part(shards.size(), rowsEnding))) {
      int shard = shards.size();
      Shard statistics = parse(part(shard, STATISTICS), Shard::parse);
      Path rows = rows(shard);
      long bytes = OutputException.get(rows, () -> layer.size(rows));
      if (bytes != statistics.bytes()) {
        throw new UsageException(
            rows
                + " has been changed since its run: expected "
                + statistics.bytes()
                + " bytes, found "
                + bytes
                + "; put it back, or give another folder");
      }
      shards.add(statistics);
    }
    names.stream()
        .filter(rowsPart.asMatchPredicate())
        .findFirst()
        .ifPresent(
            later -> {
              throw new UsageException(
                  rows(shards.size())
                      + " is missing, but "
                      + later
                      + " is there; put it back, or give another folder");
            });
    return shards;
  }

  /** Deletes what a killed run left: hidden files, and what belongs to a shard without rows. */
  void cleanUp(int finishedShards) {
    for (String name : names()) {
      boolean isOfNext = name.startsWith(part(finishedShards, ""));
      if (isOfNext || AtomicFile.isTemporary(name, PREFIX)) {
        Path left = folder.resolve(name);
        OutputException.run(left, () -> layer.delete(left));
      }
    }
  }

  /** Begins a file that belongs to the run. */
  OutputFile create(Path file) {
    return OutputFile.create(layer, file, PREFIX);
  }

  void force() {
    OutputException.run(folder, () -> layer.forceFolder(folder));
  }

  /** Writes bytes to a file that is under way. */
  static void write(OutputFile file, byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    OutputException.run(
        file.target(),
        () -> {
          while (rest.hasRemaining()) {
            file.channel().write(rest);
          }
        });
  }

  private void write(Path target, byte[] bytes) {
    try (OutputFile file = create(target)) {
      write(file, bytes);
      file.commit();
    }
  }

  private interface Parser<T> {
    T parse(byte[] bytes) throws IOException;
  }

  private <T> T parse(String name, Parser<T> parser) {
    Path file = folder.resolve(name);
    try {
      return parser.parse(layer.read(file));
    } catch (IOException e) {
      throw new UsageException(
          file + " cannot be read as that of a run (" + e.getMessage() + "); give another folder",
          e);
    }
  }

  private List<String> names() {
    return OutputException.get(folder, () -> layer.names(folder));
  }
}
