// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files of another layer, one of whose calls fails, or that one and all after it. */
public final class FaultyFiles implements FileLayer {
  private final FileLayer files;
  private final Fault fault;
  private final int failing;
  private int calls;

  /** What happens at the failing call. */
  public enum Fault {
    /** It does nothing and fails. */
    ERROR,
    /** It does its work and fails then. */
    LATE,
    /** A write writes a half and fails, as on a full disk. */
    HALF,
    /** A write writes a half and says so, as it may. */
    SHORT,
    /** It fails, and so do all after it. */
    FOR_GOOD,
    /** The process ends. */
    CRASH
  }

  /** The end of the process, which nothing handles. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private interface Action {
    void run() throws IOException;
  }

  private interface Write {
    int run(ByteBuffer bytes) throws IOException;
  }

  /** Files whose call of that number fails, counted from 1. */
  public FaultyFiles(FileLayer files, Fault fault, int failing) {
    this.files = files;
    this.fault = fault;
    this.failing = failing;
  }

  /** Whether the call of that number has come. */
  public boolean hasCome() {
    return calls >= failing;
  }

  private <T> T call(Call<T> call) throws IOException {
    if (!isFailing() || fault == Fault.SHORT) {
      return call.run();
    } else if (fault == Fault.LATE) {
      call.run();
    }
    throw new FileSystemException(null, null, "Input/output error");
  }

  private void act(Action action) throws IOException {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  private int write(ByteBuffer bytes, Write write) throws IOException {
    if (fault != Fault.HALF && fault != Fault.SHORT) {
      return call(() -> write.run(bytes));
    } else if (!isFailing()) {
      return write.run(bytes);
    }
    ByteBuffer half = bytes.slice(bytes.position(), (bytes.remaining() + 1) / 2);
    int written = write.run(half);
    bytes.position(bytes.position() + written);
    if (fault == Fault.SHORT) {
      return written;
    }
    throw new FileSystemException(null, null, "No space left on device");
  }

  private boolean isFailing() {
    calls++;
    boolean isLasting = fault == Fault.FOR_GOOD || fault == Fault.CRASH;
    boolean isFailing = isLasting ? calls >= failing : calls == failing;
    if (isFailing && fault == Fault.CRASH) {
      throw new Crash();
    }
    return isFailing;
  }

  private final class Channel implements NewFile {
    private final NewFile file;

    Channel(NewFile file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return FaultyFiles.this.write(bytes, file::write);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      return FaultyFiles.this.write(bytes, some -> file.write(some, position));
    }

    @Override
    public void force() throws IOException {
      act(file::force);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      act(file::close);
    }
  }

  @Override
  public Path resolve(Path target) throws IOException {
    return call(() -> files.resolve(target));
  }

  @Override
  public NewFile create(Path file) throws IOException {
    return call(() -> new Channel(files.create(file)));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    act(() -> files.rename(from, to));
  }

  @Override
  public void delete(Path file) throws IOException {
    act(() -> files.delete(file));
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    act(() -> files.createFolder(folder));
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    act(() -> files.forceFolder(folder));
  }

  @Override
  public List<String> names(Path folder) throws IOException {
    return call(() -> files.names(folder));
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return call(() -> files.read(file));
  }

  @Override
  public long size(Path file) throws IOException {
    return call(() -> files.size(file));
  }

  @Override
  public Optional<Closeable> lock(Path file) throws IOException {
    Optional<Closeable> lock =
        call(() -> fault == Fault.LATE ? Optional.empty() : files.lock(file));
    return fault == Fault.LATE ? files.lock(file) : lock; // a lock that nobody got is nobody's
  }
}
