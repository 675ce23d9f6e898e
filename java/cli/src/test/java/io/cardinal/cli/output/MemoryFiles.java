// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory that know what a loss of power may take: of what was written to a file since it
 * was forced any part may be there or not, the last piece cut short; of the names that a folder got
 * or lost since it was forced likewise, whatever others did. Folders are there for good once made.
 */
final class MemoryFiles implements FileLayer {
  /** A file whatever it is called. */
  private static final class Node {
    private byte[] now = {};
    private byte[] forced = {};
    private final List<Piece> pieces = new ArrayList<>(); // since it was forced

    void write(Piece piece) {
      now = piece.onto(now);
      pieces.add(piece);
    }

    void force() {
      forced = now;
      pieces.clear();
    }
  }

  private record Piece(int position, byte[] bytes) {
    byte[] onto(byte[] content) {
      byte[] changed = Arrays.copyOf(content, Math.max(content.length, position + bytes.length));
      System.arraycopy(bytes, 0, changed, position, bytes.length);
      return changed;
    }
  }

  /** A name that came to stand for a file or for none, in the place of another one if renamed. */
  private record Naming(Path path, @Nullable Node node, @Nullable Path before) {
    void applyTo(Map<Path, Node> names) {
      if (before != null) {
        names.remove(before);
      }
      if (node == null) {
        names.remove(path);
      } else {
        names.put(path, node);
      }
    }
  }

  private final Map<Path, Node> now = new TreeMap<>();
  private final Map<Path, Node> forced = new HashMap<>();
  private final List<Naming> namings = new ArrayList<>(); // since their folder was forced
  private final Set<Path> locks = new HashSet<>();
  private final Set<Path> renamed = new HashSet<>();

  /** What is left after a loss of power. */
  MemoryFiles afterLossOfPower(Random random) {
    MemoryFiles left = new MemoryFiles();
    Map<Node, Node> survivors = new HashMap<>();
    Map<Path, Node> names = new HashMap<>(forced);
    int share = random.nextInt(3); // none, about half, or all of them
    for (Naming naming : namings) {
      if (share == 2 || (share == 1 && random.nextBoolean())) {
        naming.applyTo(names);
      }
    }
    names.forEach(
        (path, node) -> {
          Node survivor = survivors.computeIfAbsent(node, n -> survivor(n, random));
          left.now.put(path, survivor);
          left.forced.put(path, survivor);
        });
    return left;
  }

  private static Node survivor(Node node, Random random) {
    Node survivor = new Node();
    survivor.now = node.forced;
    int share = random.nextInt(3);
    for (Piece piece : node.pieces) {
      if (share == 2 || (share == 1 && random.nextBoolean())) {
        int length =
            random.nextInt(4) == 0 ? random.nextInt(piece.bytes.length + 1) : piece.bytes.length;
        survivor.now =
            new Piece(piece.position, Arrays.copyOf(piece.bytes, length)).onto(survivor.now);
      }
    }
    survivor.forced = survivor.now;
    return survivor;
  }

  /** Everything there, by path. */
  Map<Path, byte[]> contents() {
    Map<Path, byte[]> contents = new TreeMap<>();
    now.forEach((path, node) -> contents.put(path, node.now));
    return contents;
  }

  /** Names that were taken by renaming. */
  Set<Path> renamed() {
    return renamed;
  }

  /** Puts a file there, for good. */
  void put(Path file, byte[] bytes) {
    Node node = new Node();
    node.now = bytes;
    node.forced = bytes;
    now.put(file, node);
    forced.put(file, node);
  }

  @Override
  public Path resolve(Path target) {
    return target;
  }

  @Override
  public NewFile create(Path file) throws IOException {
    if (now.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Node node = new Node();
    name(new Naming(file, node, null));
    return new Channel(node);
  }

  private static final class Channel implements NewFile {
    private final Node node;
    private boolean isOpen = true;

    Channel(Node node) {
      this.node = node;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      return write(bytes, node.now.length);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      if (!isOpen) {
        throw new ClosedChannelException();
      }
      byte[] some = new byte[bytes.remaining()];
      bytes.get(some);
      node.write(new Piece((int) position, some));
      return some.length;
    }

    @Override
    public void force() {
      node.force();
    }

    @Override
    public boolean isOpen() {
      return isOpen;
    }

    @Override
    public void close() {
      isOpen = false;
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Node node = node(from);
    name(new Naming(to, node, from));
    renamed.add(to);
  }

  @Override
  public void delete(Path file) {
    if (now.containsKey(file)) {
      name(new Naming(file, null, null));
    }
  }

  @Override
  public void createFolder(Path folder) {
    // there for good
  }

  @Override
  public void forceFolder(Path folder) {
    for (Naming naming : namings) {
      if (naming.path.startsWith(folder)) {
        naming.applyTo(forced);
      }
    }
    namings.removeIf(naming -> naming.path.startsWith(folder));
  }

  @Override
  public List<String> names(Path folder) {
    return now.keySet().stream()
        .filter(path -> folder.equals(path.getParent()))
        .map(path -> path.getFileName().toString())
        .toList();
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return node(file).now;
  }

  @Override
  public long size(Path file) throws IOException {
    return node(file).now.length;
  }

  @Override
  public Optional<Closeable> lock(Path file) {
    return locks.add(file) ? Optional.of(() -> locks.remove(file)) : Optional.empty();
  }

  private Node node(Path file) throws IOException {
    Node node = now.get(file);
    if (node == null) {
      throw new NoSuchFileException(file.toString());
    }
    return node;
  }

  private void name(Naming naming) {
    namings.add(naming);
    naming.applyTo(now);
  }
}
