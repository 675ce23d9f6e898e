// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Replaces a file as a whole: written beside the target under a hidden name that nobody can guess,
 * forced to disk, renamed, and the folder forced too. Whatever fails, the target is the old file or
 * the new one. Used on one thread; whoever made it closes it.
 */
public final class AtomicFile implements AutoCloseable {
  /** How the hidden names begin, unless told otherwise. */
  public static final String PREFIX = ".cardinal-";

  private static final String SUFFIX = ".tmp";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final FileLayer layer;
  private final Path file;
  private final Path folder;
  private final Path temporary;
  private final FileLayer.NewFile channel;
  private final Thread hook;
  private boolean isForced;
  private boolean isRenamed;

  private AtomicFile(FileLayer layer, Path file, Path folder, Path temporary) throws IOException {
    this.layer = layer;
    this.file = file;
    this.folder = folder;
    this.temporary = temporary;
    this.hook = new Thread(this::deleteTemporary); // where a signal ends the process
    hookUp();
    try {
      this.channel = layer.create(temporary);
    } catch (Throwable e) {
      unhook();
      throw e;
    }
  }

  /** Whether a name is a hidden one that begins as is said. */
  public static boolean isTemporary(String name, String prefix) {
    return name.startsWith(prefix) && name.endsWith(SUFFIX);
  }

  /** Writes the new content. */
  public interface Content {
    void writeTo(FileLayer.NewFile channel) throws IOException;
  }

  /** Replaces a file by the content. */
  public static void write(FileLayer layer, Path target, Content content) throws IOException {
    try (AtomicFile file = create(layer, target, PREFIX)) {
      content.writeTo(file.channel());
      file.commit();
    }
  }

  /**
   * Begins to replace a file.
   *
   * @param prefix how the hidden name begins
   */
  public static AtomicFile create(FileLayer layer, Path target, String prefix) throws IOException {
    Path file = layer.resolve(target);
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new FileSystemException(file.toString(), null, "no file name");
    }
    byte[] random = new byte[12];
    RANDOM.nextBytes(random);
    Path temporary = folder.resolve(prefix + HexFormat.of().formatHex(random) + SUFFIX);
    return new AtomicFile(layer, file, folder, temporary);
  }

  /** Where the new content goes. */
  public FileLayer.NewFile channel() {
    return channel;
  }

  /** Bytes that were written. */
  public long size() throws IOException {
    return layer.size(isRenamed ? file : temporary);
  }

  /** Ends the content and forces it to disk; it has the hidden name still. */
  public void force() throws IOException {
    if (!isForced) {
      channel.force();
      channel.close();
      isForced = true;
    }
  }

  /** Forces the content and gives it the target's name, which a loss of power may take back. */
  public void rename() throws IOException {
    force();
    layer.rename(temporary, file);
    isRenamed = true;
  }

  /** Forces the content, gives it the target's name, and forces that. */
  public void commit() throws IOException {
    rename();
    layer.forceFolder(folder);
  }

  /** Deletes what has not got the target's name. */
  @Override
  public void close() throws IOException {
    unhook();
    if (!isRenamed) {
      isRenamed = true; // not to be deleted twice
      try (channel) {
        layer.delete(temporary);
      }
    }
  }

  private void deleteTemporary() {
    try {
      layer.delete(temporary);
    } catch (IOException e) {
      // the process ends: nobody is left to tell
    }
  }

  /** Not {@code deleteOnExit}, which keeps each name until the process ends. */
  private void hookUp() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process ends already
    }
  }

  private void unhook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process ends: the hook does its work
    }
  }
}
