// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items that bring their bytes along: no more of them are under way than there is room for. */
@Timeout(120)
class LoadedItemsTest {
  private static final long ROOM = Runtime.getRuntime().maxMemory() / 32;

  /** Items of stated sizes, who know which of them are under way. */
  private static final class Items implements LoadedItems<Integer> {
    private final List<Long> sizes;
    private int next;
    private int delivered;
    private long underWay;
    private long most;

    Items(List<Long> sizes) {
      this.sizes = sizes;
    }

    @Override
    public boolean hasNext() {
      return next < sizes.size();
    }

    @Override
    public long nextBytes() {
      return hasNext() ? sizes.get(next) : 0;
    }

    @Override
    public Integer next() {
      long size = sizes.get(next);
      assertThat(size == 0 || next == delivered || underWay + size <= ROOM)
          .as("%d bytes beside %d in %d", size, underWay, ROOM)
          .isTrue();
      underWay += size;
      most = Math.max(most, underWay);
      return next++;
    }

    void deliver(Outcome<Integer> outcome) {
      assertThat(outcome.item()).isEqualTo(delivered);
      outcome.orThrow();
      underWay -= sizes.get(delivered++);
    }
  }

  @Test
  void shouldListNoMoreThanThereIsRoomFor() {
    Random random = new Random(Scale.seed(LoadedItemsTest.class));
    byte[] photograph = Demo.bytes(Demo.photographs().get(0));
    try (Classifier classifier = Demo.open(2, 4)) {
      for (int i = 0; i < Scale.of(20, 200); i++) {
        List<Long> sizes = new ArrayList<>();
        double share = Math.pow(4, random.nextInt(6)) / 256;
        for (int j = random.nextInt(60); j >= 0; j--) {
          sizes.add(random.nextInt(8) == 0 ? 0 : (long) (random.nextDouble() * share * ROOM));
        }
        Items items = new Items(sizes);
        PipelineStatistics run =
            classifier.classifySources(
                items,
                item -> ImageSource.of(photograph),
                RunOptions.defaults(),
                (Outcome<Integer> outcome) -> items.deliver(outcome));
        assertThat(run.files()).isEqualTo(sizes.size());
        assertThat(items.underWay).isZero();
      }
      Items small = new Items(Collections.nCopies(40, ROOM / 64));
      classifier.classifySources(
          small,
          item -> ImageSource.of(photograph),
          RunOptions.defaults(),
          (Outcome<Integer> outcome) -> small.deliver(outcome));
      assertThat(small.most).as("as many as without a limit").isGreaterThan(ROOM / 8);
    }
  }
}
