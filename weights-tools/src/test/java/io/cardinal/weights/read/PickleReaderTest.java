// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.testing.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of pickles, by legacy files of a six-element storage: what passes, what is refused. */
@Row("W1, W4 (pickles)")
class PickleReaderTest {
  private static final int ELEMENTS = 6;

  @TempDir Path folder;

  /** A dictionary with a tensor of the whole storage under {@code a}, and {@code value} under b. */
  private static byte[] with(Pickle value) {
    return dict().text("b").raw(value.bytes()).op('s').stop();
  }

  private static Pickle dict() {
    return Pickle.start().op('}').text("a").tensor(6, 0, longs(6), longs(1)).op('s');
  }

  private static Pickle value() {
    return new Pickle();
  }

  private static long[] longs(long... values) {
    return values;
  }

  private static Arguments rule(String name, byte[] pickle) {
    return Arguments.of(name, pickle);
  }

  private static Arguments rule(String name, Reason reason, byte[] pickle) {
    return Arguments.of(name, pickle, reason);
  }

  private static byte[] nested(int depth) {
    Pickle value = value();
    for (int i = 0; i < depth; i++) {
      value.op('(');
    }
    for (int i = 0; i < depth; i++) {
      value.op('t');
    }
    return with(value);
  }

  private static byte[] tensor(long elements, long offset, long[] shape, long[] strides) {
    return Pickle.start().op('}').text("a").tensor(elements, offset, shape, strides).op('s').stop();
  }

  private static Pickle view(long offset, long count) {
    Pickle pickle = Pickle.start().op('}').text("a");
    pickle.global("torch._utils", "_rebuild_tensor_v2").op('(');
    pickle.op('(').text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(6);
    pickle.op('(').text("view").number(offset).number(count).op('t', 't', 'Q');
    pickle.number(0).numbers(count).numbers(1).op(0x89);
    return pickle.global("collections", "OrderedDict").op(')', 'R', 't', 'R', 's');
  }

  // spotless:off
  static Stream<Arguments> accepted() {
    return Stream.of(
        rule("a bare dictionary", dict().stop()),
        rule("None, True, False", with(value().op('(', 'N', 0x88, 0x89, 't'))),
        rule("numbers", with(value().op('(', 'K', 1, 'M', 1, 2, 'J', 1, 2, 3, 4, 0x8a, 0, 't'))),
        rule("a huge number", with(value().op(0x8a, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9))),
        rule("a float", with(value().op('G', 0, 0, 0, 0, 0, 0, 0, 0))),
        rule("texts", with(value().op('U', 2, 'h', 'i'))),
        rule("a long text", with(value().text("x".repeat(PickleReader.MAX_TEXT)))),
        rule("lists", with(value().op(']', '(', 'N', 'N', 'e', 'N', 'a'))),
        rule("a set", with(value().op(0x8f))),
        rule("tuples", with(value().op('N', 0x85, 'N', 0x86, 'N', 'N', 0x87))),
        rule("a key that is no text", with(value().op('}', 'K', 1, 'N', 's', '(', 'N', 'N', 'u'))),
        rule("memory", with(value().op(']', 'q', 7, 'h', 7, 'a', 'r', 9, 0, 0, 1, 'j', 9, 0, 0, 1, 'a'))),
        rule("a namespace", with(value().global("argparse", "Namespace").op(')', 0x81, '}', 'b'))),
        rule("attributes of a dictionary", dict().op('}').text("_metadata").op('N', 's', 'b').stop()),
        rule("an OrderedDict", with(value().global("collections", "OrderedDict").op(')', 'R'))),
        rule("an OrderedDict of pairs", with(value().global("collections", "OrderedDict").op(']', ']').text("k").op('a', 'N', 'a', 'a', 0x85, 'R'))),
        rule("a size", with(value().global("torch", "Size").numbers(1, 2).op(0x85, 'R'))),
        rule("a tensor of bytes", with(value().global("torch._utils", "_rebuild_tensor").op('(').storage("FloatStorage", "0", 6).number(0).numbers().numbers().op('t', 'R'))),
        rule("a parameter", with(value().global("torch._utils", "_rebuild_parameter").op('(').tensor(6, 0, longs(6), longs(1)).op(0x88, 'N', 't', 'R'))),
        rule("nesting to the limit", nested(PickleReader.MAX_MARKS)),
        rule("the last element", tensor(6, 5, longs(1), longs(1))),
        rule("strides to the end", tensor(6, 0, longs(2, 3), longs(3, 1))),
        rule("stride 0", tensor(6, 5, longs(100, 10), longs(0, 0))),
        rule("no elements", tensor(6, 6, longs(0, 5), longs(5, 1))),
        rule("rank 8", tensor(6, 0, longs(1, 1, 1, 1, 1, 1, 1, 6), longs(9, 9, 9, 9, 9, 9, 9, 1))),
        rule("a view", view(2, 4).stop()));
  }

  // spotless:on

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void shouldRead(String name, byte[] pickle) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file(Legacy.file(pickle, ELEMENTS)))) {
      assertThat(checkpoint.container()).as(name).isEqualTo("torch.save (legacy)");
      assertThat(checkpoint.root().entries()).containsKey("a");
    }
  }

  // spotless:off
  static Stream<Arguments> refused() {
    Reason corrupt = Reason.CORRUPT;
    Reason unsafe = Reason.UNSAFE_PICKLE;
    Pickle call = value().global("collections", "OrderedDict");
    return Stream.of(
        rule("a function of os", unsafe, with(value().global("os", "system").text("id").op(0x85, 'R'))),
        rule("builtins", unsafe, with(value().global("__builtin__", "eval"))),
        rule("an allowed name elsewhere", unsafe, with(value().global("collections", "Counter"))),
        rule("a dotted name", unsafe, with(value().global("collections", "OrderedDict.fromkeys"))),
        rule("a name with a space", unsafe, with(value().global("collections ", "OrderedDict"))),
        rule("an unnamed global", unsafe, with(value().global("", ""))),
        rule("a class of torch.nn", Reason.PICKLED_MODULE, with(value().global("torch.nn.modules.conv", "Conv2d"))),
        rule("a module that is more", unsafe, with(value().global("torch.nn.modules.conv", "Conv2d").global("posix", "system"))),
        rule("STACK_GLOBAL", unsafe, with(value().text("os").text("system").op(0x93))),
        rule("INST", unsafe, with(value().op('(').op('i').raw("os\nsystem\n".getBytes(StandardCharsets.UTF_8)))),
        rule("OBJ", unsafe, with(value().op('(').global("collections", "OrderedDict").op('o'))),
        rule("EXT1", unsafe, with(value().op(0x82, 1))),
        rule("a persistent id as text", unsafe, with(value().op('P', '0', '\n'))),
        rule("a text number", unsafe, with(value().op('I', '1', '\n'))),
        rule("DUP", unsafe, with(value().op('N', '2'))),
        rule("FRAME", unsafe, with(value().op(0x95, 0, 0, 0, 0, 0, 0, 0, 0))),
        rule("no opcode", unsafe, with(value().op(0xff))),
        rule("a call of a text", unsafe, with(value().text("x").op(')', 'R'))),
        rule("a call of a storage class", unsafe, with(value().global("torch", "FloatStorage").op(')', 'R'))),
        rule("a call of a namespace", unsafe, with(value().global("argparse", "Namespace").op(')', 'R'))),
        rule("a new storage", unsafe, with(value().global("torch", "FloatStorage").op(')', 0x81))),
        rule("a new namespace with arguments", unsafe, with(value().global("argparse", "Namespace").op('N', 0x85, 0x81))),
        rule("a call without a tuple", unsafe, with(value().raw(call.bytes()).op('N', 'R'))),
        rule("an OrderedDict of texts", corrupt, with(value().raw(call.bytes()).text("x").op(0x85, 'R'))),
        rule("an OrderedDict of triples", corrupt, with(value().raw(call.bytes()).op(']', 'N', 'N', 'N', 0x87, 'a', 0x85, 'R'))),
        rule("a parameter of nothing", corrupt, with(value().global("torch._utils", "_rebuild_parameter").op(')', 'R'))),
        rule("a tensor of nothing", corrupt, with(value().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'))),
        rule("attributes of a list", corrupt, with(value().op(']', 'N', 'b'))),
        rule("protocol 6", corrupt, with(value().op(0x80, 6, 'N'))));
  }

  static Stream<Arguments> refusedDamage() {
    Reason corrupt = Reason.CORRUPT;
    return Stream.of(
        rule("an empty stack", corrupt, Pickle.start().stop()),
        rule("two objects", corrupt, dict().op('N').stop()),
        rule("a mark left", corrupt, Pickle.start().op('(').op('N').stop()),
        rule("no mark", corrupt, with(value().op('t'))),
        rule("an append to nothing", corrupt, Pickle.start().op('N', 'a').stop()),
        rule("an append to a tuple", corrupt, with(value().op(')', 'N', 'a'))),
        rule("items in a list", corrupt, with(value().op(']', 'N', 'N', 's'))),
        rule("a key without a value", corrupt, with(value().op('}', '(', 'N', 'u'))),
        rule("a mark in a pair", corrupt, with(value().op('}', '(', 'N', 's'))),
        rule("memory of nothing", corrupt, with(value().op('h', 9))),
        rule("memory of a mark", corrupt, with(value().op('(', 'q', 1, 't'))),
        rule("nesting over the limit", corrupt, nested(PickleReader.MAX_MARKS + 1)),
        rule("a text over the limit", corrupt, with(value().text("x".repeat(PickleReader.MAX_TEXT + 1)))),
        rule("a name over the limit", corrupt, with(value().global("x".repeat(PickleReader.MAX_GLOBAL_NAME + 1), "y"))),
        rule("a text beyond the file", corrupt, with(value().op('X', 0xff, 0xff, 0xff, 0xff))),
        rule("a text just beyond the file", Reason.TRUNCATED, with(value().op('X', 0, 0, 8, 0))),
        rule("not a dictionary", Reason.NO_TENSORS, Pickle.start().tensor(6, 0, longs(6), longs(1)).stop()),
        rule("an element too far", corrupt, tensor(6, 6, longs(1), longs(1))),
        rule("strides too far", corrupt, tensor(6, 1, longs(2, 3), longs(3, 1))),
        rule("a negative stride", corrupt, tensor(6, 5, longs(6), longs(-1))),
        rule("a negative offset", corrupt, tensor(6, -1, longs(1), longs(1))),
        rule("an offset beyond, empty", corrupt, tensor(6, 7, longs(0), longs(1))),
        rule("a negative dimension", corrupt, tensor(6, 0, longs(-1), longs(1))),
        rule("a dimension of 2^31", corrupt, tensor(6, 0, longs(1L << 31), longs(0))),
        rule("2^62 elements", corrupt, tensor(6, 0, longs(1 << 30, 1 << 30, 4), longs(0, 0, 0))),
        rule("2^70 elements", corrupt, tensor(6, 0, longs(1 << 30, 1 << 30, 1024), longs(0, 0, 0))),
        rule("strides that overflow", corrupt, tensor(6, 0, longs(3, 3), longs(Long.MAX_VALUE, 1))),
        rule("repetition without end", corrupt, tensor(6, 0, longs(1 << 22), longs(0))),
        rule("rank 9", corrupt, tensor(6, 0, new long[9], new long[9])),
        rule("strides too few", corrupt, tensor(6, 0, longs(2, 3), longs(1))),
        rule("a storage of an exabyte", Reason.TRUNCATED, tensor(1L << 60, 0, longs(1), longs(1))),
        rule("a negative storage", Reason.TRUNCATED, tensor(-1, 0, longs(1), longs(1))),
        rule("another count than stored", corrupt, tensor(5, 0, longs(5), longs(1))),
        rule("two counts", corrupt, with(value().storage("FloatStorage", "0", 5))),
        rule("two types", corrupt, with(value().storage("IntStorage", "0", 6))),
        rule("a storage that is not there", corrupt, with(value().storage("FloatStorage", "1", 1))),
        rule("a storage of no class", corrupt, with(value().storage("Size", "0", 6))),
        rule("a persistent text", corrupt, with(value().text("storage").op('Q'))),
        rule("a persistent module", Reason.PICKLED_MODULE, with(value().text("module").op('N', 'N', 0x87, 'Q'))),
        rule("a view too far", corrupt, view(3, 4).stop()),
        rule("a view of 2^63", corrupt, view(Long.MAX_VALUE, 1).stop()),
        rule("a negative view", corrupt, view(-1, 1).stop()));
  }

  // spotless:on

  @ParameterizedTest(name = "{0}")
  @MethodSource({"refused", "refusedDamage"})
  void shouldRefuse(String name, byte[] pickle, Reason reason) throws IOException {
    assertThat(refusal(Legacy.file(pickle, ELEMENTS)).reason()).as(name).isEqualTo(reason);
  }

  @Test
  void shouldRefuseWrongLegacyFiles() throws IOException {
    byte[] pickle = dict().stop();
    byte[] none = Pickle.start().op(']').stop();
    byte[] twice = Pickle.start().op(']').text("0").op('a').text("0").op('a').stop();
    byte[] noList = Pickle.start().op('N').stop();
    byte[] keys = Pickle.start().op(']').text("0").op('a').stop();
    assertThat(refusal(Legacy.file(pickle, none, 6, 6)).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(Legacy.file(pickle, twice, 6, 6)).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(Legacy.file(pickle, noList, 6, 6)).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(Legacy.file(pickle, keys, 7, 6)).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(Legacy.file(pickle, keys, 6, 5)).reason()).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void shouldReadViews() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file(Legacy.file(view(2, 4).stop(), ELEMENTS)))) {
      assertThat(Tensors.values(checkpoint, "a")).containsExactly(2, 3, 4, 5);
    }
  }

  @Test
  void shouldNameTheGlobalThatItRefuses() throws IOException {
    ModelException e = refusal(Legacy.file(with(value().global("nt", "system")), ELEMENTS));
    assertThat(e).hasMessageContaining("nt.system");
  }

  @Test
  void shouldKnowNoMoreThanTheAllowedGlobals() {
    assertThat(PickleGlobal.values()).hasSizeLessThanOrEqualTo(25);
  }

  private ModelException refusal(byte[] bytes) throws IOException {
    Path path = file(bytes);
    return catchThrowableOfType(ModelException.class, () -> Checkpoint.open(path).close());
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file.pth"), bytes);
  }
}
