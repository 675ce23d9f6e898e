// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * W2: mutated files. Nothing but {@link ModelException} may come out, and no unknown global passes.
 */
@DisplayName("W2: mutated checkpoints")
class CheckpointFuzzTest {
  private static final int MUTANTS = Scale.of(20_000, 500_000, 10_000_000);

  /** Twenty times what an input may take: a guard against hanging. */
  private static final long HANGING_NANOS = 40_000_000_000L;

  private static final Tally TALLY = new Tally("W2");

  @AfterAll
  static void print() {
    TALLY.print();
  }

  /** Gives the bytes of a file made of a mutated pickle. */
  private interface Around {
    byte[] file(byte[] pickle, Random random);
  }

  private static byte[] pickle() {
    Pickle pickle = Pickle.start().op('}', 'q', 0, '(');
    pickle.text("state_dict").global("collections", "OrderedDict").op(')', 'R', 'q', 1, '(');
    pickle.text("conv1.weight").tensor(6, 0, new long[] {2, 3}, new long[] {3, 1});
    pickle.text("bn1.bias").tensor(6, 1, new long[] {2, 2}, new long[] {1, 2}).op('u');
    pickle.text("args").global("argparse", "Namespace").op(')', 0x81, '}');
    pickle.text("lr").op('G', 63, 1, 2, 3, 4, 5, 6, 7, 's', 'b');
    pickle.text("list").op(']', '(', 'K', 3, 'M', 1, 2, 'J', 1, 2, 3, 4, 'e').text("again");
    return pickle.op('h', 1, 'u').stop();
  }

  /** Two threads have a half of the mutants each, of a seed of their own. */
  private static void fuzz(String kind, int mutants, Around around) {
    long seed = Scale.seed(CheckpointFuzzTest.class);
    LongAccumulator longest = new LongAccumulator(Math::max, 0);
    int read =
        IntStream.range(0, 2)
            .parallel()
            .map(half -> fuzz(kind, mutants / 2, new Random(seed + half), around, longest))
            .sum();
    System.out.printf(
        "W2: %s: %d mutants, %d read, the longest took %d ms%n",
        kind, mutants, read, TimeUnit.NANOSECONDS.toMillis(longest.get()));
    assertThat(longest.get()).isLessThan(HANGING_NANOS);
    assertThat(read).as("not all of them useless").isBetween(1, mutants - 1);
  }

  private static int fuzz(
      String kind, int mutants, Random random, Around around, LongAccumulator longest) {
    byte[] sound = pickle();
    int read = 0;
    for (int i = 0; i < mutants; i++) {
      byte[] mutant = around.file(mutate(sound, random), random);
      long start = System.nanoTime();
      try (Checkpoint checkpoint = Checkpoint.open(InMemory.file(mutant))) {
        readAll(checkpoint);
        read++;
        assertThat(checkpoint.globals()).allMatch(global -> PickleGlobal.named(global).isPresent());
      } catch (ModelException e) {
        assertThat(e.reason()).isNotNull();
      } catch (Throwable e) {
        throw new AssertionError(kind + " mutant " + i, e);
      }
      longest.accumulate(System.nanoTime() - start);
      TALLY.pass();
    }
    return read;
  }

  private static void readAll(Checkpoint checkpoint) {
    for (Object value : checkpoint.root().entries().values()) {
      if (value instanceof Dict dict) {
        dict.entries().values().forEach(CheckpointFuzzTest::read);
      }
      read(value);
    }
  }

  private static void read(Object value) {
    if (value instanceof Tensor tensor && tensor.elements() < 1000) {
      tensor.read(0, new double[(int) tensor.elements()], (int) tensor.elements());
    }
  }

  private static byte[] mutate(byte[] sound, Random random) {
    byte[] mutant = sound.clone();
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = random.nextInt(mutant.length);
      mutant[at] =
          random.nextBoolean() ? (byte) random.nextInt() : sound[random.nextInt(sound.length)];
    }
    return mutant;
  }

  @Test
  void shouldSurviveMutatedPickles() {
    fuzz("pickles", MUTANTS, (pickle, random) -> Legacy.file(pickle, 6));
  }

  @Test
  void shouldSurviveMutatedPicklesInArchives() {
    fuzz("pickles in archives", MUTANTS, (pickle, random) -> archive(pickle));
  }

  @Test
  void shouldSurviveMutatedArchives() {
    byte[] sound = archive(pickle());
    fuzz("archives", MUTANTS, (pickle, random) -> mutate(sound, random));
  }

  @Test
  void shouldSurviveMutatedSafetensors() {
    String json =
        """
        {"__metadata__":{"k":"v"},
        "a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
        "b":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]}}
        """;
    byte[] header = json.strip().getBytes(StandardCharsets.UTF_8);
    byte[] sound = Zip.little(8 + header.length + 12).putLong(header.length).put(header).array();
    int mutants = Scale.of(MUTANTS, MUTANTS, 4 * MUTANTS);
    fuzz("safetensors", mutants, (pickle, random) -> mutate(sound, random));
  }

  @Test
  void shouldPassOnTheFailureOfEveryRead() {
    for (byte[] sound : List.of(archive(pickle()), Legacy.file(pickle(), 6))) {
      int reads = 0;
      for (boolean failed = true; failed; reads++) {
        try (Checkpoint checkpoint = Checkpoint.open(InMemory.failing(sound, reads))) {
          readAll(checkpoint);
          failed = false;
        } catch (UncheckedIOException e) {
          assertThat(e).hasMessageContaining("read failed");
        }
      }
      assertThat(reads).isGreaterThan(3);
    }
  }

  private static byte[] archive(byte[] pickle) {
    Zip zip = new Zip();
    zip.add("x/data.pkl", pickle);
    zip.add("x/byteorder", "little".getBytes(StandardCharsets.UTF_8));
    zip.add("x/data/0", new byte[24]);
    CRC32 crc = new CRC32();
    crc.update(pickle);
    assertThat(zip.items.get(0).crc).isEqualTo((int) crc.getValue());
    return zip.write();
  }
}
