// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers images that are submitted one by one: decodes them, makes batches of what comes together,
 * completes their futures.
 *
 * <p>A submission waits in {@code waiting}, which is bounded, until a decoder takes it; its tensor
 * is in {@code ready} until a caller takes it into a batch. A caller takes what is there when the
 * batch is full or the first one has waited for the window; callers take turns at this, and while
 * all of them run batches the next ones grow. What has begun is bounded too: {@value
 * #BATCHES_A_WORKER} batches a worker.
 *
 * <p>Threads: a decoder and a caller for each worker, and the {@link Completers}, all started by
 * the first submission. Only completers run code of users (actions that hang on a future), so that
 * it can harm neither decoding nor the network; they keep the deadlines, too.
 */
final class SubmissionQueue implements AutoCloseable {
  private static final int BATCHES_A_WORKER = 3;

  private final Network network;
  private final Options options;
  private final Meter meter;
  private final int workers;
  private final int maxBatch;
  private final List<Thread> threads = new ArrayList<>();
  private final Completers completers = new Completers();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();
  private final Condition arrival = lock.newCondition();
  private final Condition turn = lock.newCondition();
  private final Set<Submission> waiting = new LinkedHashSet<>();
  private final Set<Submission> ready = new LinkedHashSet<>();
  private int begun;
  private int decoding;
  private boolean isForming;
  private boolean isClosed;

  SubmissionQueue(Network network, Options options, Meter meter) {
    this.network = network;
    this.options = options;
    this.meter = meter;
    this.workers = options.engine().workers();
    this.maxBatch = options.engine().maxBatch();
  }

  /**
   * Accepts an image, or waits or refuses as the policy says.
   *
   * @param image makes its tensor, on a decoder
   * @param allowed how long it may take from now, or null
   */
  Submission submit(Supplier<float[]> image, @Nullable Duration allowed) {
    Submission submission = new Submission(this, image, allowed);
    try {
      if (!accept(submission)) {
        submission.finish(null, submission.timeout());
      }
    } catch (RejectedExecutionException e) {
      submission.reject();
      throw e;
    }
    return submission;
  }

  /** Whether there was room before its deadline. */
  private boolean accept(Submission submission) {
    lock.lock();
    try {
      if (!awaitRoom(submission)) {
        return false;
      }
      start();
      if (submission.hasDeadline()) {
        submission.timer =
            completers.schedule(
                () -> submission.completeExceptionally(submission.timeout()),
                submission.nanosecondsLeft());
      }
      waiting.add(submission);
      work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  Meter meter() {
    return meter;
  }

  /** Images that wait to be decoded. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a submission that is to be ended early, unless the network is at it already. */
  void drop(Submission submission) {
    lock.lock();
    try {
      submission.isDropped = true;
      submission.image = null;
      if (waiting.remove(submission)) {
        cancelTimer(submission);
        room.signal();
      } else if (ready.remove(submission)) {
        settle(submission);
      }
      wakeIfClosed();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Accepts nothing more, answers what was accepted, and waits until all threads have ended,
   * whatever interrupts; a second call waits too.
   */
  @Override
  public void close() {
    if (completers.isCurrent()) {
      throw new IllegalStateException(
          "an action that hangs on a classifier's own future cannot close it: close waits for it");
    }
    lock.lock();
    try {
      isClosed = true;
      room.signalAll();
      wakeIfClosed();
    } finally {
      lock.unlock();
    }
    boolean isInterrupted = false;
    while (!completers.isTerminated()) {
      try {
        for (Thread thread : threads) { // all of them: none is started once it is closed
          thread.join();
        }
        completers.stop();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there is room before the deadline is over. */
  private boolean awaitRoom(Submission submission) {
    ensureOpen();
    while (waiting.size() >= options.queue()) {
      if (options.overflow() == OverflowPolicy.REJECT || completers.isCurrent()) {
        throw new RejectedExecutionException(
            "the queue is full: " + waiting.size() + " images wait to be classified");
      }
      long left = submission.nanosecondsLeft();
      if (left <= 0) {
        return false;
      }
      try {
        room.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RejectedExecutionException("interrupted while waiting for room in the queue", e);
      }
      ensureOpen();
    }
    return true;
  }

  private void ensureOpen() {
    if (isClosed) {
      throw new IllegalStateException("the classifier is closed");
    }
  }

  /** Starts what is not started yet; goes on where a failure left off. */
  private void start() {
    if (threads.size() < 2 * workers) {
      completers.start();
      DaemonThreads decoders = new DaemonThreads("cardinal-decoder");
      DaemonThreads callers = new DaemonThreads("cardinal-caller");
      while (threads.size() < 2 * workers) {
        boolean isDecoder = threads.size() % 2 == 0;
        Thread thread =
            isDecoder ? decoders.newThread(this::decode) : callers.newThread(this::call);
        thread.start();
        threads.add(thread);
      }
    }
  }

  /** What a decoder does. */
  private void decode() {
    for (Submission next = takeWaiting(); next != null; next = takeWaiting()) {
      decode(next);
    }
  }

  /**
   * A method of its own, so that a thread that waits holds no image, which knows the classifier.
   */
  private void decode(Submission next) {
    float[] tensor = null;
    Throwable failure = null;
    try {
      Supplier<float[]> image = takeImage(next);
      if (image != null) {
        tensor = image.get();
      }
    } catch (Throwable t) { // the submission's, not the decoder's
      failure = t;
    }
    decoded(next, tensor, failure);
  }

  private @Nullable Submission takeWaiting() {
    lock.lock();
    try {
      while (waiting.isEmpty() || begun >= BATCHES_A_WORKER * workers * maxBatch) {
        if (isClosed && waiting.isEmpty()) {
          return null;
        }
        work.awaitUninterruptibly();
      }
      Iterator<Submission> first = waiting.iterator();
      Submission next = first.next();
      first.remove();
      begun++;
      decoding++;
      room.signal();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** What makes the tensor, if anybody waits for it. */
  private @Nullable Supplier<float[]> takeImage(Submission submission) {
    lock.lock();
    try {
      Supplier<float[]> image = submission.image;
      submission.image = null;
      return submission.isDone() || submission.nanosecondsLeft() <= 0 ? null : image;
    } finally {
      lock.unlock();
    }
  }

  private void decoded(
      Submission submission, float @Nullable [] tensor, @Nullable Throwable failure) {
    lock.lock();
    try {
      decoding--;
      if (failure != null) {
        complete(submission, null, failure);
      } else if (tensor == null || isOver(submission)) {
        discard(submission);
      } else {
        submission.tensor = tensor;
        submission.readyAt = System.nanoTime();
        ready.add(submission);
      }
      arrival.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What a caller does. */
  private void call() {
    for (List<Submission> batch = takeBatch(); batch != null; batch = takeBatch()) {
      List<Classification> answers = List.of();
      Throwable failure = null;
      try {
        answers = classify(batch);
      } catch (Throwable t) { // the submissions', not the caller's
        failure = t;
      }
      for (int i = 0; i < batch.size(); i++) {
        complete(batch.get(i), failure == null ? answers.get(i) : null, failure);
      }
    }
  }

  /** The next batch, which may be empty; null when there will be none. */
  private @Nullable List<Submission> takeBatch() {
    lock.lock();
    try {
      while (isForming) {
        turn.awaitUninterruptibly();
      }
      isForming = true;
      Events.Batch event = new Events.Batch();
      event.begin();
      try {
        List<Submission> batch = awaitBatch() ? takeReady() : null;
        event.images = batch == null ? 0 : batch.size();
        event.queueDepth = waiting.size() + ready.size();
        event.commit();
        return batch;
      } finally {
        isForming = false;
        turn.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitBatch() {
    while (ready.size() < maxBatch) {
      boolean isLast = isClosed && waiting.isEmpty() && decoding == 0;
      if (isLast) {
        return !ready.isEmpty();
      } else if (ready.isEmpty()) {
        arrival.awaitUninterruptibly();
      } else {
        long passed = System.nanoTime() - ready.iterator().next().readyAt;
        long left = options.window().toNanos() - passed;
        try {
          if (left <= 0 || arrival.awaitNanos(left) <= 0) {
            return true;
          }
        } catch (InterruptedException e) {
          return true; // nobody has a reason to; the batch goes early
        }
      }
    }
    return true;
  }

  private List<Submission> takeReady() {
    List<Submission> batch = new ArrayList<>();
    Iterator<Submission> all = ready.iterator();
    while (all.hasNext() && batch.size() < maxBatch) {
      Submission next = all.next();
      all.remove();
      if (isOver(next)) {
        discard(next);
      } else {
        batch.add(next);
      }
    }
    return batch;
  }

  private List<Classification> classify(List<Submission> batch) {
    int length = network.tensorLength();
    float[] tensors = new float[batch.size() * length];
    for (int i = 0; i < batch.size(); i++) {
      float[] tensor = Objects.requireNonNull(batch.get(i).tensor);
      System.arraycopy(tensor, 0, tensors, i * length, length);
      batch.get(i).tensor = null;
    }
    return network.classify(tensors, batch.size());
  }

  /** Hands an answer to a completer; the submission counts until the actions on it have run. */
  private void complete(
      Submission submission, @Nullable Classification answer, @Nullable Throwable failure) {
    completers.execute(
        () -> {
          try {
            submission.finish(answer, failure);
          } finally {
            settle(submission);
          }
        });
  }

  private static boolean isOver(Submission submission) {
    return submission.isDropped || submission.isDone() || submission.nanosecondsLeft() <= 0;
  }

  /** Ends a submission that nobody waits for any more, or not as long as this. */
  private void discard(Submission submission) {
    submission.tensor = null;
    if (submission.hasDeadline()) {
      complete(submission, null, submission.timeout()); // changes nothing if it is done
    } else {
      settle(submission);
    }
  }

  /** A submission that had begun is over. */
  private void settle(Submission submission) {
    lock.lock();
    try {
      submission.tensor = null;
      cancelTimer(submission);
      begun--;
      work.signal();
      wakeIfClosed();
    } finally {
      lock.unlock();
    }
  }

  /** Lets threads see whether they are done. */
  private void wakeIfClosed() {
    if (isClosed) {
      work.signalAll();
      arrival.signalAll();
    }
  }

  private static void cancelTimer(Submission submission) {
    if (submission.timer != null) {
      submission.timer.cancel(false);
      submission.timer = null;
    }
  }
}
