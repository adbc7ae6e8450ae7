package bindery.cli;

import bindery.feeder.AdminClient;
import bindery.feeder.ApiException;
import bindery.feeder.ServerList;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery snapshot save}: all that a node holds, into a file. */
@Command(
    name = "save",
    description = {
      "Saves all that the cluster holds, as of one revision, while it goes on. Any node will do; it"
          + " asks a majority first, so that nothing acknowledged is missing.",
      "The file is readable by its owner alone: bindings are personal data."
    },
    footer = {"", "Example: bindery snapshot save bindery.snapshot --server n2"},
    mixinStandardHelpOptions = true)
final class SnapshotSaveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ApiArguments api = new ApiArguments();

  @Parameters(index = "0", paramLabel = "FILE", description = "Where to; must not exist.")
  private Path file = Path.of("");

  @Option(
      names = "--local",
      description =
          "Take what the node has without asking a majority: what was acknowledged last may be"
              + " missing.")
  private boolean isLocal;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    if (Files.exists(file)) {
      throw new CommandException(
          ExitCode.ERROR, file + " is there already (expected a new file: nothing is overwritten)");
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    try {
      long revision = save(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      sync(Objects.requireNonNull(file.toAbsolutePath().getParent()), StandardOpenOption.READ);
      PrintWriter err = spec.commandLine().getErr();
      err.println("saved revision " + revision + ", " + Files.size(file) + " octets, in " + file);
      err.flush();
      return ExitCode.OK.number();
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long save(Path part) throws CommandException, IOException, InterruptedException {
    Files.createFile(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    long revision;
    try (ServerList servers = api.servers();
        OutputStream out = Files.newOutputStream(part)) {
      revision =
          new AdminClient(servers, api.timeout())
              .saveSnapshot(isLocal, octets -> write(octets, out));
    } catch (ApiException e) {
      throw CommandException.of(e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    sync(part, StandardOpenOption.WRITE);
    return revision;
  }

  // A file, or the folder that holds its name.
  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private static void write(ByteString octets, OutputStream out) {
    try {
      octets.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
