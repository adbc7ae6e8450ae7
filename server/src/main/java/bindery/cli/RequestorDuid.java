package bindery.cli;

import bindery.model.Bytes;
import bindery.model.Duid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Who a user is when asking: a DUID-UUID (RFC 6355), made once and kept in {@code requestor-duid}
 * of the user's state folder, as hexadecimal.
 *
 * <pre>{@code 0004 f81d4fae7dec11d0a76500a0c91e6bf6 }</pre>
 */
final class RequestorDuid {
  private static final short TYPE_UUID = 4;

  private RequestorDuid() {}

  /**
   * The one that is kept in that folder, or a new one, which is kept from now on.
   *
   * @param err is told if it cannot be kept; the next run has another one then
   * @throws CommandException if what is kept there is no DUID
   */
  static Duid keptIn(Path folder, PrintWriter err) throws CommandException {
    Path file = folder.resolve("requestor-duid");
    try {
      return Duid.parse(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.ERROR,
          file + ": " + OptionText.harmless(e.getMessage() + "") + "; correct or remove it",
          e);
    } catch (NoSuchFileException e) {
      return makeIn(folder, file, err);
    } catch (IOException e) {
      return unkept(file, err, e);
    }
  }

  private static Duid makeIn(Path folder, Path file, PrintWriter err) {
    Duid made = make();
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "requestor-duid", ".new");
      Files.writeString(fresh, made + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return made;
    } catch (IOException e) {
      return unkept(file, err, e);
    }
  }

  private static Duid unkept(Path file, PrintWriter err, IOException e) {
    err.println(
        "Warning: cannot keep the requestor's DUID in " + file + ": " + e + "; --duid names one");
    return make();
  }

  private static Duid make() {
    UUID uuid = UUID.randomUUID();
    ByteBuffer octets =
        ByteBuffer.allocate(18)
            .putShort(TYPE_UUID)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits());
    return new Duid(Bytes.wrap(octets.array()));
  }
}
