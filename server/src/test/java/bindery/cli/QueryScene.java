package bindery.cli;

import static bindery.cli.AnsweringServer.reply;
import static bindery.wire.MessageBuilder.message;
import static bindery.wire.MessageBuilder.options;

import bindery.model.Duid;
import bindery.wire.LeaseQuery;
import bindery.wire.MessageBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Who asks, who is asked for, and what servers say of it, in tests of the query command. */
final class QueryScene {
  static final String ME = "000300010a0b";
  static final String ANN = "00030001000000000001";
  static final String BOB = "00030001000000000002";
  static final String RELAY = "0003000102005e1000aa";

  private QueryScene() {}

  /** A binding of one address, whose client was heard of so many seconds ago. */
  static MessageBuilder binding(String client, long age, String address, long valid) {
    return options()
        .clientId(Duid.parse(client))
        .option(46, options().uint32(age))
        .iaAddress(address, valid, valid);
  }

  /** A whole answer with those bindings. */
  static Function<LeaseQuery, List<MessageBuilder>> telling(MessageBuilder... bindings) {
    return query -> {
      List<MessageBuilder> messages = new ArrayList<>();
      messages.add(reply(query).option(45, bindings[0]));
      for (int i = 1; i < bindings.length; i++) {
        messages.add(message(17, query.transactionId()).option(45, bindings[i]));
      }
      messages.add(message(16, query.transactionId()));
      return messages;
    };
  }

  /** A REPLY with that status alone. */
  static List<MessageBuilder> status(LeaseQuery query, int code) {
    return List.of(reply(query).option(13, options().uint16(code)));
  }

  /** Runs the command, with that on standard input. */
  static CommandRun query(String input, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--duid";
    all[arguments.length + 1] = ME;
    return CommandRun.with(Map.of(), input, all);
  }
}
