package bindery.kea;

import bindery.feeder.ApiException;
import bindery.feeder.LinkClient;
import bindery.v1.PutLinkResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Brings the links of a cluster in step with those of a Kea configuration: what {@link LinkMerge}
 * works out is put, link by link.
 *
 * <p>Adds to links and takes nothing away; where the configuration contradicts what is held,
 * nothing is put. To apply the same links again changes nothing. One thread; blocks as {@link
 * LinkClient} does.
 */
public final class LinkImport {
  private final LinkClient client;
  private final Consumer<String> listener;

  /**
   * Over that client.
   *
   * @param listener is told of each link as soon as it is put, {@code new NAME} or {@code changed
   *     NAME}, so that it is known what was done if a later put fails
   */
  public LinkImport(LinkClient client, Consumer<String> listener) {
    this.client = client;
    this.listener = listener;
  }

  /**
   * What an import did.
   *
   * @param added names of links that are new
   * @param changed names of links that were there and have more now
   * @param unchanged how many links were held as they are
   * @param bindingsMoved how many bindings moved to another link by this, so far
   * @param job the job that moves the rest, in steps; 0 if there is nothing left to move
   * @param problems what contradicts the held links, a sentence each; nothing was put then
   */
  public record Outcome(
      List<String> added,
      List<String> changed,
      int unchanged,
      long bindingsMoved,
      long job,
      List<String> problems) {
    /** Copies the lists. */
    public Outcome {
      added = List.copyOf(added);
      changed = List.copyOf(changed);
      problems = List.copyOf(problems);
    }

    /** Whether some link was put. */
    public boolean isChange() {
      return !added.isEmpty() || !changed.isEmpty();
    }

    /** The counts of links in words. */
    public String text() {
      return added.size() + " new, " + changed.size() + " changed, " + unchanged + " unchanged";
    }
  }

  /**
   * Puts what the cluster lacks of those links.
   *
   * @param source the name under which that Kea feeds
   * @throws ApiException if a call failed; the listener knows of the puts before it
   */
  public Outcome apply(List<KeaLink> links, String source)
      throws ApiException, InterruptedException {
    LinkMerge.Plan plan = LinkMerge.plan(links, source, client.list().getLinksList());
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    if (!plan.problems().isEmpty()) {
      return new Outcome(added, changed, plan.unchanged(), 0, 0, plan.problems());
    }
    long moved = 0;
    long job = 0;
    for (LinkMerge.Change change : plan.changes()) {
      PutLinkResponse put = client.put(change.link(), OptionalLong.of(change.heldVersion()));
      moved += put.getBindingsMoved();
      job = put.getJob(); // a later put takes the job over
      boolean isNew = change.heldVersion() == 0;
      (isNew ? added : changed).add(change.link().getName());
      listener.accept((isNew ? "new " : "changed ") + change.link().getName());
    }
    return new Outcome(added, changed, plan.unchanged(), moved, job, plan.problems());
  }
}
