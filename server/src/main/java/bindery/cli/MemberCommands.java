package bindery.cli;

import bindery.cli.Arguments.Name;
import bindery.cli.Arguments.RaftEndpoint;
import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.MemberAddress;
import bindery.v1.ReplaceMember;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that change who the members are, or who leads. */
abstract sealed class MemberCommands implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  /** What to ask for. */
  abstract ChangeMembersRequest request();

  /** What to say when it is done. */
  abstract String done();

  @Override
  public final Integer call() throws CommandException, InterruptedException {
    try (ServerList servers = api.servers()) {
      var unused = new AdminClient(servers, api.timeout()).changeMembers(request());
    } catch (ApiException e) {
      throw CommandException.ofChange(e, "bindery member list");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(done());
    err.flush();
    return ExitCode.OK.number();
  }

  private static MemberAddress address(Name name, RaftEndpoint address) {
    return MemberAddress.newBuilder().setName(name.text()).setRaftAddress(address.text()).build();
  }

  /** {@code bindery member add}. */
  @Command(
      name = "add",
      description = {
        "Has a node take the log as a learner, which has no vote yet. It must run already, with a new"
            + " name, an empty data folder and join: true.",
        "It fetches a copy of the store first. That goes on if the time is over before."
      },
      footer = {"", "Example: bindery member add n4 10.0.0.4:5471 --server n1"},
      mixinStandardHelpOptions = true)
  static final class Add extends MemberCommands {
    @Parameters(index = "0", paramLabel = "NAME", description = "The newcomer's name.")
    private Name name = new Name("");

    @Parameters(index = "1", paramLabel = "HOST:PORT", description = "Its Raft endpoint.")
    private RaftEndpoint address = new RaftEndpoint("");

    @Override
    ChangeMembersRequest request() {
      return ChangeMembersRequest.newBuilder().setAdd(address(name, address)).build();
    }

    @Override
    String done() {
      return name.text() + " is a learner; bindery member promote " + name.text() + " lets it vote";
    }
  }

  /** {@code bindery member promote}. */
  @Command(
      name = "promote",
      description = "Has a learner vote, once it is near the end of the log.",
      footer = {"", "Example: bindery member promote n4 --server n1"},
      mixinStandardHelpOptions = true)
  static final class Promote extends MemberCommands {
    @Parameters(index = "0", paramLabel = "NAME", description = "The learner's name.")
    private Name name = new Name("");

    @Override
    ChangeMembersRequest request() {
      return ChangeMembersRequest.newBuilder().setPromote(name.text()).build();
    }

    @Override
    String done() {
      return name.text() + " votes";
    }
  }

  /** {@code bindery member remove}. */
  @Command(
      name = "remove",
      description = {
        "Has a member go, for good: its data folder is of no more use. Refused for the one that leads,"
            + " and if of those left no majority is up."
      },
      footer = {"", "Example: bindery member remove n4 --server n1"},
      mixinStandardHelpOptions = true)
  static final class Remove extends MemberCommands {
    @Parameters(index = "0", paramLabel = "NAME", description = "The member's name.")
    private Name name = new Name("");

    @Override
    ChangeMembersRequest request() {
      return ChangeMembersRequest.newBuilder().setRemove(name.text()).build();
    }

    @Override
    String done() {
      return name.text() + " is no member any more";
    }
  }

  /** {@code bindery member replace}. */
  @Command(
      name = "replace",
      description = {
        "Has a newcomer vote in the place of a member, dead or alive: adds it, waits until it is near"
            + " the end of the log, and lets it vote in the step in which the other goes.",
        "The newcomer must run already, with a new name, an empty data folder and join: true. Asked"
            + " again it goes on where it was."
      },
      footer = {"", "Example: bindery member replace n3 n4 10.0.0.4:5471 --server n1"},
      mixinStandardHelpOptions = true)
  static final class Replace extends MemberCommands {
    @Parameters(index = "0", paramLabel = "NAME", description = "The member that goes.")
    private Name name = new Name("");

    @Parameters(index = "1", paramLabel = "NEWCOMER", description = "The newcomer's name.")
    private Name newcomer = new Name("");

    @Parameters(
        index = "2",
        paramLabel = "HOST:PORT",
        description = "The newcomer's Raft endpoint.")
    private RaftEndpoint address = new RaftEndpoint("");

    @Override
    ChangeMembersRequest request() {
      return ChangeMembersRequest.newBuilder()
          .setReplace(
              ReplaceMember.newBuilder()
                  .setName(name.text())
                  .setNewcomer(address(newcomer, address)))
          .build();
    }

    @Override
    String done() {
      return newcomer.text() + " votes in the place of " + name.text();
    }
  }

  /** {@code bindery move-leader}. */
  @Command(
      name = "move-leader",
      description = {
        "Has another voter lead, such as before its machine is taken down. Without a name: the one"
            + " nearest to the end of the log."
      },
      footer = {"", "Example: bindery move-leader n2 --server n1"},
      mixinStandardHelpOptions = true)
  static final class MoveLeader extends MemberCommands {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Who is to lead.")
    private @Nullable Name name;

    @Override
    ChangeMembersRequest request() {
      return ChangeMembersRequest.newBuilder()
          .setMoveLeader(name == null ? "" : name.text())
          .build();
    }

    @Override
    String done() {
      return name == null ? "another member leads" : name.text() + " leads";
    }
  }
}
