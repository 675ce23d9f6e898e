// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cardinal.Outcome;
import io.cardinal.cli.Failures;
import io.cardinal.cli.UsageException;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows in shards of one length, each of which is there for good when it is finished. */
final class ShardedOutput extends RunOutput {
  private final FileLayer layer;
  private final RunFolder folder;
  private final int shardSize;
  private final boolean isResumed;
  private final RunIdentity identity;
  private final ResultFormats formats;
  private final @Nullable Quarantine quarantine;
  private final NamesDigest names = new NamesDigest();
  private List<Shard> earlier = List.of();
  private boolean isFinished;
  private @Nullable Closeable lock;

  // the shard that is under way
  private @Nullable Part part;
  private int shard;
  private long shardRows;
  private String first = "";
  private String last = "";
  private final Map<String, Long> shardFailures = new TreeMap<>();
  private long shardStart = System.nanoTime();

  /**
   * An output that is not open yet.
   *
   * @param shardSize rows of each shard but the last
   * @param isResumed whether it may go on with an earlier run
   * @param quarantine what keeps failed inputs, or null; this output closes it
   */
  ShardedOutput(
      FileLayer layer,
      Path folder,
      int shardSize,
      boolean isResumed,
      RunIdentity identity,
      ResultFormats formats,
      @Nullable Quarantine quarantine,
      ErrorLimit limit) {
    super(limit);
    this.layer = layer;
    this.folder = new RunFolder(layer, folder, formats.rows().name());
    this.shardSize = shardSize;
    this.isResumed = isResumed;
    this.identity = identity;
    this.formats = formats;
    this.quarantine = quarantine;
  }

  @Override
  public Optional<String> begin() {
    lock = folder.lock();
    if (!folder.hasRun()) {
      if (quarantine != null) {
        quarantine.checkEmpty();
      }
      folder.cleanUp(0);
      folder.writeIdentity(identity);
      return Optional.empty();
    } else if (!isResumed) {
      throw new UsageException(
          folder.path() + " has a run already: go on with it by --resume, or give another folder");
    }
    List<String> differences = identity.differences(folder.identity());
    if (!differences.isEmpty()) {
      throw new UsageException(
          folder.path()
              + " has another run, with which this one cannot be mixed: "
              + String.join("; ", differences)
              + "; say the same again, or give another folder");
    }
    return Optional.of(takeUp());
  }

  @Override
  public boolean isFinished() {
    return isFinished;
  }

  @Override
  public void skip(Iterator<String> inputs) {
    for (int i = 0; i < earlier.size(); i++) {
      Shard done = earlier.get(i);
      long left = done.rows();
      while (left > 0 && inputs.hasNext()) {
        names.add(inputs.next());
        left--;
      }
      if (left > 0 || !names.soFar().equals(done.namesDigest())) {
        throw new UsageException(
            "the inputs are not those of the run in "
                + folder.path()
                + ": they differ in shard "
                + folder.rows(i).getFileName()
                + ", whose rows were from "
                + done.first()
                + " to "
                + done.last()
                + (left > 0 ? " (now there are too few inputs)" : "")
                + "; give the same inputs, or another folder");
      }
    }
    if (isResumed) { // only now is it sure that what is left is this run's
      folder.cleanUp(shard);
      if (quarantine != null) {
        quarantine.cleanUp(RunFolder.part(shard, "csv"));
      }
    }
    shardStart = System.nanoTime();
  }

  @Override
  public void finish() {
    commit();
    ObjectNode node = JsonFiles.object();
    node.put("rows", rows());
    node.put("failed", failures());
    failuresByReason().forEach(node.putObject("failures")::put);
    node.put("shards", shard);
    node.put("names_sha256", names.soFar());
    folder.writeFinished(JsonFiles.write(node));
  }

  @Override
  public void stop() {
    // every finished shard is there for good, and the one under way comes again
  }

  @Override
  @SuppressWarnings("try") // all are closed, whichever fails
  public void close() {
    try (Closeable held = lock;
        Part unfinished = part;
        Quarantine list = quarantine) {
      lock = null;
      part = null;
    } catch (IOException e) {
      throw new OutputException(folder.path().toString(), e);
    }
  }

  @Override
  void write(long row, String name, Outcome<?> outcome) {
    Part current = part;
    if (current == null) {
      VectorFormat vectors = formats.vectors();
      current =
          new Part(
              layer,
              RunFolder.PREFIX,
              OutputStream.nullOutputStream(),
              folder.rows(shard),
              vectors == null ? null : folder.vectors(shard, vectors.name()),
              formats);
      part = current;
      first = name;
      if (quarantine != null) {
        quarantine.begin(RunFolder.part(shard, "csv"));
      }
    }
    current.row(name, outcome);
  }

  @Override
  void quarantine(long row, String name, RuntimeException failure, Content content) {
    shardFailures.merge(Failures.reason(failure), 1L, Long::sum);
    if (quarantine != null) {
      quarantine.add(row, name, failure, content);
    }
  }

  @Override
  void written(String name, Outcome<?> outcome) {
    names.add(name);
    last = name;
    shardRows++;
    if (shardRows == shardSize) {
      commit();
    }
  }

  /** Finishes the shard that is under way; its rows come last, see {@link RunFolder}. */
  private void commit() {
    Part done = part;
    if (done == null) {
      return;
    }
    done.force();
    List<OutputFile> files = done.files();
    OutputFile rows = files.get(files.size() - 1);
    long now = System.nanoTime();
    Shard statistics =
        new Shard(
            shardRows,
            shardFailures,
            first,
            last,
            names.soFar(),
            rows.size(),
            (now - shardStart) / 1e9);
    try (OutputFile file = folder.create(folder.statistics(shard))) {
      RunFolder.write(file, statistics.toJson());
      file.rename();
    }
    files.subList(0, files.size() - 1).forEach(OutputFile::rename);
    if (quarantine != null) {
      quarantine.commit(false);
    }
    folder.force();
    rows.commit();
    done.close();
    part = null;
    shard++;
    shardRows = 0;
    shardFailures.clear();
    shardStart = now;
  }

  /** Goes on where an earlier run has ended; says so. */
  private String takeUp() {
    isFinished = folder.isFinished();
    if (isFinished) {
      return "the run in " + folder.path() + " is finished: it is left as it is";
    }
    earlier = folder.shards();
    shard = earlier.size();
    earlier.forEach(done -> addEarlier(done.rows(), done.failures()));
    String done = rows() + (rows() == 1 ? " row, " : " rows, ") + failures() + " failed";
    return "going on in " + folder.path() + " with shard " + shard + ", after " + done;
  }
}
