package bindery.query;

import static bindery.query.FedStore.NOW;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.client;
import static bindery.query.FedStore.delegated;
import static bindery.query.FedStore.exchange;
import static bindery.query.FedStore.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bindery.log.v1.Exchange;
import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.store.ReadPoint;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers filled into pages by hand, on a clock of the test's. */
final class AnswerTest {
  private static final Duid REQUESTOR = Duid.parse("0003000102005e10000a");
  private static final LeaseQuery BY_LINK =
      LeaseQuery.byLink(0x0a1b2c, REQUESTOR, Ipv6Address.parse("2001:db8:a::1"));
  private static final int CLIENT_DATA = 45;
  private static final int CLT_TIME = 46;
  private static final int RELAY_DATA = 47;
  private static final int IA_ADDRESS = 5;
  private static final int IA_PREFIX = 26;

  private final AtomicLong nanos = new AtomicLong();
  private FedStore store;
  private Answers answers;

  /** A message by its octets, and the options of a run of them. */
  private static final class Message {
    private final byte[] octets;

    Message(byte[] octets) {
      this.octets = octets;
    }

    int size() {
      return octets.length;
    }

    int type() {
      return octets[0] & 0xff;
    }

    List<ByteBuffer> data(int code) {
      return options(ByteBuffer.wrap(octets, 4, octets.length - 4).slice(), code);
    }

    List<ByteBuffer> client(int code) {
      return options(data(CLIENT_DATA).get(0).duplicate(), code);
    }

    private static List<ByteBuffer> options(ByteBuffer run, int wanted) {
      List<ByteBuffer> found = new ArrayList<>();
      while (run.hasRemaining()) {
        int code = run.getShort() & 0xffff;
        int size = run.getShort() & 0xffff;
        ByteBuffer data = run.slice(run.position(), size);
        run.position(run.position() + size);
        if (code == wanted) {
          found.add(data);
        }
      }
      return found;
    }
  }

  @BeforeEach
  void feed(@TempDir Path folder) {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of("3fff:a::/32"));
    answers = answers(Set.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Answers answers(Set<Integer> sensitive) {
    ReadGate gate =
        new ReadGate(
            store::barrier,
            ReadMode.LINEARIZABLE,
            store::view,
            Runnable::run,
            nanos::get,
            nanos::get);
    Answers made =
        new Answers(
            gate,
            store::view,
            Runnable::run,
            nanos::get,
            Duration.ofSeconds(5),
            sensitive,
            fault -> {
              throw new AssertionError(fault);
            });
    assertThat(made.findServerId()).contains(FedStore.SERVER);
    return made;
  }

  private ReadPoint point() {
    return new ReadPoint(0, NOW * 1_000, 0);
  }

  private byte[] octets(LeaseQuery query, int pageBytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] page = new byte[pageBytes];
    try (Answer answer = answers.begin(query, QueryScope.ALL, point())) {
      while (!answer.hasEnded()) {
        all.write(page, 0, answer.fill(page));
      }
    }
    return all.toByteArray();
  }

  private List<Message> messages(LeaseQuery query) {
    return parse(octets(query, Answer.PAGE_BYTES_MIN));
  }

  private static List<Message> parse(byte[] octets) {
    List<Message> messages = new ArrayList<>();
    ByteBuffer run = ByteBuffer.wrap(octets);
    while (run.hasRemaining()) {
      byte[] message = new byte[run.getShort() & 0xffff];
      run.get(message);
      messages.add(new Message(message));
    }
    return messages;
  }

  private void feedMany(int clients) {
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= clients; i++) {
      // Every third has ended by the time of the query, one run of them longer than a page holds.
      boolean hasEnded = i % 3 == 0 || (i > 500 && i < 1_800);
      exchanges.add(
          exchange(i, "a")
              .setOptions(hex("00170010" + "20010db8000000000000000000000053"))
              .addLeases(
                  address("2001:db8:a::" + Integer.toHexString(i), 10, hasEnded ? 50 : 7_200)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    nanos.set(100_000_000_000L);
  }

  // Page boundaries are no part of an answer, with ended bindings on either side of one.
  @ParameterizedTest
  @ValueSource(ints = {65_537, 65_538, 66_000, 70_001, 131_072, 262_144, 1_048_576})
  void fill_pagesOfAnySize_giveTheSameOctets(int pageBytes) {
    feedMany(4_000);
    LeaseQuery query = BY_LINK.requesting(List.of(23));

    byte[] whole = octets(query, 4 << 20);
    assertThat(octets(query, pageBytes)).isEqualTo(whole);
    long live = 0;
    for (int i = 1; i <= 4_000; i++) {
      live += i % 3 == 0 || (i > 500 && i < 1_800) ? 0 : 1;
    }
    assertThat(parse(whole)).hasSize((int) live + 1);
  }

  // S-58: without base-time "now" is the read point's cluster time and the monotonic time since.
  @Test
  void fill_timePasses_countsLifetimesDown() {
    store.feed(exchange(1, "a").addLeases(address("2001:db8:a::1", 50, 7_200)));
    nanos.set(100_000_000_000L);

    Message reply = messages(BY_LINK).get(0);
    assertThat(reply.client(CLT_TIME).get(0).getInt()).isEqualTo(100);
    ByteBuffer lease = reply.client(IA_ADDRESS).get(0);
    assertThat(lease.getInt(16)).isZero();
    assertThat(lease.getInt(20)).isEqualTo(7_100);
  }

  // S-73: a base-time stands still, whatever the clock does between two pages.
  @Test
  void fill_baseTimeAsked_isOneInstantForAllPages() {
    feedMany(4_000);
    LeaseQuery query =
        LeaseQuery.byLink(1, REQUESTOR, Ipv6Address.parse("2001:db8:a::1"))
            .requesting(List.of(100));
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Answer answer = answers.begin(query, QueryScope.ALL, point())) {
      while (!answer.hasEnded()) {
        all.write(page, 0, answer.fill(page));
        nanos.addAndGet(60_000_000_000L);
      }
    }

    List<Message> messages = parse(all.toByteArray());
    assertThat(messages).hasSize(4_001);
    assertThat(messages)
        .allSatisfy(
            m ->
                assertThat(m.data(100).get(0).getInt() & 0xffff_ffffL)
                    .isEqualTo(DhcpTime.ofUnixSeconds(NOW)));
    assertThat(messages.subList(0, 4_000))
        .allSatisfy(m -> assertThat(m.client(CLT_TIME).get(0).getInt()).isZero());
  }

  // 3.5: more than one message holds is split; no lease is lost, and what is said once is said
  // first.
  @Test
  void fill_bindingTooLargeForAMessage_isSplitWithoutLoss() {
    Exchange.Builder exchange =
        exchange(1, "a")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(16) + "0c00" + "00".repeat(32)))
            .setOptions(hex("0027000200aa"));
    for (int i = 0; i < 4_096; i++) {
      exchange.addLeases(delegated(String.format("3fff:a:%x::/48", i), 3_600, 7_200));
    }
    store.feed(exchange, exchange(2, "a").addLeases(address("2001:db8:a::2", 3_600, 7_200)));

    List<Message> messages = messages(BY_LINK.requesting(List.of(39, RELAY_DATA)));
    assertThat(messages).extracting(Message::type).containsExactly(15, 17, 17, 16);
    List<ByteBuffer> prefixes = new ArrayList<>();
    for (Message part : messages.subList(0, 2)) {
      assertThat(part.size()).isLessThanOrEqualTo(65_535);
      assertThat(part.client(1).get(0).array()).isNotEmpty();
      assertThat(part.client(1)).isEqualTo(messages.get(0).client(1));
      assertThat(part.client(CLT_TIME)).isEqualTo(messages.get(0).client(CLT_TIME));
      prefixes.addAll(part.client(IA_PREFIX));
    }
    assertThat(prefixes).hasSize(4_096).doesNotHaveDuplicates();
    assertThat(messages.get(0).client(RELAY_DATA)).hasSize(1);
    assertThat(messages.get(0).client(39)).hasSize(1);
    assertThat(messages.get(1).client(RELAY_DATA)).isEmpty();
    assertThat(messages.get(1).client(39)).isEmpty();
    assertThat(messages.get(2).client(IA_ADDRESS)).hasSize(1);
  }

  // 3.5: relay data that leaves no room for a lease is left out, the lease is not.
  @Test
  void fill_relayDataThatFillsAMessage_isLeftOut() {
    int room = 65_535 - 4 - 4 - 14 - 8 - 4 - 28;
    int ids = 4 + 14 + 4 + 10;
    store.feed(
        exchange(1, "a")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(room - ids)))
            .addLeases(address("2001:db8:a::1", 3_600, 7_200)),
        exchange(2, "a")
            .setRelayed(true)
            .setRelayData(hex("00".repeat(room + 1)))
            .addLeases(address("2001:db8:a::2", 3_600, 7_200)));

    List<Message> messages = messages(BY_LINK.requesting(List.of(RELAY_DATA)));
    assertThat(messages).hasSize(3);
    assertThat(messages.get(0).size()).isEqualTo(65_535);
    assertThat(messages.get(0).client(RELAY_DATA)).hasSize(1);
    assertThat(messages.get(1).client(RELAY_DATA)).isEmpty();
    assertThat(messages).filteredOn(m -> m.type() != 16).allMatch(m -> !m.client(5).isEmpty());
  }

  // S-74 beside V-13: a lease that is held leaves its address known, even outside the window.
  @Test
  void fill_heldOutsideEveryLink_isKnownWithinAndOutsideTheWindow() {
    store.feed(exchange(1, "a").addLeases(address("2001:db8:ffff::1", 3_600, 7_200)));
    LeaseQuery held =
        LeaseQuery.of(1, REQUESTOR, new QueryKey.ByAddress(Ipv6Address.parse("2001:db8:ffff::1")));
    OptionalLong later = OptionalLong.of(DhcpTime.ofUnixSeconds(NOW + 1));

    assertThat(messages(held)).hasSize(2);
    try (Answer answer =
        answers.begin(held.changedWithin(later, OptionalLong.empty()), QueryScope.ALL, point())) {
      answer.fill(new byte[Answer.PAGE_BYTES_MIN]);
      assertThat(answer.result()).isEqualTo(Answer.Result.EMPTY);
    }
  }

  // S-12, S-45: in the REPLY before anything was told, in DONE after, nothing after the end.
  @Test
  void terminate_atEachStage_isTheOneLastMessage() {
    feedMany(4_000);
    nanos.set(0);
    byte[] page = new byte[Answer.PAGE_BYTES_MIN];

    try (Answer unbegun = answers.begin(BY_LINK, QueryScope.ALL, point())) {
      int size = unbegun.terminate(page, "stopping");
      List<Message> messages = parse(java.util.Arrays.copyOf(page, size));
      assertThat(messages).extracting(Message::type).containsExactly(15);
      assertThat(messages.get(0).data(13).get(0).getShort()).isEqualTo((short) 11);
      assertThat(unbegun.result()).isEqualTo(Answer.Result.TERMINATED);
      assertThat(unbegun.closesConnection()).isTrue();
      assertThat(unbegun.terminate(page, "again")).isZero();
    }
    try (Answer underWay = answers.begin(BY_LINK, QueryScope.ALL, point())) {
      underWay.fill(page);
      int size = underWay.terminate(page, "stopping");
      List<Message> messages = parse(java.util.Arrays.copyOf(page, size));
      assertThat(messages).extracting(Message::type).containsExactly(16);
      assertThat(messages.get(0).data(13).get(0).getShort()).isEqualTo((short) 11);
      assertThat(underWay.fill(page)).isZero();
    }
  }

  @Test
  void close_anyTime_releasesOnceAndForAll() {
    feedMany(10);
    Answer answer = answers.begin(BY_LINK, QueryScope.ALL, point());
    assertThat(answer.isPinned()).isTrue();

    answer.close();
    answer.close();

    assertThat(answer.isPinned()).isFalse();
  }

  @Test
  void fill_pageBelowTheLargestFrame_isRefused() {
    try (Answer answer = answers.begin(BY_LINK, QueryScope.ALL, point())) {
      assertThatThrownBy(() -> answer.fill(new byte[65_536]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("65536");
    }
  }

  @Test
  void begin_clientOnALink_namesIt() {
    store.feed(exchange(5, "a").addLeases(address("2001:db8:a::5", 3_600, 7_200)));

    List<Message> messages =
        messages(LeaseQuery.of(1, REQUESTOR, new QueryKey.ByClientId(client(5))));
    byte[] duid = new byte[10];
    messages.get(0).client(1).get(0).get(duid);
    assertThat(duid).isEqualTo(client(5).octets().toArray());
  }

  // S-63: who holds an address is decided as of the answer, not as of the snapshot.
  @Test
  void byAddress_leaseRunOutSinceTheSnapshot_isHeldByWhoWasDelegatedThePrefixAroundIt() {
    store.feed(
        exchange(1, "a").addLeases(address("3fff:a:1::5", 60, 100)),
        exchange(2, "a").addLeases(delegated("3fff:a:1::/56", 0, -1)));
    LeaseQuery query =
        LeaseQuery.of(7, REQUESTOR, new QueryKey.ByAddress(Ipv6Address.parse("3fff:a:1::5")));

    assertThat(messages(query).get(0).client(1))
        .containsExactly(ByteBuffer.wrap(client(1).octets().toArray()));
    nanos.set(200_000_000_000L);
    assertThat(messages(query).get(0).client(1))
        .containsExactly(ByteBuffer.wrap(client(2).octets().toArray()));
  }
}
