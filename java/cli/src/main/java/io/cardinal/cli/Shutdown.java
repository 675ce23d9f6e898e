// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.LoadedItems;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What SIGINT and SIGTERM do. A run over many images lists no more of them, finishes those under
 * way and ends in good order; where that takes longer than {@link #PATIENCE}, and wherever else the
 * signal comes, the process ends there and then. Shutdown hooks take away what has not got its
 * final name. The exit code is 128 plus the signal's number; a second SIGINT ends the process at
 * once. Thread-safe.
 *
 * <p>A signal that the process was started to ignore, as under {@code nohup}, stays ignored.
 */
final class Shutdown {
  /** Milliseconds that images under way have to be finished in. */
  static final long PATIENCE = 3_500;

  private static final int OFFSET_OF_SIGNALS = 128;

  private final Console console;
  private @Nullable Received signal;
  private boolean isRunning;

  /** A signal, such as INT, 2. */
  private record Received(String name, int number) {}

  /**
   * One that nobody has asked to end.
   *
   * @param console for a line on what happens
   */
  Shutdown(Console console) {
    this.console = console;
  }

  /** The one of this process, which gets its signals from now on. */
  static Shutdown ofProcess(Console console) {
    Shutdown shutdown = new Shutdown(console);
    shutdown.listen("INT");
    shutdown.listen("TERM");
    return shutdown;
  }

  /**
   * The class that hears signals stands in full here and nowhere else: importing it is a warning.
   */
  private void listen(String name) {
    sun.misc.Signal.handle(
        new sun.misc.Signal(name),
        heard -> receive(new Received(heard.getName(), heard.getNumber())));
  }

  /** Does a run that is finished in good order when it is asked to end. */
  <T> T run(Supplier<T> run) {
    setRunning(true);
    try {
      return run.get();
    } finally {
      setRunning(false);
    }
  }

  private synchronized void setRunning(boolean running) {
    isRunning = running;
  }

  /** The same elements, but none any more once the process is asked to end. */
  <T> Elements<T> until(LoadedItems<T> all) {
    return new Elements<>(all);
  }

  /** The elements of a run, up to a signal. */
  final class Elements<T> implements LoadedItems<T> {
    private final LoadedItems<T> all;
    private boolean isCut;

    private Elements(LoadedItems<T> all) {
      this.all = all;
    }

    @Override
    public boolean hasNext() {
      isCut |= isAsked();
      return !isCut && all.hasNext();
    }

    @Override
    public T next() {
      return all.next();
    }

    @Override
    public long nextBytes() {
      return hasNext() ? all.nextBytes() : 0;
    }

    /**
     * Throws {@link StoppedException} if there may have been more.
     *
     * @param consequence what the user is to know of it
     */
    void throwIfCut(String consequence) {
      if (isCut) {
        throw new StoppedException(reason() + " " + consequence, exitCode(0));
      }
    }
  }

  /** Whether the process is asked to end. */
  synchronized boolean isAsked() {
    return signal != null;
  }

  /** The exit code: that of the signal, if there was one. */
  synchronized int exitCode(int otherwise) {
    return signal == null ? otherwise : OFFSET_OF_SIGNALS + signal.number;
  }

  /** On a thread of the JVM's, one for each signal. */
  private void receive(Received received) {
    boolean isFirst;
    boolean isFinishing;
    synchronized (this) {
      isFirst = signal == null;
      if (isFirst) {
        signal = received;
      }
      isFinishing = isRunning;
    }
    if (isFirst && isFinishing) {
      console.note("cardinal: " + reason() + ": finishing the images under way");
      pause();
    }
    if (isFirst) {
      console.note("cardinal: " + reason() + (isFinishing ? ": giving up images under way" : ""));
      System.exit(exitCode(0));
    } else if (received.name.equals("INT")) {
      Runtime.getRuntime().halt(OFFSET_OF_SIGNALS + received.number);
    }
  }

  private synchronized String reason() {
    return "ended by SIG" + (signal == null ? "" : signal.name);
  }

  private static void pause() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; there is no more patience then
    }
  }
}
